"""An article as an object: in full in one language, or a summary in all of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote, unquote

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from api.responses.feedback.reports import ReportCountsObject
from api.responses.model import Model, doc
from api.responses.trust import EntryTrustObject, EvidenceObject, entry_trust, evidence_object
from api.responses.urls import article_path
from corpus.checks.trust import Trust
from corpus.document.article import (
    Risk,
    Status,
    Translation,
    VerificationRecord,
    VerificationResult,
    VerifierKind,
)
from corpus.document.outline import ErrorEntry, Link, outline
from corpus.document.sections import Part, join_parts
from corpus.feedback.reports import ReportCounts
from corpus.store.articles import verifier_id
from corpus.store.entry import Entry

_LONGEST_NAME = 400
"""Bytes of a quoted slug that headers repeat."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_FILE_SUFFIX = re.compile(r"\.(?:mdx?|markdown|html?)\Z")
_PAGE_OF_FOLDER = re.compile(r"(?:_?index|readme)(?:\.\w+)?", re.IGNORECASE)
_SORTING_NUMBER = re.compile(r"\A0\d[-_. ]+(?=\D)")

Code = Annotated[str | None, doc("What other articles call it: `TRANS-003`.")]
VerificationStatus = Annotated[Status, doc("What the author says.")]
ConfidenceScore = Annotated[int, doc("Per cent, as the document states it.")]
Notice = Annotated[str | UnsetType, doc("Of a deprecated article: that, and what to read instead.")]


class Runtime(Model):
    """A runtime that the article applies to."""

    name: str
    version: str


class CodeBlockObject(Model):
    """A block of the Code Blocks section, or without one of the body."""

    id: str
    language: str
    filename: str | None
    content: str
    description: str


class QaPair(Model):
    """A question and its answer in Markdown."""

    id: str
    question: str
    answer: str


class Verifier(Model):
    """Who verified."""

    id: str
    type: VerifierKind | None
    name: str


class EnvironmentObject(Model):
    """Where it was verified."""

    os: str
    runtime: str
    version: str


class VerificationRecordObject(Model):
    """What somebody states about a verification."""

    id: str
    article_id: str
    verifier: Verifier
    result: VerificationResult
    environment: EnvironmentObject | None
    notes: str | None
    verified_at: str


class Endpoints(Model):
    """The addresses of the article."""

    search: str
    json: str
    markdown: str


class ApiAccess(Model):
    """How to get the article."""

    endpoints: Endpoints
    example_usage: str


class SectionObject(Model):
    """A heading of the body."""

    level: int
    title: str
    anchor: str


class ErrorRow(Model):
    """A row of an error table."""

    error: str
    cause: str | None
    solution: str | None
    anchor: str
    trust: EntryTrustObject


class Reference(Model):
    """A link; `slug` where it leads to an article."""

    label: str
    target: str
    slug: str | None
    url: str | None


class ArticleObject(Model):
    """An article in one language, without an envelope."""

    id: str
    slug: str
    code: Code
    aliases: tuple[str, ...]
    author: str
    title: str
    summary: str
    content: Annotated[str, doc("The body, in Markdown.")]
    lang: str
    languages: tuple[str, ...]
    domain: str
    tags: tuple[str, ...]
    keywords: tuple[str, ...]
    verification_status: VerificationStatus
    confidence_score: ConfidenceScore
    risk_level: Risk
    applicable_versions: tuple[str, ...]
    runtime_env: list[Runtime]
    code_blocks: list[CodeBlockObject]
    qa_pairs: list[QaPair]
    verification_records: list[VerificationRecordObject]
    related_ids: tuple[str, ...]
    published_at: str | None
    updated_at: str | None
    created_at: str | None
    api_access: ApiAccess
    sections: list[SectionObject]
    errors: list[ErrorRow]
    references: list[Reference]
    trust: EvidenceObject
    reports: ReportCountsObject
    url: str
    notice: Notice = UNSET


class Formats(Model):
    """The addresses of the full article."""

    json: str
    markdown: str


