"""Articles as bytes: one pure function for each format, and the headers they share."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from api.http.representation import NEGOTIATED, Representation
from api.responses.envelope import success
from api.responses.next_steps import linked_headers
from api.responses.urls import article_path, page_languages, page_path
from corpus.checks.trust import Evidence, Trust
from corpus.document.article import Status, Translation, VerificationRecord
from corpus.document.article_document import render
from corpus.document.outline import Link
from corpus.store.articles import verifier_id
from corpus.store.entry import Entry
from corpus.text.timestamps import milliseconds

MAX_AGE = 60
"""Seconds that a cache may keep an article without asking."""
_LONGEST_NAME = 400
"""Bytes of a quoted slug that headers repeat."""


def as_markdown(
    entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str], vary: str = NEGOTIATED
) -> Representation:
    """The article document; `vary` names the headers that chose it."""
    text = render(entry.told, lang=lang, public_url=url)
    return Representation(
        text.encode(),
        media_type="text/markdown; charset=utf-8",
        headers=_headers(entry, lang=lang, url=url, slugs=slugs),
        max_age=MAX_AGE,
        modified_ms=_modified(entry),
        vary=vary,
    )


def as_json(entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]) -> Representation:
    """The bare article object."""
    return Representation(
        orjson.dumps(article_object(entry, lang=lang, url=url, slugs=slugs)),
        media_type="application/json; charset=utf-8",
        headers=_headers(entry, lang=lang, url=url, slugs=slugs),
        max_age=MAX_AGE,
        modified_ms=_modified(entry),
    )


def as_summary(entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]) -> Representation:
    """The short facts in an envelope, with where to get the rest."""
    return success(
        summary_object(entry, lang=lang, url=url, slugs=slugs),
        next_step=_next_step(entry, lang=lang, url=url, slugs=slugs),
        headers=_headers(entry, lang=lang, url=url, slugs=slugs),
        max_age=MAX_AGE,
        modified_ms=_modified(entry),
    )


def summary_object(
    entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]
) -> dict[str, Any]:
    """`data` of the answer without a format."""
    article, metadata = entry.article, entry.article.metadata
    address = f"{url}{article_path(article.slug)}"
    return {
        "id": metadata.id,
        "slug": article.slug,
        "code": metadata.code,
        "title": {text.lang: text.title for text in article.translations},
        "summary": {text.lang: text.summary for text in article.translations},
        "domain": metadata.domain,
        "author": metadata.author,
        "tags": metadata.tags,
        "keywords": metadata.keywords,
        "verificationStatus": metadata.status,
        "confidenceScore": metadata.confidence,
        "riskLevel": metadata.risk,
        "applicableVersions": metadata.versions,
        "publishedAt": metadata.published_at,
        "updatedAt": metadata.updated_at,
        "createdAt": metadata.created_at,
        "formats": {
            "json": f"{address}?format=json&lang={lang}",
            "markdown": f"{address}?format=markdown&lang={lang}",
        },
        **_notice_field(entry, url=url, slugs=slugs),
    }


def article_object(
    entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]
) -> dict[str, Any]:
    """The article as `format=json` gives it; `slugs` says where references lead."""
    article, metadata = entry.article, entry.article.metadata
    text, derived = article.translation(lang), entry.of(lang)
    return {
        "id": metadata.id,
        "slug": article.slug,
        "code": metadata.code,
        "aliases": metadata.aliases,
        "author": metadata.author,
        "title": text.title,
        "summary": text.summary,
        "content": text.body,
        "lang": text.lang,
        "languages": article.languages,
        "domain": metadata.domain,
        "tags": metadata.tags,
        "keywords": metadata.keywords,
        "verificationStatus": metadata.status,
        "confidenceScore": metadata.confidence,
        "riskLevel": metadata.risk,
        "applicableVersions": metadata.versions,
        "runtimeEnv": [
            {"name": runtime.name, "version": runtime.version} for runtime in metadata.runtimes
        ],
        "codeBlocks": _code_blocks(metadata.id, text),
        "qaPairs": _questions(metadata.id, text),
        "verificationRecords": [
            _record(metadata.id, number, record)
            for number, record in enumerate(metadata.records, start=1)
        ],
        "relatedIds": metadata.related_ids,
        "publishedAt": metadata.published_at,
        "updatedAt": metadata.updated_at,
        "createdAt": metadata.created_at,
        "apiAccess": _access(article.slug, lang=text.lang, url=url),
        "sections": [
            {"level": section.level, "title": section.title, "anchor": section.anchor}
            for section in derived.sections
        ],
        "errors": [
            {
                "error": error.error,
                "cause": error.cause,
                "solution": error.solution,
                "anchor": error.anchor,
            }
            for error in derived.errors
        ],
        "references": [_reference(link, url=url, slugs=slugs) for link in derived.references],
        "trust": evidence_object(entry),
        "url": f"{url}{article_path(article.slug)}",
        **_notice_field(entry, url=url, slugs=slugs),
    }


def trust_object(trust: Trust) -> dict[str, Any]:
    """What is known of the fixes: the level, in a sentence, and when it was last shown."""
    return {
        "level": trust.level,
        "explanation": trust.explanation,
        "records": trust.records,
        "lastRun": trust.last_run,
    }


def evidence_object(entry: Entry) -> dict[str, Any]:
    """The same with the receipts behind it."""
    return {**trust_object(entry.trust), "receipts": [_receipt(item) for item in entry.evidence]}


def _receipt(item: Evidence) -> dict[str, Any]:
    receipt, environment = item.receipt, item.receipt.environment
    return {
        "check": receipt.check,
        "error": receipt.error,
        "outcome": receipt.outcome,
        "reason": receipt.reason,
        "stale": item.is_stale,
        "ranAt": receipt.ran_at,
        "repetitions": receipt.repetitions,
        "environment": {
            "os": environment.os,
            "kernel": environment.kernel,
            "architecture": environment.architecture,
            "runtimes": environment.runtimes,
        },
        "isolation": receipt.isolation.sandbox,
    }


def reference_target(link: Link) -> str:
    """What a link may call an article: the target, or the name of the file it points to."""
    path = link.target.partition("#")[0].partition("?")[0]
    name = path.rsplit("/", 1)[-1]
    return name.removesuffix(".md") if path.endswith(".md") else path


def references(entry: Entry) -> list[str]:
    """All names that the article refers to, in links and as related."""
    links = (link for derived in entry.derived for link in derived.references)
    return list({*map(reference_target, links), *entry.article.metadata.related_ids})


def _reference(link: Link, *, url: str, slugs: Mapping[str, str]) -> dict[str, Any]:
    slug = slugs.get(reference_target(link))
    if slug is not None:
        address: str | None = f"{url}{article_path(slug)}"
    else:
        address = link.target if link.target.startswith(("http://", "https://")) else None
    return {"label": link.label, "target": link.target, "slug": slug, "url": address}


def _code_blocks(article_id: str, text: Translation) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{article_id.replace('art_', 'cb_', 1)}_{number}",
            "language": block.language,
            "filename": None,
            "content": block.content,
            "description": block.description,
        }
        for number, block in enumerate(text.code_blocks, start=1)
    ]


def _questions(article_id: str, text: Translation) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{article_id.replace('art_', 'qa_', 1)}_{number}",
            "question": qa.question,
            "answer": qa.answer,
        }
        for number, qa in enumerate(text.questions, start=1)
    ]


def _record(article_id: str, number: int, record: VerificationRecord) -> dict[str, Any]:
    environment = record.environment
    return {
        "id": f"{article_id.replace('art_', 'vr_', 1)}_{number}",
        "articleId": article_id,
        "verifier": {
            "id": verifier_id(record.verifier),
            "type": record.kind,
            "name": record.verifier,
        },
        "result": record.result,
        "environment": environment
        and {
            "os": environment.os,
            "runtime": environment.runtime,
            "version": environment.version,
        },
        "notes": record.notes,
        "verifiedAt": record.verified_at,
    }


def _access(slug: str, *, lang: str, url: str) -> dict[str, Any]:
    path = article_path(slug)
    return {
        "endpoints": {
            "search": f"/api/v1/search?q={quote(slug, safe='')}",
            "json": f"{path}?format=json&lang={lang}",
            "markdown": f"{path}?format=markdown&lang={lang}",
        },
        "exampleUsage": f'curl "{url}{path}?format=json&lang={lang}"',
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
    notice = notice_of(entry, url=url, slugs=slugs)
    if notice and (successor := _successor(entry, slugs)):
        links.append(f'<{url}{article_path(successor)}>; rel="successor-version"')
    return [
        *([("X-Article-Notice", notice)] if notice else []),
        ("Content-Language", lang),
        ("X-Article-Id", quote(article.metadata.id)),
        ("X-Article-Slug", quote(article.slug)),
        *linked_headers(url, article_path(name), links),
    ]


def header_name(slug: str, id_: str) -> str:
    """What the links in headers call an article: its slug, or where that is long, its id.

    Proxies have a few kilobytes for all headers, and the name is in them several times.
    """
    return slug if len(quote(slug)) <= _LONGEST_NAME else id_


def _successor(entry: Entry, slugs: Mapping[str, str]) -> str | None:
    """Where readers of a deprecated article should go: its first related one."""
    related = entry.article.metadata.related_ids
    return next((header_name(slugs[id_], id_) for id_ in related if id_ in slugs), None)


def notice_of(entry: Entry, *, url: str, slugs: Mapping[str, str]) -> str | None:
    """What readers of a deprecated article are told; None for any other."""
    if entry.article.metadata.status is not Status.DEPRECATED:
        return None
    successor = _successor(entry, slugs)
    where = f"; read {url}{article_path(successor)} instead" if successor else ""
    return f"This article is deprecated{where}."


def _notice_field(entry: Entry, *, url: str, slugs: Mapping[str, str]) -> dict[str, str]:
    """Only where there is something to say: other articles have the fields they always had."""
    notice = notice_of(entry, url=url, slugs=slugs)
    return {"notice": notice} if notice else {}


def _next_step(entry: Entry, *, lang: str, url: str, slugs: Mapping[str, str]) -> str:
    if (notice := notice_of(entry, url=url, slugs=slugs)) is not None:
        return notice
    address = f"{url}{article_path(entry.article.slug)}"
    return f"GET {address}?format=markdown&lang={lang} for the whole article"


def _modified(entry: Entry) -> int:
    return milliseconds(entry.article.metadata.changed_at)
