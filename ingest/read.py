"""From the text of one file to a document: article documents and any other Markdown."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from corpus.document.article import Metadata, PublicationState, Risk, Status, Translation
from corpus.document.article_document import Document, is_document, parse
from corpus.document.blocks import check_lines
from corpus.document.limits import check_lengths, name_problem
from corpus.document.outline import Outline, outline
from corpus.errors import DocumentError
from corpus.text.scripts import language_of
from ingest.file_names import slugify
from ingest.foreign.translate import translate
from ingest.front_matter import FrontMatter, split_front_matter
from languages.loader import pattern

_TITLE = ("title",)
_SUMMARY = ("description", "summary", "abstract", "excerpt")
_SHORT_TITLE = ("sidebar_label", "linktitle", "nav_title", "navtitle", "short_title")
_AUTHOR = ("author", "authors", "last_update.author")
_DOMAIN = ("domain", "category")
_REVIEW = ("review_by", "reviewby", "review-by")
_PUBLISHED = ("date", "published", "published_at", "publishedat", "created", "created_at")
_UPDATED = (
    "updated", "updated_at", "updatedat", "lastmod", "last_modified", "modified", "ms.date",
    "last_update.date",
)  # fmt: skip
_LANG = ("lang", "language", "locale")
_LANGUAGE = re.compile(r"[a-z]{2}(?=[-_][A-Za-z]{2,4}\Z|\Z)")
_BOILERPLATE = pattern("documents", "boilerplate", r"\A(?:{})")
_MOST_ALIASES_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """A document, what its body contains, and what only other Markdown can say."""

    document: Document
    outline: Outline
    state: PublicationState = PublicationState.PUBLISHED
    extra: dict[str, Any] = field(default_factory=dict)
    is_document: bool = False
    """Whether it has the form of an article document, which means every name that it states."""
    problems: tuple[DocumentError, ...] = ()
    """What was left out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """What is known of a file before it is read.

    `slug` and `domain` are what its path suggests, and `lang` unless it `is_guess`. Names that
    are `taken` by other articles are not asked for.
    """

    slug: str
    domain: str
    lang: str
    is_guess: bool = False
    is_mdx: bool = False
    taken: frozenset[str] = frozenset()


def read(text: str, place: FilePlace) -> ParsedFile:
    """Reads a file's text. Raises DocumentError with the line of what cannot be used."""
    text = _normal(text)
    check_lines(text)
    reading = _read(text, place)
    check_lengths(reading.document, text)
    return reading


def line_of_body(text: str) -> int:
    """How many lines of a file stand before its body."""
    text = _normal(text)
    _, rest, lines = split_front_matter(text)
    if is_document(rest):
        body = parse(rest, lang="").translation.body
        return lines + rest.count("\n", 0, max(rest.find(body), 0))
    return lines + len(rest) - len(rest.lstrip("\n"))


def _normal(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _read(text: str, place: FilePlace) -> ParsedFile:
    front, rest, lines = split_front_matter(text)
    lang = _language(front, rest, place)
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
            is_document=True,
            problems=tuple(front.problems),
        )
    return _read_markdown(front, rest, lines=lines, lang=lang, place=place)


def _language(front: FrontMatter, text: str, place: FilePlace) -> str:
    """What the path says, else the front matter, else the script of the text."""
    if not place.is_guess:
        return place.lang
    written = (str(front.values.get(key, "")) for key in _LANG)
    said = next((match for value in written if (match := _LANGUAGE.match(value))), None)
    return said[0] if said else language_of(text) or place.lang


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
    front: FrontMatter, text: str, *, lines: int, lang: str, place: FilePlace
) -> ParsedFile:
    body = translate(text.strip("\n"), is_mdx=place.is_mdx)
    with _after(lines + len(text) - len(text.lstrip("\n"))):
        contents = outline(body)
    slug = _name(front, "slug", place)
    title = front.text(_TITLE) or contents.title or front.text(_SHORT_TITLE) or place.slug
    metadata = _metadata(front, place, slug=slug or place.slug)
    translation = Translation(
        lang=lang, title=title, summary=_summary(front, title) or contents.lead, body=body
    )
    return ParsedFile(
        document=Document(slug=slug or None, metadata=metadata, translation=translation),
        outline=contents,
        state=_state(front),
        extra=front.unused_values(),
        problems=tuple(front.problems),
    )


def _metadata(front: FrontMatter, place: FilePlace, *, slug: str) -> Metadata:
    published, updated = front.time(_PUBLISHED), front.time(_UPDATED)
    categories = front.list(lambda key: key == "categories")
    return Metadata(
        id=_name(front, "id", place) or article_id(slug),
        code=_name(front, "code", place) or None,
        aliases=_aliases(front, place),
        author=front.text(_AUTHOR) or "unknown",
        domain=front.text(_DOMAIN) or next(iter(categories), "") or place.domain or "general",
        tags=tuple(dict.fromkeys([*front.list(lambda key: key == "tags"), *categories])),
        keywords=front.list(lambda key: key == "keywords" or key.endswith("_keywords")),
        status=Status(front.choice("verification_status", tuple(Status)) or Status.PENDING),
        risk=Risk(front.choice("risk", tuple(Risk)) or Risk.LOW),
        published_at=published or updated,
        updated_at=updated or published,
        created_at=published or updated,
        review_by=front.time(_REVIEW),
    )


def _summary(front: FrontMatter, title: str) -> str:
    """What the author says of the article; not what a template says of every page."""
    text = front.text(_SUMMARY)
    says_no_more = _BOILERPLATE.match(text) or text.casefold() == title.casefold()
    return "" if says_no_more else text


def _name(front: FrontMatter, key: str, place: FilePlace) -> str:
    """A name that the author gives the article, if it can be one; else that of the file does."""
    name = front.text((key,))
    if not name:
        return ""
    if slugify(name) != name:
        front.leave_out(key, f"the {key} {name[:60]!r} may hold letters, digits and - . _ ~ only")
    elif problem := name_problem(key, name):
        front.leave_out(key, problem)
    elif name in place.taken:
        front.leave_out(key, f"the {key} {name!r} is already used by another article")
    else:
        return name
    return ""


def _aliases(front: FrontMatter, place: FilePlace) -> tuple[str, ...]:
    """The former slugs that can be one; other generators put paths there."""
    written = front.list(lambda key: key == "aliases")
    good = tuple(
        name
        for name in written
        if slugify(name) == name and name not in place.taken and not name_problem("alias", name)
    )
    if bad := [name[:60] for name in written if name not in good]:
        more = f" and {len(bad) - _MOST_ALIASES_NAMED} more" if bad[_MOST_ALIASES_NAMED:] else ""
        shown = ", ".join(map(repr, bad[:_MOST_ALIASES_NAMED])) + more
        message = f"the aliases {shown} are left out: no slugs, or already used"
        front.leave_out("aliases", message)
    return good


def _state(front: FrontMatter) -> PublicationState:
    if front.says("archived", True):
        return PublicationState.ARCHIVED
    draft = front.says("draft", True) or front.says("published", False)
    return PublicationState.DRAFT if draft else PublicationState.PUBLISHED