class Summary(Model):
    """The summary of an article, in all its languages."""

    id: str
    slug: str
    code: Code
    title: dict[str, str]
    summary: dict[str, str]
    domain: str
    author: str
    tags: tuple[str, ...]
    keywords: tuple[str, ...]
    verification_status: VerificationStatus
    confidence_score: ConfidenceScore
    risk_level: Risk
    applicable_versions: tuple[str, ...]
    published_at: str | None
    updated_at: str | None
    created_at: str | None
    formats: Formats
    notice: Notice = UNSET


def summary_object(entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]) -> Summary:
    """The summary; `slugs` maps references to articles."""
    article = entry.article
    return Summary.of(
        article.metadata,
        **_facts(entry, url=url, slugs=slugs),
        title={text.lang: text.title for text in article.translations},
        summary={text.lang: text.summary for text in article.translations},
        formats=Formats(**_formats(f"{url}{article_path(article.slug)}", lang)),
    )


def article_object(
    entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str], reports: ReportCounts
) -> ArticleObject:
    """The article in one language; `slugs` maps references to articles."""
    article, metadata = entry.article, entry.article.metadata
    text, derived = article.translation(lang), entry.of(lang)
    trust = entry.trust(text.lang)
    return ArticleObject.of(
        metadata,
        **_facts(entry, url=url, slugs=slugs),
        title=text.title,
        summary=text.summary,
        content=text.body,
        lang=text.lang,
        languages=article.languages,
        runtime_env=[Runtime.of(runtime) for runtime in metadata.runtimes],
        code_blocks=_code_blocks(metadata.id, text),
        qa_pairs=_questions(metadata.id, text),
        verification_records=[
            _record(metadata.id, number, record)
            for number, record in enumerate(metadata.records, start=1)
        ],
        api_access=_access(article.slug, lang=text.lang, url=url),
        sections=[SectionObject.of(section) for section in derived.sections],
        errors=[error_row(error, trust, text.lang) for error in derived.errors],
        references=[_reference(link, url=url, slugs=slugs) for link in derived.references],
        trust=evidence_object(entry, text.lang),
        reports=ReportCountsObject.of(reports),
        url=f"{url}{article_path(article.slug)}",
    )


def only_section(shown: ArticleObject, section: Sequence[Part]) -> ArticleObject:
    """The article with the content of one section, and of lists only what is in it."""
    anchors = {part.anchor for part in section}
    return replace(
        shown,
        content=join_parts(section),
        code_blocks=[],
        qa_pairs=[],
        references=[],
        sections=[each for each in shown.sections if each.anchor in anchors],
        errors=[each for each in shown.errors if each.anchor in anchors],
    )


def error_row(error: ErrorEntry, trust: Trust, lang: str) -> ErrorRow:
    """A row of an error table, with its trust."""
    return ErrorRow(
        error=error.error,
        cause=error.cause,
        solution=error.solution,
        anchor=error.anchor,
        trust=entry_trust(trust.of(error.anchor), lang),
    )


def _facts(entry: Entry, *, url: str, slugs: Mapping[str, str]) -> dict[str, Any]:
    """The fields that both have, besides those of the metadata."""
    metadata = entry.article.metadata
    return {
        "slug": entry.article.slug,
        "verification_status": metadata.status,
        "confidence_score": metadata.confidence,
        "risk_level": metadata.risk,
        "applicable_versions": metadata.versions,
        "notice": notice_of(entry, url=url, slugs=slugs) or UNSET,
    }


def reference_target(link: Link) -> str:
    """What a link may call an article: the target, or the last name of the path that it is.

    Links to files, to pages of the site that the text was written for, and of wikis.
    """
    if _ADDRESS.match(link.target):
        return link.target
    path = unquote(link.target.partition("#")[0].partition("?")[0])
    names = [name for name in path.split("/") if name not in ("", ".", "..")]
    if names and _PAGE_OF_FOLDER.fullmatch(names[-1]) and len(names) > 1:
        names.pop()
    name = _FILE_SUFFIX.sub("", names[-1]) if names else path
    return _SORTING_NUMBER.sub("", name).replace(" ", "-")


