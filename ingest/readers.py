"""From the text of one file to a document: article documents and any other Markdown."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

from corpus.article import Metadata, Risk, State, Status, Translation, instant
from corpus.document import Document, is_document, parse
from corpus.errors import DocumentError
from corpus.outline import Outline, outline

_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.M
)
_FRONT_MATTER_LIMIT = 64 * 1024
_VALUES_LIMIT = 5_000
_AMERICAN_DATE = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")

_TITLE = ("title",)
_SUMMARY = ("description", "summary", "abstract", "excerpt")
_AUTHOR = ("author", "authors")
_DOMAIN = ("domain", "category")
_PUBLISHED = ("date", "published", "published_at", "publishedat", "created", "created_at")
_UPDATED = ("updated", "updated_at", "updatedat", "lastmod", "last_modified", "modified", "ms.date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document, what its body contains, and what only other Markdown can say."""

    document: Document
    outline: Outline
    state: State = State.PUBLISHED
    extra: dict[str, Any] = field(default_factory=dict)


def read(text: str, *, lang: str, slug: str, domain: str) -> Reading:
    """Reads a file's text; `slug` and `domain` are what its path suggests.

    Raises DocumentError with the line of what cannot be used.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front, rest, lines = _split_front_matter(text)
    if is_document(rest):
        document = _shifted(rest, lang=lang, by=lines)
        return Reading(
            document=document,
            outline=outline(document.translation.body),
            state=_state(front),
            extra=front,
        )
    return _read_markdown(front, rest, lang=lang, slug=slug, domain=domain)


def article_id(slug: str) -> str:
    """The id of an article that does not state one: always the same for the same slug."""
    digest = hashlib.sha256(slug.encode()).digest()
    return "art_" + base64.urlsafe_b64encode(digest).decode()[:12]


def _shifted(text: str, *, lang: str, by: int) -> Document:
    try:
        return parse(text, lang=lang)
    except DocumentError as error:
        raise DocumentError(error.message, line=error.line + by) from None


def _read_markdown(
    front: dict[str, Any], body: str, *, lang: str, slug: str, domain: str
) -> Reading:
    values = _Values(front)
    body = body.strip("\n")
    contents = outline(body)
    heading = contents.sections[0].title if contents.sections else ""
    slug = values.text(("slug",)) or slug
    published, updated = values.time(_PUBLISHED), values.time(_UPDATED)
    metadata = Metadata(
        id=values.text(("id",)) or article_id(slug),
        code=values.text(("code",)) or None,
        aliases=values.list(lambda key: key == "aliases"),
        author=values.text(_AUTHOR) or "unknown",
        domain=values.text(_DOMAIN) or domain or "general",
        tags=values.list(lambda key: key == "tags"),
        keywords=values.list(lambda key: key == "keywords" or key.endswith("_keywords")),
        status=Status(values.choice("verification_status", tuple(Status)) or Status.PENDING),
        risk=Risk(values.choice("risk", tuple(Risk)) or Risk.LOW),
        published_at=published or updated,
        updated_at=updated or published,
        created_at=published or updated,
    )
    translation = Translation(
        lang=lang,
        title=values.text(_TITLE) or heading or slug,
        summary=values.text(_SUMMARY) or contents.lead,
        body=body,
    )
    return Reading(
        document=Document(
            slug=values.text(("slug",)) or None, metadata=metadata, translation=translation
        ),
        outline=contents,
        state=_state(front),
        extra=values.unused(),
    )


def _state(front: Mapping[str, Any]) -> State:
    if front.get("archived") is True:
        return State.ARCHIVED
    draft = front.get("draft") is True or front.get("published") is False
    return State.DRAFT if draft else State.PUBLISHED


# Front matter


def _split_front_matter(text: str) -> tuple[dict[str, Any], str, int]:
    """The front matter, the text after it, and how many lines it takes."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        if text.startswith("---\n") and re.match(r"---\n[\w.]+:", text):
            raise DocumentError("the front matter is not closed with '---'")
        return {}, text, 0
    if len(match["yaml"]) > _FRONT_MATTER_LIMIT:
        raise DocumentError(f"the front matter is longer than {_FRONT_MATTER_LIMIT} characters")
    front = _load_yaml(match["yaml"])
    if front is None:
        return {}, text[match.end() :], match[0].count("\n")
    if not isinstance(front, dict):
        return {}, text, 0  # a text between two rules is not front matter
    plain = {str(key): _plain(value, [_VALUES_LIMIT]) for key, value in front.items()}
    return plain, text[match.end() :].lstrip("\n"), match[0].count("\n")


def _load_yaml(text: str) -> object:
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: S506 - it is the safe loader in C
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        message = f"the front matter is not readable YAML: {error.problem}"
        raise DocumentError(message, line=line + 2) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise DocumentError(f"the front matter is not readable YAML: {reason}", line=2) from None


def _plain(value: object, budget: list[int]) -> Any:
    """A YAML value as JSON can hold it; aliases that multiply run out of budget."""
    budget[0] -= 1
    if budget[0] < 0:
        raise DocumentError("the front matter holds too many values", line=2)
    if isinstance(value, dict):
        return {str(key): _plain(item, budget) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item, budget) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return value
    return str(value)


class _Values:
    """Front matter by name, whatever the spelling, remembering what was used."""

    def __init__(self, front: Mapping[str, Any]) -> None:
        self._front = front
        self._used: set[str] = set()

    def text(self, names: Sequence[str]) -> str:
        """The first of these that holds a text; line breaks become spaces."""
        for key, value in self._named(names):
            self._used.add(key)
            shown = ", ".join(_texts(value)) if isinstance(value, list) else str(value)
            if shown.strip():
                return " ".join(shown.split())
        return ""

    def list(self, wanted: Callable[[str], bool]) -> tuple[str, ...]:
        """All texts of the keys that are wanted, in order, each once."""
        texts: dict[str, None] = {}
        for key, value in self._front.items():
            if wanted(key.lower()) and isinstance(value, (list, str)):
                self._used.add(key)
                items = value if isinstance(value, list) else value.split(",")
                texts.update(dict.fromkeys(_texts(items)))
        return tuple(texts)

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """One of the allowed values, or '' where nothing is said."""
        value = self.text((name,))
        if value and value not in allowed:
            message = f"{name} is {value[:60]!r}; it may be {', '.join(allowed)}"
            raise DocumentError(message, line=2)
        return value

    def time(self, names: Sequence[str]) -> str | None:
        """The first of these that holds a time, as ISO 8601."""
        for key, value in self._named(names):
            if isinstance(value, str) and value.strip():
                self._used.add(key)
                return _iso_time(value.strip(), key)
        return None

    def unused(self) -> dict[str, Any]:
        """What nobody asked for."""
        return {key: value for key, value in self._front.items() if key not in self._used}

    def _named(self, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
        by_name = {key.lower().replace("-", "_"): key for key in self._front}
        for name in names:
            if name in by_name and self._front[by_name[name]] is not None:
                yield by_name[name], self._front[by_name[name]]


def _texts(items: Sequence[Any]) -> Iterator[str]:
    for item in items:
        if not isinstance(item, (dict, list)) and item is not None and str(item).strip():
            yield " ".join(str(item).split())


def _iso_time(value: str, key: str) -> str:
    if american := _AMERICAN_DATE.fullmatch(value):
        value = f"{american['year']}-{int(american['month']):02}-{int(american['day']):02}"
    try:
        moment = instant(value)
    except ValueError:
        message = f"{key} is {value[:60]!r}; it may be a date such as 2026-03-12"
        raise DocumentError(message, line=2) from None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
