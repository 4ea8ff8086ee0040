"""`/{lang}/articles/{slug}`: the page of an article, or its document if Markdown is preferred."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.negotiation import HTML, MARKDOWN, prefers
from api.http.redirects import permanent_redirect
from api.http.representation import Representation
from api.limits.api_keys import may_report
from api.pages.fix_card import best_card
from api.pages.html.badges import error_words, errors_run
from api.pages.html.evidence import environments_of
from api.pages.html.frame import MAX_AGE, Alternate, Frame, lang_of, page
from api.pages.html.languages import LANG_PATH, NAMES, STRINGS, PageLang, label
from api.pages.html.markdown import (
    PageContext,
    article_html,
    code_html,
    fragment_html,
)
from api.pages.html.structured_data import article_data
from api.requests.article_lookup import NamedArticle, read_article
from api.requests.parameters import Slug, Text
from api.responses.articles import header_name, reference_target, references
from api.responses.representations import by_suffix
from api.responses.urls import article_path, document_path, page_languages, page_path
from corpus.document.article import Status, Translation
from corpus.document.fences import Step
from corpus.document.outline import Link
from corpus.feedback.reports import ReportCounts, current_counts
from corpus.search.reading import Reading
from corpus.settings import Settings
from corpus.store.entry import Entry
from corpus.store.queries import catalog
from corpus.store.queries.catalog import Headline
from corpus.text.timestamps import milliseconds
from languages.loader import Texts

router = APIRouter(include_in_schema=False)

_VARY = "Accept, Accept-Encoding"
_MOST_RELATED = 6
_MOST_OPTIONS, _LONGEST_OPTION = 200, 120
_LONGEST_CONTENTS = 20
"""With more headings, the table of contents lists only those of the first level."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value in the list of facts, with a link."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class _Related:
    """Another article, with a `lang` attribute if its title is in another language."""

    slug: str
    title: str
    lang: Markup


@router.get(f"{LANG_PATH}/articles/{{slug}}")
async def show_article(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    lang: PageLang,
    slug: Slug,
    error: Annotated[Text, Query(max_length=200)] = "",
) -> Response:
    """The page; ids, codes and aliases redirect to the slug, `.md` is the document.

    `error` is the error that the reader comes for, by its anchor.
    """
    accept = request.headers.get("accept", "")

    def answer(reading: Reading, name: NamedArticle) -> Response:
        if name.canonical != slug:
            query = request.scope["query_string"].decode("latin-1")
            return permanent_redirect(page_path(name.canonical, lang), query)
        if name.suffix or prefers(accept, MARKDOWN, over=HTML):
            return _document(reading, name, lang=lang, url=url)
        entry = name.entry
        is_reporter = HTML in accept and may_report(request.scope)
        return _answer(
            reading,
            entry,
            lang=lang,
            url=url,
            error=error,
            edit=_edit_address(state.settings, entry, lang),
            reports=current_counts(reading.connection, entry) if is_reporter else None,
        )

    return await read_article(state, slug, answer)


def _document(reading: Reading, name: NamedArticle, *, lang: str, url: str) -> Representation:
    entry = name.entry
    render = by_suffix(name.suffix or ".md", reading.connection, entry)
    return render(
        lang=entry.article.translation(name.lang or lang).lang,
        url=url,
        slugs=catalog.slugs(reading.connection, references(entry)),
    )


def _answer(
    reading: Reading,
    entry: Entry,
    *,
    lang: str,
    url: str,
    error: str,
    edit: str,
    reports: ReportCounts | None,
) -> Representation:
    connection = reading.connection
    slugs = catalog.slugs(connection, references(entry))
    neighbours = catalog.neighbours(connection, entry.article.slug, entry.article.metadata.domain)
    titles = catalog.headlines(connection, [slug for slug in neighbours if slug], lang=lang)
    found = {headline.slug: headline for headline in titles}
    return article_page(
        entry,
        lang=lang,
        url=url,
        slugs=slugs,
        others=catalog.headlines(connection, _related(entry, slugs), lang=lang),
        error=error,
        edit=edit,
        reports=reports,
        neighbours=[found.get(slug) for slug in neighbours],
    )


