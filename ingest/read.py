"""From the text of one file to a document: article documents and any other Markdown."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from corpus.document.article import Metadata, PublicationState, Risk, Status, Translation
from corpus.document.article_document import Document, is_document, parse
from corpus.document.blocks import check_lines
from corpus.document.outline import Outline, outline
from corpus.errors import DocumentError
from ingest.front_matter import FrontMatter, split_front_matter
from ingest.limits import check_lengths

_TITLE = ("title",)
_SUMMARY = ("description", "summary", "abstract", "excerpt")
_AUTHOR = ("author", "authors")
_DOMAIN = ("domain", "category")
_PUBLISHED = ("date", "published", "published_at", "publishedat", "created", "created_at")
_UPDATED = ("updated", "updated_at", "updatedat", "lastmod", "last_modified", "modified", "ms.date")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """A document, what its body contains, and what only other Markdown can say."""

    document: Document
    outline: Outline
    state: PublicationState = PublicationState.PUBLISHED
    extra: dict[str, Any] = field(default_factory=dict)


def read(text: str, *, lang: str, slug: str, domain: str) -> ParsedFile:
    """Reads a file's text; `slug` and `domain` are what its path suggests.

    Raises DocumentError with the line of what cannot be used.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    check_lines(text)
    reading = _read(text, lang=lang, slug=slug, domain=domain)
    check_lengths(reading.document, text)
    return reading


def _read(text: str, *, lang: str, slug: str, domain: str) -> ParsedFile:
    front, rest, lines = split_front_matter(text)
    if is_document(rest):
        with _after(lines):
            document = parse(rest, lang=lang)
        body = document.translation.body
        with _after(lines + rest.count("\n", 0, rest.find(body))):
            contents = outline(body)
        return ParsedFile(
            document=document,
            outline=contents,
            state=_state(front),
            extra=dict(front.values),
        )
    return _read_markdown(front, rest, lines=lines, lang=lang, slug=slug, domain=domain)


def article_id(slug: str) -> str:
    """The id of an article that does not state one: always the same for the same slug."""
    digest = hashlib.sha256(slug.encode()).digest()
    return "art_" + base64.urlsafe_b64encode(digest).decode()[:12]


@contextmanager
def _after(lines: int) -> Iterator[None]:
    """Counts the lines of errors from the start of the file, where a part of it is read."""
    try:
        yield
    except DocumentError as error:
        raise DocumentError(error.message, line=error.line + lines) from None


def _read_markdown(
    front: FrontMatter, text: str, *, lines: int, lang: str, slug: str, domain: str
) -> ParsedFile:
    body = text.strip("\n")
    with _after(lines + len(text) - len(text.lstrip("\n"))):
        contents = outline(body)
    heading = contents.sections[0].title if contents.sections else ""
    slug = front.text(("slug",)) or slug
    published, updated = front.time(_PUBLISHED), front.time(_UPDATED)
    metadata = Metadata(
        id=front.text(("id",)) or article_id(slug),
        code=front.text(("code",)) or None,
        aliases=front.list(lambda key: key == "aliases"),
        author=front.text(_AUTHOR) or "unknown",
        domain=front.text(_DOMAIN) or domain or "general",
        tags=front.list(lambda key: key == "tags"),
        keywords=front.list(lambda key: key == "keywords" or key.endswith("_keywords")),
        status=Status(front.choice("verification_status", tuple(Status)) or Status.PENDING),
        risk=Risk(front.choice("risk", tuple(Risk)) or Risk.LOW),
        published_at=published or updated,
        updated_at=updated or published,
        created_at=published or updated,
    )
    translation = Translation(
        lang=lang,
        title=front.text(_TITLE) or heading or slug,
        summary=front.text(_SUMMARY) or contents.lead,
        body=body,
    )
    return ParsedFile(
        document=Document(
            slug=front.text(("slug",)) or None, metadata=metadata, translation=translation
        ),
        outline=contents,
        state=_state(front),
        extra=front.unused(),
    )


def _state(front: FrontMatter) -> PublicationState:
    if front.says("archived", True):
        return PublicationState.ARCHIVED
    draft = front.says("draft", True) or front.says("published", False)
    return PublicationState.DRAFT if draft else PublicationState.PUBLISHED