def references(entry: Entry) -> list[str]:
    """All names by which the article refers to others, in links and as related."""
    links = (link for derived in entry.derived for link in derived.references)
    return list({*map(reference_target, links), *entry.article.metadata.related_ids})


def header_name(slug: str, id_: str) -> str:
    """The name of an article for links in headers: its slug, or its id if the slug is long.

    Headers repeat it several times, and proxies limit them to a few kilobytes.
    """
    return slug if len(quote(slug)) <= _LONGEST_NAME else id_


def successor(entry: Entry, slugs: Mapping[str, str]) -> str | None:
    """The name of the article that replaces a deprecated one: its first related article."""
    if entry.article.metadata.status is not Status.DEPRECATED:
        return None
    related = entry.article.metadata.related_ids
    return next((header_name(slugs[id_], id_) for id_ in related if id_ in slugs), None)


def notice_of(entry: Entry, *, url: str, slugs: Mapping[str, str]) -> str | None:
    """The notice for readers of a deprecated article; None for any other."""
    if entry.article.metadata.status is not Status.DEPRECATED:
        return None
    name = successor(entry, slugs)
    where = f"; read {url}{article_path(name)} instead" if name else ""
    return f"This article is deprecated{where}."


def _reference(link: Link, *, url: str, slugs: Mapping[str, str]) -> Reference:
    slug = slugs.get(reference_target(link))
    if slug is not None:
        address: str | None = f"{url}{article_path(slug)}"
    else:
        address = link.target if link.target.startswith(("http://", "https://")) else None
    return Reference(label=link.label, target=link.target, slug=slug, url=address)


def _code_blocks(article_id: str, text: Translation) -> list[CodeBlockObject]:
    """Those of the Code Blocks section; where there is none, those of the body."""
    blocks = [(each.language, None, each.content, each.description) for each in text.code_blocks]
    return [
        CodeBlockObject(
            id=_part_id(article_id, "cb", number),
            language=language,
            filename=filename,
            content=content,
            description=description,
        )
        for number, (language, filename, content, description) in enumerate(
            blocks or _blocks_of_body(text.body), start=1
        )
    ]


def _blocks_of_body(body: str) -> Iterator[tuple[str, str | None, str, str]]:
    """Language, file, content, and the heading above, of each block of code."""
    contents = outline(body)
    titles = {section.anchor: section.title for section in contents.sections}
    for block in contents.code:
        content = block.content.removesuffix("\n")
        yield block.language, block.file or None, content, titles.get(block.anchor, "")


def _questions(article_id: str, text: Translation) -> list[QaPair]:
    return [
        QaPair.of(qa, id=_part_id(article_id, "qa", number))
        for number, qa in enumerate(text.questions, start=1)
    ]


def _record(article_id: str, number: int, record: VerificationRecord) -> VerificationRecordObject:
    name, environment = record.verifier, record.environment
    return VerificationRecordObject.of(
        record,
        id=_part_id(article_id, "vr", number),
        article_id=article_id,
        verifier=Verifier(id=verifier_id(name), type=record.kind, name=name),
        environment=EnvironmentObject.of(environment) if environment else None,
    )


def _part_id(article_id: str, prefix: str, number: int) -> str:
    return f"{article_id.replace('art_', f'{prefix}_', 1)}_{number}"


def _access(slug: str, *, lang: str, url: str) -> ApiAccess:
    formats = _formats(article_path(slug), lang)
    return ApiAccess(
        endpoints=Endpoints(search=f"/api/v1/search?q={quote(slug, safe='')}", **formats),
        example_usage=f'curl "{url}{formats["json"]}"',
    )


def _formats(address: str, lang: str) -> dict[str, str]:
    return {form: f"{address}?format={form}&lang={lang}" for form in ("json", "markdown")}