def _edit_address(settings: Settings, entry: Entry, lang: str) -> str:
    """Where the file of the text that is shown can be edited; empty if nobody says."""
    file = entry.of(lang).file
    return settings.edit_url.replace("{path}", quote(file)) if file else ""


def article_page(
    entry: Entry,
    *,
    lang: str,
    url: str,
    slugs: Mapping[str, str],
    others: Sequence[Headline],
    error: str = "",
    edit: str = "",
    neighbours: Sequence[Headline | None] = (None, None),
    reports: ReportCounts | None = None,
) -> Representation:
    """The page of an article; `slugs` maps references to articles, `others` has their titles.

    `edit` is where its document is edited, `neighbours` what comes before and after it.
    For who may report it shows the `reports`, and a form; such a page is not cached.

    At its top is the fix of `error`, by default of the first one.
    """
    article, metadata = entry.article, entry.article.metadata
    text, t = article.translation(lang), STRINGS[lang]
    context = _page_context(t, lang=lang, slugs=slugs)
    is_deprecated = metadata.status is Status.DEPRECATED
    successors = {slugs[id_] for id_ in metadata.related_ids if id_ in slugs}
    frame = _frame(entry, text, lang=lang, url=url)
    derived, trust = entry.of(text.lang), entry.trust(text.lang)
    known = {each.anchor: trust.of(each.anchor) for each in derived.errors}
    body = article_html(
        text.body,
        derived,
        context,
        title=text.title,
        badges={name: (each.level, error_words(t, each)) for name, each in known.items()},
    )
    return page(
        "article.html",
        frame,
        vary=_VARY,
        max_age=MAX_AGE if reports is None else None,
        modified_ms=milliseconds(metadata.changed_at),
        headers=_headers(entry, text, url=url),
        reports=reports,
        reportable=[
            (each.anchor, each.error[:_LONGEST_OPTION]) for each in derived.errors[:_MOST_OPTIONS]
        ],
        metadata=metadata,
        trust=trust,
        errors_run=errors_run(t, trust),
        evidence=entry.evidence,
        environments=environments_of(entry.evidence),
        text=text,
        slug=article.slug,
        text_lang=lang_of(text.lang, lang),
        shown_language=NAMES.get(text.lang, text.lang),
        updated=metadata.changed_at,
        deprecated=is_deprecated,
        successor=next((o for o in others if o.slug in successors), None),
        curl=_curl(entry, text, url=url, context=context),
        contents=list(_contents(entry, text, t)),
        body=body,
        card=best_card(derived.errors, trust, wanted=error, body=text.body, context=context),
        code_blocks=[
            (block.description, code_html(block.content, context, language=block.language))
            for block in text.code_blocks
        ],
        questions=list(_questions(entry, text, context)),
        related=[_Related(o.slug, o.title, lang_of(o.lang, lang)) for o in others],
        about=list(_about(entry, t, lang=lang)),
        edit=edit,
        neighbours=neighbours,
    )


def _frame(entry: Entry, text: Translation, *, lang: str, url: str) -> Frame:
    article = entry.article
    path = page_path(article.slug, "")[1:]
    document = f"{url}{document_path(article.slug, text.lang)}"
    address = f"{url}{article_path(article.slug)}?format=json&lang={text.lang}"
    languages = page_languages(article.languages)
    return Frame(
        lang=lang,
        url=url,
        path=path,
        title=text.title,
        description=text.summary,
        languages=languages,
        kind="article",
        alternates=(
            Alternate("text/markdown", document, "Markdown"),
            Alternate("application/json", address, "JSON"),
        ),
        data=article_data(entry, text, lang=lang, url=url),
    )


def _headers(entry: Entry, text: Translation, *, url: str) -> list[tuple[str, str]]:
    name = header_name(entry.article.slug, entry.article.metadata.id)
    document = f"{url}{document_path(name, text.lang)}"
    return [
        ("X-Article-Id", quote(entry.article.metadata.id)),
        ("X-Article-Slug", quote(entry.article.slug)),
        ("Link", f'<{document}>; rel="alternate"; type="text/markdown"'),
    ]


