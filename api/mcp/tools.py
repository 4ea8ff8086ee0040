"""The tools: each asks the corpus as the JSON API does, and says it twice, as data and text."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mcp_types import Tool, ToolAnnotations
from pydantic import BaseModel

from api.dependencies import AppState
from api.http.negotiation import preferred_language
from api.mcp import markdown
from api.mcp.arguments import Arguments, DiagnoseError, GetArticle, SearchArticles
from api.mcp.article_excerpts import get_article
from api.mcp.results import ArticleExcerpt, DiagnosisToolResult, Said, SearchToolResult, bounded
from api.requests.diagnosis import LARGEST, Question, diagnosis_object
from api.requests.parameters import check_domains
from api.responses.search import item_object, pagination
from corpus.errors import Complaint, InvalidRequest
from corpus.search.reading import Reading
from corpus.search.service import SearchHit as FoundArticle
from corpus.search.service import SearchRequest as Search
from corpus.search.service import SearchResults, search
from corpus.store.filters import Filters

_LONGEST_TEXT = 20_000
"""Characters of the results of a search or a diagnosis; what comes after is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDefinition:
    """A tool: what it is called and takes, what it gives, and what it does."""

    title: str
    description: str
    takes: type[Arguments]
    gives: type[BaseModel]
    run: Callable[[AppState, Any, str], Awaitable[Said]]

    def definition(self, name: str) -> Tool:
        """The tool as clients see it."""
        return Tool(
            name=name,
            title=self.title,
            description=self.description,
            input_schema=_schema(self.takes),
            output_schema=_schema(self.gives),
            annotations=ToolAnnotations(
                title=self.title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )


async def search_articles(state: AppState, wanted: SearchArticles, url: str) -> Said:
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

    def answer(reading: Reading) -> SearchResults:
        check_domains(reading, filters.domains)
        return search(reading, asked)

    found = await state.read(answer, search=True)
    items = [bounded(_item(item, url)) for item in found.items]
    best = items[0]["slug"] if items else ""
    data = {
        "outcome": found.outcome,
        "items": items,
        "pagination": pagination(1, wanted.limit, found.total),
        "facets": None,
        "suggestion": found.suggestion,
        "nextStep": markdown.call("get_article", article=best, lang=wanted.lang)
        if best
        else "search_articles with fewer or other words, or without filters; "
        "diagnose_error for a whole error output",
    }
    return _within(data, "items", lambda: markdown.search_text(data, lang=lang))


async def diagnose_error(state: AppState, wanted: DiagnoseError, url: str) -> Said:
    """The articles that know the error in a text."""
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
        lambda reading: diagnosis_object(reading, question, accept=accept, url=url), search=True
    )
    state.traffic.counts.diagnosed(found["outcome"])
    data = {name: bounded(value) for name, value in found.items()}
    matches = data["matches"]
    data["nextStep"] = (
        markdown.call("get_article", article=matches[0]["slug"], section="fix", lang=wanted.lang)
        if matches
        else "no article is a match; search_articles may find something related to its words"
    )
    lang = preferred_language(wanted.lang, "", accept)
    return _within(data, "matches", lambda: markdown.diagnosis_text(data, lang=lang))


OFFERS: Mapping[str, ToolDefinition] = {
    "diagnose_error": ToolDefinition(
        title="Diagnose an error",
        description="Use this first when you have error output: paste the log, trace or message "
        "as it is. Gives the articles that know the error, the line that matched, cause, "
        "solution and how sure it is (exact, likely, related, none). With none, nothing is "
        "guessed. Then call get_article for the fix. The text is neither logged nor stored.",
        takes=DiagnoseError,
        gives=DiagnosisToolResult,
        run=diagnose_error,
    ),
    "search_articles": ToolDefinition(
        title="Search articles",
        description="Use this for a question, a topic, an error code or a few words; for error "
        "output use diagnose_error. Gives short facts of each article and why it matches. Then "
        "call get_article with the slug.",
        takes=SearchArticles,
        gives=SearchToolResult,
        run=search_articles,
    ),
    "get_article": ToolDefinition(
        title="Get an article",
        description="Use this with a slug from diagnose_error or search_articles. Gives the "
        "article in Markdown, or only a section (fix, cause, errors, questions, or a heading), "
        "within max_characters; says what was cut and which sections there are.",
        takes=GetArticle,
        gives=ArticleExcerpt,
        run=get_article,
    ),
}
"""By name, in the order in which they are of use."""


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """A model's schema for agents, who pay for every word: without what repeats the names."""
    schema = model.model_json_schema(mode="serialization")
    del schema["description"]
    untitled: dict[str, Any] = _untitled(schema)
    return untitled


def _untitled(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _untitled(item)
            for name, item in value.items()
            if name != "title" or not isinstance(item, str)  # a property may be called title
        }
    return [_untitled(item) for item in value] if isinstance(value, list) else value


# What keeps an answer short


def _item(found: FoundArticle, url: str) -> dict[str, Any]:
    """An article of a page; excerpts only where nothing else says why it is there."""
    item = item_object(found, url=url)
    return item | {"highlights": {}} if item["matches"] else item


def _within(data: dict[str, Any], name: str, text: Callable[[], str]) -> Said:
    """Leaves out the last results where they are too much."""
    said, found = text(), len(data[name])
    while len(said) > _LONGEST_TEXT and len(data[name]) > 1:
        data[name] = data[name][:-1]
        said = text()
    if left := found - len(data[name]):
        said += f"\n{left} more results are left out here, for they are too long."
    return Said(data, said)
