"""The strict end of an article document: metadata, records, related articles, access.

Reading names the line of whatever is not as it must be; writing gives the one form
that reading accepts without a change.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn
from urllib.parse import quote

from corpus.document.article import (
    Metadata,
    RecordEnvironment,
    Risk,
    RuntimeRequirement,
    Status,
    VerificationRecord,
    VerificationResult,
    VerifierKind,
)
from corpus.errors import DocumentError
from corpus.text.timestamps import instant

METADATA_BEGINNING = "---\n\n## Metadata\n"
"""What the section begins with."""

_FIELD = re.compile(r"- \*\*(?P<name>[^*:]+):\*\*(?: (?P<value>.*))?")
_RECORD = re.compile(r"- \*\*(?P<verifier>.+)\*\* \((?P<result>[^()]*)\) - (?P<at>.++)")
_RECORD_DETAIL = re.compile(r"  - (?P<name>Notes|Environment|Verifier): (?P<value>.*)")
_COMMA = re.compile(r"(?<!\\), ")
_RELATED = "Related article IDs: "
_ENDPOINT = re.compile(r"\| JSON \| `/api/v1/articles/(?P<slug>[^?`]+)\?format=json` \|")
_NEVER = "N/A"


# Values: each reader raises ValueError with what is wrong with a value


def _wrong(value: str, allowed: str) -> NoReturn:
    raise ValueError(f"is {value[:60]!r}; it may be {allowed}")


def _something(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value


def _one_of(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(value: str) -> StrEnum:
        if value not in [*choices]:
            _wrong(value, ", ".join(choices))
        return choices(value)

    return read


def _percentage(value: str) -> int:
    digits = value.removesuffix("%")
    if not re.fullmatch(r"[0-9]{1,3}", digits) or int(digits) > 100:
        _wrong(value, "0% to 100%")
    return int(digits)


def _time(value: str) -> str:
    try:
        instant(value)
    except ValueError:
        _wrong(value, f"an ISO 8601 time such as 2026-03-12T07:04:44.744Z, or {_NEVER}")
    return value


def _time_or_never(value: str) -> str | None:
    return None if value == _NEVER else _time(value)


def _items(value: str) -> tuple[str, ...]:
    """The items of a list; a comma in an item is written `\\, `."""
    return tuple(item.replace("\\, ", ", ") for item in _COMMA.split(value)) if value else ()


def _join(items: Iterable[str]) -> str:
    return ", ".join(item.replace(", ", "\\, ") for item in items)


def _runtimes(value: str) -> tuple[RuntimeRequirement, ...]:
    return tuple(_runtime(item.rstrip()) for item in _items(value) if item.strip())


def _runtime(item: str) -> RuntimeRequirement:
    name, _, version = item.rpartition(" ")
    return RuntimeRequirement(name=name or item, version=version if name else "")


def _joined_runtimes(runtimes: Iterable[RuntimeRequirement]) -> str:
    return _join(f"{runtime.name} {runtime.version}".rstrip() for runtime in runtimes)


def _environment(value: str) -> RecordEnvironment:
    parts = value.split(" / ")
    if len(parts) != 3:
        _wrong(value, "'os / runtime / version'")
    return RecordEnvironment(os=parts[0], runtime=parts[1], version=parts[2])


@dataclass(frozen=True, slots=True)
class _Field:
    """A line of the section: its label, the attribute that it fills, and how both are written."""

    label: str
    attribute: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    required: bool = True
    """Whether it is always there; others are left out where they are empty."""


_FIELDS = (
    _Field("ID", "id", _something),
    _Field("Code", "code", lambda code: code or None, lambda code: code or "", required=False),
    _Field("Aliases", "aliases", _items, _join, required=False),
    _Field("Author", "author"),
    _Field("Domain", "domain", _something),
    _Field("Tags", "tags", _items, _join),
    _Field("Keywords", "keywords", _items, _join),
    _Field("Verification Status", "status", _one_of(Status)),
    _Field("Confidence Score", "confidence", _percentage, "{}%".format),
    _Field("Risk Level", "risk", _one_of(Risk)),
    _Field("Applicable Versions", "versions", _items, _join, required=False),
    _Field("Runtime Environment", "runtimes", _runtimes, _joined_runtimes, required=False),
    _Field("Published At", "published_at", _time_or_never, lambda time: time or _NEVER),
    _Field("Updated At", "updated_at", _time_or_never, lambda time: time or _NEVER),
    _Field("Created At", "created_at", _time_or_never, lambda time: time or _NEVER),
    _Field("Review By", "review_by", _time, lambda time: time or "", required=False),
)
_BY_LABEL = {field.label: field for field in _FIELDS}
_DETAILS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "Notes": ("notes", str),
    "Environment": ("environment", _environment),
    "Verifier": ("kind", _one_of(VerifierKind)),
}


def read_metadata(text: str, start: int) -> tuple[str | None, Metadata]:
    """The slug (None without an API Access section) and metadata from `text[start:]`.

    Raises DocumentError with the line of the first thing that is not as it must be.
    """
    return _Reader(text, start).read()


def render_metadata(metadata: Metadata, *, slug: str, public_url: str) -> str:
    """The end of a document, from the rule above the metadata to the last line."""
    values = ((field, field.write(getattr(metadata, field.attribute))) for field in _FIELDS)
    lines = (f"- **{f.label}:** {value}\n" for f, value in values if value or f.required)
    return "".join(
        (
            f"{METADATA_BEGINNING}\n",
            *lines,
            _render_records(metadata.records),
            _render_related(metadata.related_ids),
            _render_access(slug, public_url),
        )
    )


class _Reader:
    """Reads line by line, so that an error can name its line."""

    def __init__(self, text: str, start: int) -> None:
        self._lines = text[start:].split("\n")
        self._first = text.count("\n", 0, start) + 1
        self._at = 0

    def read(self) -> tuple[str | None, Metadata]:
        self._at = 3
        self._skip_blank()
        values = self._fields()
        slug = None
        while (heading := self._next()) is not None:
            if heading == "## Verification Records" and "records" not in values:
                values["records"] = self._records()
            elif heading == "## Related Articles" and "related_ids" not in values:
                values["related_ids"] = self._related()
            elif heading == "## API Access":
                slug = self._slug()
            elif heading not in ("", "---"):
                raise self._error(f"unexpected text after the metadata: {heading[:60]!r}")
        if slug is None and self._lines[-1]:
            raise self._error("the last line is not ended: is the text cut off?")
        return slug, Metadata(**values)

    def _next(self) -> str | None:
        if self._at >= len(self._lines):
            return None
        self._at += 1
        return self._lines[self._at - 1]

    def _peek(self) -> str:
        return self._lines[self._at] if self._at < len(self._lines) else ""

    def _skip_blank(self) -> None:
        while self._at < len(self._lines) and not self._lines[self._at]:
            self._at += 1

    def _error(self, message: str, *, line: int | None = None) -> DocumentError:
        return DocumentError(message, line=line or self._first + self._at - 1)

    def _value(self, name: str, read: Callable[[str], Any], value: str) -> Any:
        try:
            return read(value)
        except ValueError as error:
            raise self._error(f"{name} {error}") from None

    def _fields(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while line := self._peek():
            self._at += 1
            match = _FIELD.fullmatch(line)
            if match is None or match["name"] not in _BY_LABEL:
                raise self._error(
                    f"expected '- **Name:** value' with one of {', '.join(_BY_LABEL)}, "
                    f"found {line[:60]!r}"
                )
            field = _BY_LABEL[match["name"]]
            if field.attribute in values:
                raise self._error(f"'{field.label}' is given twice")
            values[field.attribute] = self._value(field.label, field.read, match["value"] or "")
        missing = [f.label for f in _FIELDS if f.required and f.attribute not in values]
        if missing:
            raise self._error(f"the metadata lack {', '.join(missing)}")
        return values

    def _records(self) -> tuple[VerificationRecord, ...]:
        self._skip_blank()
        records = []
        while line := self._peek():
            self._at += 1
            match = _RECORD.fullmatch(line)
            if match is None:
                raise self._error("expected '- **Verifier** (passed) - time'")
            records.append(self._record(match))
        return tuple(records)

    def _record(self, match: re.Match[str]) -> VerificationRecord:
        result = _one_of(VerificationResult)
        values = {
            "result": self._value("the result of a record", result, match["result"]),
            "verified_at": self._value("the time of a record", _time, match["at"]),
        }
        while detail := _RECORD_DETAIL.fullmatch(self._peek()):
            self._at += 1
            attribute, read = _DETAILS[detail["name"]]
            if attribute in values:
                raise self._error(f"'{detail['name']}' is given twice")
            values[attribute] = self._value(detail["name"], read, detail["value"])
        return VerificationRecord(verifier=match["verifier"], **values)

    def _related(self) -> tuple[str, ...]:
        self._skip_blank()
        line = self._next() or ""
        if not line.startswith(_RELATED):
            raise self._error(f"expected '{_RELATED}…'")
        return _items(line.removeprefix(_RELATED))

    def _slug(self) -> str:
        """Reads to the end: the section is made anew, so nothing else may stand in it."""
        slug, heading = None, self._first + self._at - 1
        while (line := self._next()) is not None:
            if match := _ENDPOINT.fullmatch(line):
                slug = match["slug"]
            elif line.startswith("## "):
                raise self._error(f"unexpected section after API Access: {line[:60]!r}")
        if slug is None:
            raise self._error("the API Access section names no JSON endpoint", line=heading)
        return slug


def _render_records(records: tuple[VerificationRecord, ...]) -> str:
    if not records:
        return ""
    return "\n## Verification Records\n\n" + "".join(map(_render_record, records))


def _render_record(record: VerificationRecord) -> str:
    lines = [f"- **{record.verifier}** ({record.result}) - {record.verified_at}\n"]
    if record.notes is not None:
        lines.append(f"  - Notes: {record.notes}\n")
    if (environment := record.environment) is not None:
        where = f"{environment.os} / {environment.runtime} / {environment.version}"
        lines.append(f"  - Environment: {where}\n")
    if record.kind is not None:
        lines.append(f"  - Verifier: {record.kind}\n")
    return "".join(lines)


def _render_related(ids: tuple[str, ...]) -> str:
    return f"\n## Related Articles\n\n{_RELATED}{_join(ids)}\n" if ids else ""


def _render_access(slug: str, public_url: str) -> str:
    article = f"/api/v1/articles/{slug}"
    return (
        "\n---\n\n## API Access\n\n### Endpoints\n\n"
        "| Format | Endpoint |\n|--------|----------|\n"
        f"| JSON | `{article}?format=json` |\n"
        f"| Markdown | `{article}?format=markdown` |\n"
        f"| Search | `/api/v1/search?q={quote(slug, safe='!~*()')}` |\n\n"
        "### Example Usage\n\n```bash\n"
        f'# Get this article in JSON format\ncurl "{public_url}{article}?format=json"\n\n'
        "# Get this article in Markdown format\n"
        f'curl "{public_url}{article}?format=markdown"\n```\n'
    )
