"""Representations of an article: one function for each format, and the headers they share."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from api.http.representation import NEGOTIATED, Representation
from api.responses.articles import (
    article_object,
    header_name,
    notice_of,
    only_section,
    successor,
    summary_object,
)
from api.responses.envelope import JSON, success
from api.responses.model import encoded
from api.responses.next_steps import linked_headers
from api.responses.urls import article_path, page_languages, page_path
from corpus.document.article_document import render
from corpus.document.sections import Part, join_parts
from corpus.feedback.reports import ReportCounts, current_counts
from corpus.store.database import Connection
from corpus.store.entry import Entry
from corpus.text.timestamps import milliseconds
from languages.loader import fill, texts_for

MAX_AGE = 60
"""Seconds that a cache may keep an article without revalidation."""
MARKDOWN = "text/markdown; charset=utf-8"


def as_markdown(
    entry: Entry,
    *,
    lang: str,
    url: str,
    slugs: Mapping[str, str],
    vary: str = NEGOTIATED,
    section: Sequence[Part] = (),
) -> Representation:
    """The article document or a section of it; `vary` names the headers it was chosen by."""
    text = (
        f"{join_parts(section)}\n"
        if section
        else render(entry.with_run_records(lang), lang=lang, public_url=url)
    )
    return Representation(
        text.encode(),
        media_type=MARKDOWN,
        vary=vary,
        **_about(entry, lang=lang, url=url, slugs=slugs),
    )


def as_json(
    entry: Entry,
    *,
    lang: str,
    url: str,
    slugs: Mapping[str, str],
    reports: ReportCounts,
    vary: str = NEGOTIATED,
    section: Sequence[Part] = (),
) -> Representation:
    """The bare article object, or with the content of a section of it alone."""
    about = _about(entry, lang=lang, url=url, slugs=slugs)
    about["modified_ms"] = max(about["modified_ms"], milliseconds(reports.last_at))
    shown = article_object(entry, lang=lang, url=url, slugs=slugs, reports=reports)
    return Representation(
        encoded(only_section(shown, section) if section else shown),
        media_type=JSON,
        vary=vary,
        subject=entry.article.metadata.id,
        **about,
    )


def by_suffix(suffix: str, connection: Connection, entry: Entry) -> Callable[..., Representation]:
    """What renders an article under an address with `.json`, `.md`, `.zh.md` or none of them."""
    if suffix.endswith(".json"):
        return partial(as_json, entry, reports=current_counts(connection, entry))
    return partial(as_markdown if suffix else as_summary, entry)


def as_summary(entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]) -> Representation:
    """The summary in an envelope, with the addresses of the full article."""
    shown = summary_object(entry, lang=lang, url=url, slugs=slugs)
    words = texts_for("answers", lang)
    next_step = shown.notice or fill(words.next_article, url=shown.formats.markdown)
    return success(shown, next_step=next_step, **_about(entry, lang=lang, url=url, slugs=slugs))


def _about(entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]) -> dict[str, Any]:
    """What all formats share: headers and cache lifetime."""
    return {
        "headers": _headers(entry, lang=lang, url=url, slugs=slugs),
        "max_age": MAX_AGE,
        "modified_ms": milliseconds(entry.article.metadata.changed_at),
    }


def _headers(
    entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]
) -> list[tuple[str, str]]:
    article = entry.article
    name = header_name(article.slug, article.metadata.id)
    address = f"{url}{article_path(name)}"
    pages = page_languages(article.languages)
    page = page_path(name, lang if lang in pages else pages[0])
    links = [
        f'<{address}?format=json&lang={lang}>; rel="alternate"; type="application/json"',
        f'<{address}?format=markdown&lang={lang}>; rel="alternate"; type="text/markdown"',
        f'<{url}{page}>; rel="alternate"; type="text/html"',
        f'<{url}/docs>; rel="describedby"; type="text/html"',
        f'<{url}/llms.txt>; rel="describedby"; type="text/plain"',
    ]
    if better := successor(entry, slugs):
        links.append(f'<{url}{article_path(better)}>; rel="successor-version"')
    notice = notice_of(entry, url=url, slugs=slugs)
    return [
        *([("X-Article-Notice", notice)] if notice else []),
        ("Content-Language", lang),
        ("X-Article-Id", quote(article.metadata.id)),
        ("X-Article-Slug", quote(article.slug)),
        *linked_headers(url, article_path(name), links),
    ]
