"""Lists as Markdown: results, a diagnosis, a page of the error index.

They are rendered from the objects of the JSON responses. Text of articles is cut to one line each,
and kept apart from our own sentences about it.
"""

from collections.abc import Iterator, Mapping

from msgspec import UnsetType
from msgspec.structs import replace

from api.http.representation import Representation
from api.responses.articles import ErrorRow
from api.responses.diagnosis import DiagnosisMatch, DiagnosisObject, RecognisedSignature
from api.responses.listings import ErrorsPage
from api.responses.markdown.inline import code_span, link_text, one_line
from api.responses.search import Pagination, SearchItem, SearchMatch, SearchPage
from api.responses.trust import EntryTrustObject, TrustObject
from api.responses.urls import document_path
from corpus.checks.fit import Fit
from corpus.diagnosis.matching.match import SURE, MatchOutcome
from corpus.document.article import Status
from languages.loader import Texts, fill, texts_for, value_name

_MATCHES = 3
"""Rows and sections to show of one article."""
_LINES = 5
"""Lines to show of a text without a match."""


def results_list(
    page: SearchPage, *, lang: str, next_step: str, heading: str = "", url: str = ""
) -> str:
    """A page of results. With `url`, the address of the service, titles are links to documents."""
    words = texts_for("answers", lang)
    lines = _head(words, heading, page.pagination, len(page.items), "articles")
    if page.suggestion:
        lines += [fill(words.did_you_mean, query=one_line(page.suggestion))]
    if page.outcome is MatchOutcome.RELATED:
        lines += [words.nearest]
    first = (page.pagination.page - 1) * page.pagination.page_size + 1
    for number, item in enumerate(page.items, start=first):
        lines += ["", *_result(number, item, lang=lang, url=url)]
    return _join(lines, next_step)


def errors_list(page: ErrorsPage, *, lang: str, url: str, next_step: str) -> str:
    """A page of the error index."""
    words = texts_for("answers", lang)
    lines = [*_head(words, words.errors, page.pagination, len(page.items), "errors"), ""]
    for item in page.items:
        article = item.article
        error = fill(words.passage, kind=value_name(words, "error"), text=one_line(item.error))
        lines += [f"- {error}", *_cause_and_fix(words, item, "  ")]
        lines += [f"  {_link(article.title, article.slug, item.lang, url)}"]
    return _join(lines, next_step)


def diagnosis_list(found: DiagnosisObject, *, lang: str, next_step: str) -> str:
    """A diagnosis."""
    words = texts_for("answers", lang)
    lines = [_searched(words, found)]
    lines += [] if found.matches else _no_match(words, found.signatures)
    texts = {seen.line: seen.text for seen in found.signatures}
    sure = [match for match in found.matches if match.outcome in SURE]
    for place, match in enumerate(sure or found.matches, start=1):
        seen = texts.get(match.line, match.signature)
        is_brief = bool(sure) and place > 1
        lines += ["", *_match(place, match, lang=lang, seen=seen, is_brief=is_brief)]
        if match.fix:
            lines += ["", *_fix(words, match)]
    others = [code_span(match.slug) for match in found.matches[len(sure) :]]
    if sure and others:
        lines += ["", fill(words.also_related, slugs=words.systems.join(others))]
    return _join(lines, next_step)


def _searched(words: Texts, found: DiagnosisObject) -> str:
    """How sure the diagnosis is, and among which articles."""
    domains = found.searched.filters["domain"]
    outcome = value_name(words, found.outcome)
    where = fill(words.in_domain, domain=domains[0]) if domains else ""
    return fill(words.searched, found.searched.articles, outcome=outcome, where=where)


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


def trust_line(trust: TrustObject | EntryTrustObject, lang: str) -> str:
    """What is known of an article, or of one of its errors, in a line."""
    words = texts_for("answers", lang)
    line = words.trust_row if isinstance(trust, EntryTrustObject) else words.trust
    return fill(line, level=value_name(words, trust.level), explanation=trust.explanation)


def _head(words: Texts, heading: str, shown: Pagination, number: int, what: str) -> list[str]:
    """The heading, and which of how many items are shown."""
    head = [f"# {one_line(heading)}", ""] if heading else []
    if not shown.total:
        return [*head, getattr(words, f"no_{what}")]
    counted = fill(getattr(words, f"{what}_match"), shown.total)
    if number == shown.total:
        return [*head, f"{counted}{words.full_stop}"]
    first = (shown.page - 1) * shown.page_size + 1
    span = f"{first:,} – {first + number - 1:,}" if number > 1 else f"{first:,}"
    return [*head, fill(words.shown, counted=counted, span=span if number else words.none_shown)]