def _page_context(t: Texts, *, lang: str, slugs: Mapping[str, str]) -> PageContext:
    def resolve(target: str) -> str | None:
        """The page of a reference code, an id or a document; None for external links."""
        if target.startswith("#") or "://" in target:
            return None
        slug = slugs.get(reference_target(Link(label="", target=target)))
        if slug is None:
            return None
        _, mark, fragment = target.partition("#")
        return page_path(slug, lang) + mark + fragment

    steps = {step.value: label(t, "step", step) for step in Step}
    return PageContext(resolve=resolve, steps=steps, image=t.image)


def _related(entry: Entry, slugs: Mapping[str, str]) -> list[str]:
    """The articles listed as related, then those that the text refers to."""
    names = [*entry.article.metadata.related_ids]
    names += [reference_target(link) for derived in entry.derived for link in derived.references]
    found = dict.fromkeys(slugs[name] for name in names if name in slugs)
    found.pop(entry.article.slug, None)
    return list(found)[:_MOST_RELATED]


def _contents(entry: Entry, text: Translation, t: Texts) -> Iterator[tuple[int, str, str]]:
    """The table of contents: level (from 2), anchor, title."""
    sections = entry.of(text.lang).sections
    if sections and not sections[0].start and sections[0].title == text.title:
        sections = sections[1:]  # the page has it above
    top = min((section.level for section in sections), default=2)
    fine = sum(section.level <= top + 1 for section in sections) <= _LONGEST_CONTENTS
    for section in sections:
        if section.level <= top + fine:
            yield section.level - top + 2, section.anchor, section.title
    if text.code_blocks:
        yield 2, "page:code", t.code
    if text.questions:
        yield 2, "page:questions", t.questions
    yield 2, "page:evidence", t.verification


def _questions(
    entry: Entry, text: Translation, context: PageContext
) -> Iterator[tuple[str, str, Markup]]:
    """Anchor, question and answer; the anchor is that of the API unless a heading has it."""
    taken = {section.anchor for section in entry.of(text.lang).sections}
    for number, item in enumerate(text.questions, start=1):
        anchor = f"question-{number}"
        own = f"page:{anchor}" if anchor in taken else anchor
        yield own, item.question, fragment_html(item.answer, context)


def _curl(entry: Entry, text: Translation, *, url: str, context: PageContext) -> Markup:
    """How to get the article without a browser."""
    slug = entry.article.slug
    lines = (
        f"curl '{url}{document_path(slug, text.lang)}'",
        f"curl '{url}{article_path(slug)}?format=json&lang={text.lang}'",
        f"curl -H 'Accept: text/markdown' '{url}{page_path(slug, text.lang)}'",
    )
    return code_html("\n".join(lines), context, language="sh")


def _about(entry: Entry, t: Texts, *, lang: str) -> Iterator[tuple[str, list[Value]]]:
    """The remaining facts, each with its values."""
    article, metadata = entry.article, entry.article.metadata

    def narrowed(**filters: str) -> str:
        return f"/{lang}/search?{urlencode(filters)}"

    languages = page_languages(article.languages)
    rows: dict[str, list[Value]] = {
        t.author: [Value(metadata.author, narrowed(author=metadata.author))],
        t.domain: [Value(label(t, "domain", metadata.domain), narrowed(domain=metadata.domain))],
        t.tags: [Value(tag, narrowed(tag=tag)) for tag in metadata.tags],
        t.applies_to: [Value(version) for version in metadata.versions],
        t.runtimes: [Value(f"{item.name} {item.version}") for item in metadata.runtimes],
        t.languages: [
            Value(NAMES.get(own, own), page_path(article.slug, own) if own in languages else "")
            for own in article.languages
        ],
        t.published: [Value(metadata.published_at[:10])] if metadata.published_at else [],
        t.updated: [Value(metadata.updated_at[:10])] if metadata.updated_at else [],
        t.names: [Value(name) for name in (metadata.code, metadata.id) if name],
    }
    yield from ((name, values) for name, values in rows.items() if values)
