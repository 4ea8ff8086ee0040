"""Lists as Markdown: results, a diagnosis, a page of the error index.

They are rendered from the objects of the JSON responses. Text of articles is cut to one line each,
and kept apart from our own sentences about it.
"""

from collections.abc import Iterator, Mapping

from api.http.representation import Representation
from api.responses.articles import ErrorRow
from api.responses.diagnosis import DiagnosisMatch, DiagnosisObject, RecognisedSignature
from api.responses.listings import ErrorsPage
from api.responses.markdown.inline import code_span, link_text, one_line
from api.responses.search import Pagination, SearchItem, SearchMatch, SearchPage
from api.responses.trust import EntryTrustObject, TrustObject
from api.responses.urls import document_path
from corpus.checks.fit import Fit
from corpus.diagnosis.scoring import MatchOutcome
from corpus.document.article import Status

_MATCHES = 3
"""Rows and sections to show of one article."""
_FITS = {
    Fit.FITS: "It was run with the versions that the text names.",
    Fit.DIFFERS: "It was run with other versions than those that the text names.",
}
_LINES = 5
"""Lines to show of a text without a match."""


def results_list(
    page: SearchPage, *, lang: str, next_step: str, heading: str = "", url: str = ""
) -> str:
    """A page of results. With `url`, the address of the service, titles are links to documents."""
    lines = _head(heading, page.pagination, len(page.items), "article")
    if page.suggestion:
        lines += [f"Did you mean: {one_line(page.suggestion)}"]
    if page.outcome is MatchOutcome.RELATED:
        lines += ["No certain match; these are the nearest articles."]
    first = (page.pagination.page - 1) * page.pagination.page_size + 1
    for number, item in enumerate(page.items, start=first):
        lines += ["", *_result(number, item, lang=lang, url=url)]
    return _join(lines, next_step)


def errors_list(page: ErrorsPage, *, url: str, next_step: str) -> str:
    """A page of the error index."""
    lines = [*_head("Errors", page.pagination, len(page.items), "error"), ""]
    for item in page.items:
        article = item.article
        lines += [f"- error: {one_line(item.error)}", *_cause_and_fix(item, "  ")]
        lines += [f"  {_link(article.title, article.slug, item.lang, url)}"]
    return _join(lines, next_step)


def diagnosis_list(found: DiagnosisObject, *, lang: str, next_step: str) -> str:
    """A diagnosis."""
    number, domains = found.searched.articles, found.searched.filters["domain"]
    searched = f"{number:,} {'article was' if number == 1 else 'articles were'} searched"
    where = f", limited to the domain {domains[0]}" if domains else ""
    lines = [f"Outcome: {found.outcome}. {searched}{where}."]
    lines += [] if found.matches else _no_match(found.signatures)
    texts = {seen.line: seen.text for seen in found.signatures}
    for place, match in enumerate(found.matches, start=1):
        seen = texts.get(match.line, match.signature)
        lines += ["", *_match(place, match, lang=lang, seen=seen)]
        if match.fix:
            lines += ["", *_fix(match)]
    return _join(lines, next_step)


def markdown(
    text: str, *, headers: list[tuple[str, str]], max_age: int | None = None
) -> Representation:
    """A list as a response."""
    return Representation(
        f"{text}\n".encode(),
        media_type="text/markdown; charset=utf-8",
        headers=headers,
        max_age=max_age,
    )


def trust_line(trust: TrustObject | EntryTrustObject) -> str:
    """What is known of an article, or of one of its errors, in a line."""
    of = " of this error" if isinstance(trust, EntryTrustObject) else ""
    return f"Trust{of}: {trust.level}. {trust.explanation}"


def _head(heading: str, shown: Pagination, number: int, what: str) -> list[str]:
    """The heading, and which of how many items are shown."""
    head = [f"# {one_line(heading)}", ""] if heading else []
    if not shown.total:
        return [*head, f"No {what} matches."]
    counted = f"{shown.total:,} {what}{' matches' if shown.total == 1 else 's match'}"
    if number == shown.total:
        return [*head, f"{counted}."]
    first = (shown.page - 1) * shown.page_size + 1
    span = f"{first:,} to {first + number - 1:,}" if number > 1 else f"{first:,}"
    return [*head, f"{counted}; shown: {span if number else 'none'}."]


def _join(lines: list[str], next_step: str) -> str:
    return "\n".join([*lines, "", next_step])


def _result(number: int, item: SearchItem, *, lang: str, url: str) -> Iterator[str]:
    shown = lang if lang in item.title else next(iter(item.title))
    title = item.title[shown]
    yield f"{number}. {_link(title, item.slug, shown, url) if url else _bold(title)}"
    updated = f", updated {item.updated_at[:10]}" if item.updated_at else ""
    yield f"   Article {code_span(item.slug)}, domain {item.domain}{updated}."
    yield from _trust_of(item)
    if summary := one_line(item.summary[shown]):
        yield f"   {summary}"
    for match in item.matches[:_MATCHES]:
        yield f"   - {match.kind}: {one_line(match.text)}"
        yield from _cause_and_fix(match, "     ")
    if not item.matches:
        for excerpts in list(item.highlights.values())[:1]:
            yield f"   - text: {one_line(' … '.join(excerpts))}"


def _match(number: int, match: DiagnosisMatch, *, lang: str, seen: str) -> Iterator[str]:
    error = match.error
    yield f"{number}. {_bold(_in(match.title, lang))}"
    yield f"   Article {code_span(match.slug)}, {match.outcome} ({match.score:.2f})."
    yield f"   Line {match.line} of the text: {code_span(one_line(seen))}"
    yield f"   Known error: {code_span(one_line(error.error if error else match.signature))}"
    if error:
        yield from _cause_and_fix(error, "   ")
    if match.fit is not Fit.UNKNOWN:
        yield f"   {_FITS[match.fit]}"
    yield from _trust_of(match, of_row=bool(error and error.trust))


def _fix(match: DiagnosisMatch) -> Iterator[str]:
    """The text of the fix, as the article has it."""
    yield f"The fix, from the article {code_span(match.slug)}:"
    yield ""
    yield str(match.fix)
    if match.fix_characters_left:
        yield ""
        yield f"Left out here: {match.fix_characters_left:,} characters."


def _no_match(signatures: list[RecognisedSignature]) -> list[str]:
    if not signatures:
        return ["No line of the text looks like an error message."]
    lines = ((seen.line, code_span(one_line(seen.text))) for seen in signatures[:_LINES])
    return [
        "No article covers an error in this text. These lines were looked up:",
        *(f"- line {line}: {text}" for line, text in lines),
    ]


def _trust_of(item: SearchItem | DiagnosisMatch, *, of_row: bool = False) -> Iterator[str]:
    """What is known of an article's fixes, unless that `of_row` has been said."""
    if item.verification_status is Status.DEPRECATED:
        yield "   The article is deprecated."
    if not of_row:
        yield f"   {trust_line(item.trust)}"


def _cause_and_fix(row: ErrorRow | SearchMatch, indent: str) -> Iterator[str]:
    if row.cause:
        yield f"{indent}Cause: {one_line(row.cause)}"
    if row.solution:
        yield f"{indent}Solution: {one_line(row.solution)}"
    if row.trust:
        yield f"{indent}{trust_line(row.trust)}"


def _in(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or next(iter(texts.values()))


def _bold(title: str) -> str:
    return f"**{one_line(title)}**"


def _link(title: str, slug: str, lang: str, url: str) -> str:
    return f"[{link_text(one_line(title))}]({url}{document_path(slug, lang)})"
