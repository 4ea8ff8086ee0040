"""The tools: each returns what the JSON API does, both as data and as Markdown."""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from mcp_types import Tool, ToolAnnotations
from msgspec import to_builtins
from msgspec.structs import asdict, replace

from api.dependencies import AppState
from api.http.negotiation import preferred_language
from api.limits.api_keys import KeyNeeded, check_scope
from api.mcp import markdown
from api.mcp.arguments import (
    Arguments,
    DiagnoseError,
    GetArticle,
    ProposeFix,
    ReportArguments,
    SearchArticles,
)
from api.mcp.article_excerpts import get_article
from api.mcp.results import (
    ArticleExcerpt,
    DiagnosisToolResult,
    SearchToolResult,
    ToolResult,
    shorten_texts,
)
from api.requests.diagnosis import LARGEST, Question, is_long, run_diagnosis
from api.requests.proposals import Proposed, store_proposal
from api.requests.reports import Reported, store_report
from api.requests.search import run_search
from api.responses.diagnosis import DiagnosisObject
from api.responses.feedback.proposals import ProposalReceived, proposal_received
from api.responses.feedback.reports import ReportReceived, report_received
from api.responses.markdown.lists import diagnosis_list, results_list
from api.responses.model import Model, schemas
from corpus.errors import Complaint, InvalidRequest
from corpus.search.service import SearchRequest as Search
from corpus.store.api_keys import Key, Scope
from corpus.store.filters import Filters
from languages.loader import Texts, fill, texts_for