def _join(lines: list[str], next_step: str) -> str:
    return "\n".join([*lines, "", next_step])


def _result(number: int, item: SearchItem, *, lang: str, url: str) -> Iterator[str]:
    shown = lang if lang in item.title else next(iter(item.title))
    title, words = item.title[shown], texts_for("answers", lang)
    yield f"{number}. {_link(title, item.slug, shown, url) if url else _bold(title)}"
    updated = fill(words.updated, day=item.updated_at[:10]) if item.updated_at else ""
    slug = code_span(item.slug)
    yield f"   {fill(words.article_in, slug=slug, domain=item.domain, updated=updated)}"
    yield from _trust_of(words, item, lang)
    if summary := one_line(item.summary[shown]):
        yield f"   {summary}"
    for match in item.matches[:_MATCHES]:
        kind = value_name(words, match.kind)
        yield f"   - {fill(words.passage, kind=kind, text=one_line(match.text))}"
        yield from _cause_and_fix(words, match, "     ")
    if not item.matches:
        for excerpts in list(item.highlights.values())[:1]:
            text = one_line(" … ".join(excerpts))
            yield f"   - {fill(words.passage, kind=value_name(words, 'text'), text=text)}"


def _match(
    number: int, match: DiagnosisMatch, *, lang: str, seen: str, is_brief: bool
) -> Iterator[str]:
    """A match; `is_brief` leaves out what is of use only to who follows it."""
    error, words = match.error, texts_for("answers", lang)
    outcome = value_name(words, match.outcome)
    known = code_span(one_line(error.error if error else match.signature))
    line = fill(words.line, line=match.line, text=code_span(one_line(seen)))
    article = fill(
        words.article_at, slug=code_span(match.slug), outcome=outcome, score=f"{match.score:.2f}"
    )
    yield f"{number}. {_bold(_in(match.title, lang))}"
    yield f"   {article}"
    if is_brief:
        yield f"   {fill(words.known_error, error=known)}"
        if error and error.solution:
            yield f"   {fill(words.solution, text=one_line(error.solution))}"
        return
    yield f"   {line}"
    yield f"   {fill(words.known_error, error=known)}"
    if error:
        row = replace(error, solution="") if _repeats(match.fix, error.solution) else error
        yield from _cause_and_fix(words, row, "   ")
    if match.fit is not Fit.UNKNOWN:
        yield f"   {words.fits if match.fit is Fit.FITS else words.differs}"
    yield from _trust_of(words, match, lang, of_row=bool(error and error.trust))


def _repeats(fix: str | UnsetType, solution: str | None) -> bool:
    """Whether a solution is the beginning of the section that follows: it is of no row."""
    return bool(fix and solution) and _flat(solution).rstrip("…") in _flat(fix)


def _flat(text: object) -> str:
    return " ".join(str(text).split())


def _fix(words: Texts, match: DiagnosisMatch) -> Iterator[str]:
    """The text of the fix, as the article has it."""
    yield fill(words.fix_of, slug=code_span(match.slug))
    yield ""
    yield str(match.fix)
    if match.fix_characters_left:
        yield ""
        yield fill(words.left_out, match.fix_characters_left)


def _no_match(words: Texts, signatures: list[RecognisedSignature]) -> list[str]:
    if not signatures:
        return [words.no_message]
    lines = [(seen.line, code_span(one_line(seen.text))) for seen in signatures[:_LINES]]
    looked_up = [f"- {fill(words.looked_up_line, line=line, text=text)}" for line, text in lines]
    return [words.looked_up, *looked_up]


def _trust_of(
    words: Texts, item: SearchItem | DiagnosisMatch, lang: str, *, of_row: bool = False
) -> Iterator[str]:
    """What is known of an article's fixes, unless that `of_row` has been said."""
    if item.verification_status is Status.DEPRECATED:
        yield f"   {words.deprecated}"
    if not of_row:
        yield f"   {trust_line(item.trust, lang)}"


def _cause_and_fix(words: Texts, row: ErrorRow | SearchMatch, indent: str) -> Iterator[str]:
    if row.cause:
        yield f"{indent}{fill(words.cause, text=one_line(row.cause))}"
    if row.solution:
        yield f"{indent}{fill(words.solution, text=one_line(row.solution))}"
    if row.trust:
        yield f"{indent}{trust_line(row.trust, words.lang)}"


def _in(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or next(iter(texts.values()))


def _bold(title: str) -> str:
    return f"**{one_line(title)}**"


def _link(title: str, slug: str, lang: str, url: str) -> str:
    return f"[{link_text(one_line(title))}]({url}{document_path(slug, lang)})"