CALLER_KEY: ContextVar[Key | None] = ContextVar("caller_key", default=None)
"""The API key of the call, if it has one."""
_LONGEST_TEXT = 20_000
"""Characters of the results of a search or a diagnosis; the rest is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDefinition:
    """A tool: its name, arguments and result, and what it does."""

    title: str
    description: str
    arguments: type[Arguments]
    result: type[Model]
    run: Callable[[AppState, Any, str], Awaitable[ToolResult]]
    is_read_only: bool = True


async def search_articles(state: AppState, wanted: SearchArticles, url: str) -> ToolResult:
    """Articles that match a query, best first. `url` is the address of the service."""
    if not wanted.query.strip():
        raise InvalidRequest(Complaint("query", "is empty", None))
    filters = Filters(
        domains=(wanted.domain,) if wanted.domain else (),
        statuses=(wanted.status,) if wanted.status else (),
        tags=(wanted.tag,) if wanted.tag else (),
    )
    lang = preferred_language(wanted.lang, "", state.settings.default_lang)
    asked = Search(q=wanted.query, filters=filters, lang=lang, page_size=wanted.limit)
    page = await state.read(lambda reading: run_search(reading, asked, url=url), search=True)
    words = texts_for("answers", lang)
    shown = SearchToolResult(
        outcome=page.outcome,
        # Excerpts are shown only where nothing else says why the article is there.
        items=[replace(item, highlights={}) if item.matches else item for item in page.items],
        pagination=page.pagination,
        facets=page.facets,
        suggestion=page.suggestion,
        next_step=markdown.call("get_article", article=page.items[0].slug, lang=wanted.lang)
        if page.items
        else words.next_other_words,
    )
    return _within(
        shown,
        "items",
        lambda some: results_list(some, lang=lang, next_step=_next(some, lang)),
    )


async def diagnose_error(state: AppState, wanted: DiagnoseError, url: str) -> ToolResult:
    """The articles about the error in a text."""
    size = len(wanted.text.encode())
    if size > LARGEST:
        message = f"is too long: {size:,} bytes; it may have {LARGEST:,}. Send the end of the log"
        raise InvalidRequest(Complaint("text", message, None))
    if not wanted.text.strip():
        raise InvalidRequest(Complaint("text", "is empty", None))
    domains = [wanted.domain] if wanted.domain else []
    question = Question(text=wanted.text, limit=wanted.limit, lang=wanted.lang, domain=domains)
    accept = state.settings.default_lang
    found = await state.read(
        lambda reading: run_diagnosis(reading, question, accept=accept, url=url),
        search=True,
        long=is_long(question.text),
    )
    state.counters.count_diagnosis(found.outcome)
    lang = preferred_language(wanted.lang, "", accept)
    words = texts_for("answers", lang)
    shown = DiagnosisToolResult(**asdict(found), next_step=_after(found, wanted.lang, words))
    return _within(
        shown,
        "matches",
        lambda some: diagnosis_list(some, lang=lang, next_step=_next(some, lang)),
    )


def _next(result: SearchToolResult | DiagnosisToolResult, lang: str) -> str:
    """The last line of a list."""
    return fill(texts_for("answers", lang).next_call, call=result.next_step)


def _after(found: DiagnosisObject, lang: str, words: Texts) -> str:
    """The call that returns more: the rest of the fix if it was cut, else the article."""
    if not found.matches:
        return str(words.next_no_article)
    best = found.matches[0]
    section = "fix" if best.fix_characters_left else ""
    return markdown.call("get_article", article=best.slug, section=section, lang=lang)


async def report_outcome(state: AppState, wanted: ReportArguments, _url: str) -> ToolResult:
    """Stores whether a fix worked, for the API key of the call."""
    key = _caller(Scope.REPORT)
    reported = Reported(
        outcome=wanted.outcome,
        anchor=wanted.anchor,
        environment=wanted.environment,
        note=wanted.note,
    )
    text, counts = await store_report(
        state, wanted.article, reported, key=key, lang=wanted.lang, languages=""
    )
    shown = report_received(text, reported.outcome, counts)
    return ToolResult(to_builtins(shown), f"Stored, thank you: {text.slug} {reported.outcome}.")


async def propose_fix(state: AppState, wanted: ProposeFix, _url: str) -> ToolResult:
    """Stores a proposed article document, for the API key of the call."""
    key = _caller(Scope.PROPOSE)
    proposed = Proposed(document=wanted.document, lang=wanted.lang, log=wanted.log)
    stored = await store_proposal(state, proposed, key=key)
    told = f"{stored.id} is {stored.status}. Its checks will run, and a person will decide."
    return ToolResult(to_builtins(proposal_received(stored)), told)


def _caller(scope: Scope) -> Key:
    """The API key of the call, which must have this scope."""
    if (key := CALLER_KEY.get()) is None:
        raise KeyNeeded(f"this tool needs an API key with the scope {scope}")
    check_scope(key, scope)
    return key


TOOLS: Mapping[str, ToolDefinition] = {
    "diagnose_error": ToolDefinition(
        title="Diagnose an error",
        description="Use this first when you have error output: paste the log, trace or message "
        "as it is. Returns the articles about the error, the matching line, cause, solution and "
        "how certain the match is (exact, likely, related, none). With none, there is no "
        "guess. A sure first match comes with the text of the fix; get_article has the rest. The "
        "text is neither logged nor stored.",
        arguments=DiagnoseError,
        result=DiagnosisToolResult,
        run=diagnose_error,
    ),
    "search_articles": ToolDefinition(
        title="Search articles",
        description="Use this for a question, a topic, an error code or a few words; for error "
        "output use diagnose_error. Returns a summary of each article and why it matches. Then "
        "call get_article with the slug.",
        arguments=SearchArticles,
        result=SearchToolResult,
        run=search_articles,
    ),
    "get_article": ToolDefinition(
        title="Get an article",
        description="Use this with a slug from diagnose_error or search_articles. Returns the "
        "article in Markdown, or only a section (fix, cause, errors, questions, or a heading), "
        "within max_characters; says what was cut and lists the sections.",
        arguments=GetArticle,
        result=ArticleExcerpt,
        run=get_article,
    ),
    "report_outcome": ToolDefinition(
        title="Report an outcome",
        description="Use this after trying the fix of an article (anchor: of its error). Needs "
        "an API key.",
        arguments=ReportArguments,
        result=ReportReceived,
        run=report_outcome,
        is_read_only=False,
    ),
    "propose_fix": ToolDefinition(
        title="Propose a fix",
        description="Use this to propose an article document in Markdown (format of get_article), "
        "new or changed, with a check. Needs an API key.",
        arguments=ProposeFix,
        result=ProposalReceived,
        run=propose_fix,
        is_read_only=False,
    ),
}
"""By name, most useful first."""


def definition(name: str, tool: ToolDefinition) -> Tool:
    """A tool as clients see it."""
    # Agents pay for every word, and the descriptions of the tools say what these say.
    given = tool.arguments.model_json_schema()
    return Tool(
        name=name,
        title=tool.title,
        description=tool.description,
        input_schema=_without_titles({k: v for k, v in given.items() if k != "description"}),
        output_schema=_outline(tool.result) if tool.is_read_only else None,
        annotations=_hints(tool),
    )


def _hints(tool: ToolDefinition) -> ToolAnnotations:
    """What a client may assume; the others mean nothing for what only reads."""
    if tool.is_read_only:
        return ToolAnnotations(read_only_hint=True, open_world_hint=False)
    return ToolAnnotations(destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def _outline(result: type[Model]) -> dict[str, Any]:
    """The fields of a result and their types; `/openapi.json` says what is in them."""
    [reference], models = schemas([result], references="{name}")
    fields = models[reference["$ref"]]["properties"]
    kinds = {name: _kinds(field, models) for name, field in fields.items()}
    return {"type": "object", "properties": {name: {"type": kind} for name, kind in kinds.items()}}


def _kinds(field: Mapping[str, Any], models: Mapping[str, Any]) -> str | list[str]:
    if "anyOf" in field:
        return [str(_kinds(each, models)) for each in field["anyOf"]]
    kind: str = (models[field["$ref"]] if "$ref" in field else field)["type"]
    return kind


def _without_titles(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_titles(item)
            for name, item in value.items()
            # a property may be called title; an empty default says nothing
            if (name, item) != ("default", "") and (name != "title" or not isinstance(item, str))
        }
    return [_without_titles(item) for item in value] if isinstance(value, list) else value


Shown = TypeVar("Shown", SearchToolResult, DiagnosisToolResult)


def _within(shown: Shown, name: str, text: Callable[[Shown], str]) -> ToolResult:
    """Leaves out the last results if the text gets too long."""
    said, number = text(shown), len(getattr(shown, name))
    left = number
    while len(said) > _LONGEST_TEXT and left > 1:
        left -= 1
        shown = replace(shown, **{name: getattr(shown, name)[:left]})
        said = text(shown)
    if left < number:
        said += f"\n{number - left} more results are left out, because the text is too long."
    return ToolResult(shorten_texts(to_builtins(shown)), said)
