"""The strict end of an article document: metadata, records, related articles, access.

Reading names the line of whatever is not as it must be; writing gives the one form
that reading accepts without a change.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar
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

TAIL = "---\n\n## Metadata\n"
"""What the end of a document begins with."""

_FIELD = re.compile(r"- \*\*(?P<name>[^*:]+):\*\*(?: (?P<value>.*))?")
_RECORD = re.compile(r"- \*\*(?P<verifier>.+)\*\* \((?P<result>[^()]*)\) - (?P<at>.++)")
_RECORD_DETAIL = re.compile(r"  - (?P<name>Notes|Environment|Verifier): (?P<value>.*)")
_COMMA = re.compile(r"(?<!\\), ")
_RELATED = "Related article IDs: "
_ENDPOINT = re.compile(r"\| JSON \| `/api/v1/articles/(?P<slug>[^?`]+)\?format=json` \|")
_NEVER = "N/A"
_REQUIRED = (
    "ID", "Author", "Domain", "Tags", "Keywords", "Verification Status", "Confidence Score",
    "Risk Level", "Published At", "Updated At", "Created At",
)  # fmt: skip
_FIELDS = (*_REQUIRED, "Code", "Aliases", "Applicable Versions", "Runtime Environment")

Choice = TypeVar("Choice", bound=StrEnum)


def read_tail(text: str, start: int) -> tuple[str | None, Metadata]:
    """The slug (None without an API Access section) and metadata from `text[start:]`.

    Raises DocumentError with the line of the first thing that is not as it must be.
    """
    return _Reader(text, start).read()


def render_tail(metadata: Metadata, *, slug: str, public_url: str) -> str:
    """The end of a document, from the rule above the metadata to the last line."""
    return "".join(
        (
            _render_metadata(metadata),
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
        fields = self._fields()
        records: tuple[VerificationRecord, ...] | None = None
        related: tuple[str, ...] | None = None
        slug = None
        while (heading := self._next()) is not None:
            if heading == "## Verification Records" and records is None:
                records = self._records()
            elif heading == "## Related Articles" and related is None:
                related = self._related()
            elif heading == "## API Access":
                slug = self._slug()
            elif heading not in ("", "---"):
                raise self._error(f"unexpected text after the metadata: {heading[:60]!r}")
        if slug is None and self._lines[-1]:
            raise self._error("the last line is not ended: is the text cut off?")
        return slug, self._metadata(fields, records or (), related or ())

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

    def _fields(self) -> dict[str, tuple[str, int]]:
        fields: dict[str, tuple[str, int]] = {}
        while line := self._peek():
            self._at += 1
            match = _FIELD.fullmatch(line)
            if match is None or match["name"] not in _FIELDS:
                raise self._error(
                    f"expected '- **Name:** value' with one of {', '.join(_FIELDS)}, "
                    f"found {line[:60]!r}"
                )
            if match["name"] in fields:
                raise self._error(f"'{match['name']}' is given twice")
            fields[match["name"]] = (match["value"] or "", self._first + self._at - 1)
        missing = [name for name in _REQUIRED if name not in fields]
        if missing:
            raise self._error(f"the metadata lack {', '.join(missing)}")
        return fields

    def _metadata(
        self,
        fields: dict[str, tuple[str, int]],
        records: tuple[VerificationRecord, ...],
        related: tuple[str, ...],
    ) -> Metadata:
        def text(name: str) -> str:
            return fields.get(name, ("", 0))[0]

        return Metadata(
            id=self._required(fields, "ID"),
            code=text("Code") or None,
            aliases=_items(text("Aliases")),
            author=text("Author"),
            domain=self._required(fields, "Domain"),
            tags=_items(text("Tags")),
            keywords=_items(text("Keywords")),
            status=self._choice(fields, "Verification Status", Status),
            confidence=self._percentage(fields, "Confidence Score"),
            risk=self._choice(fields, "Risk Level", Risk),
            versions=_items(text("Applicable Versions")),
            runtimes=tuple(
                _runtime(item) for item in _items(text("Runtime Environment")) if item.strip()
            ),
            published_at=self._time(fields, "Published At"),
            updated_at=self._time(fields, "Updated At"),
            created_at=self._time(fields, "Created At"),
            records=records,
            related_ids=related,
        )

    def _required(self, fields: dict[str, tuple[str, int]], name: str) -> str:
        value, line = fields[name]
        if not value.strip():
            raise self._error(f"{name} is empty", line=line)
        return value

    def _choice(
        self, fields: dict[str, tuple[str, int]], name: str, choices: type[Choice]
    ) -> Choice:
        value, line = fields[name]
        return self._one_of(value, choices, name, line)

    def _one_of(
        self, value: str, choices: type[Choice], name: str, line: int | None = None
    ) -> Choice:
        try:
            return choices(value)
        except ValueError:
            allowed = ", ".join(choices)
            raise self._error(f"{name} is {value[:60]!r}; it may be {allowed}", line=line) from None

    def _percentage(self, fields: dict[str, tuple[str, int]], name: str) -> int:
        value, line = fields[name]
        digits = value.removesuffix("%")
        if not re.fullmatch(r"[0-9]{1,3}", digits) or int(digits) > 100:
            raise self._error(f"{name} is {value[:60]!r}; it may be 0% to 100%", line=line)
        return int(digits)

    def _time(self, fields: dict[str, tuple[str, int]], name: str) -> str | None:
        value, line = fields[name]
        return None if value == _NEVER else self._checked_time(value, name, line)

    def _checked_time(self, value: str, name: str, line: int | None = None) -> str:
        try:
            instant(value)
        except ValueError:
            raise self._error(
                f"{name} is {value[:60]!r}; it may be an ISO 8601 time such as "
                f"2026-03-12T07:04:44.744Z, or {_NEVER}",
                line=line,
            ) from None
        return value

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
        result = self._one_of(match["result"], VerificationResult, "the result of a record")
        verified_at = self._checked_time(match["at"], "the time of a record")
        notes, environment, kind = None, None, None
        while detail := _RECORD_DETAIL.fullmatch(self._peek()):
            self._at += 1
            if detail["name"] == "Notes" and notes is None:
                notes = detail["value"]
            elif detail["name"] == "Environment" and environment is None:
                environment = self._environment(detail["value"])
            elif detail["name"] == "Verifier" and kind is None:
                kind = self._one_of(detail["value"], VerifierKind, "Verifier")
            else:
                raise self._error(f"'{detail['name']}' is given twice")
        return VerificationRecord(
            verifier=match["verifier"],
            result=result,
            verified_at=verified_at,
            notes=notes,
            environment=environment,
            kind=kind,
        )

    def _environment(self, value: str) -> RecordEnvironment:
        parts = value.split(" / ")
        if len(parts) != 3:
            raise self._error(f"Environment is {value[:60]!r}; it may be 'os / runtime / version'")
        return RecordEnvironment(os=parts[0], runtime=parts[1], version=parts[2])

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


def _items(value: str) -> tuple[str, ...]:
    """The items of a list; a comma in an item is written `\\, `."""
    return tuple(item.replace("\\, ", ", ") for item in _COMMA.split(value)) if value else ()


def _joined(items: Iterable[str]) -> str:
    return ", ".join(item.replace(", ", "\\, ") for item in items)


def _runtime(item: str) -> RuntimeRequirement:
    name, _, version = item.rstrip().rpartition(" ")
    return (
        RuntimeRequirement(name=name, version=version)
        if name
        else RuntimeRequirement(name=version, version="")
    )


def _render_metadata(metadata: Metadata) -> str:
    runtimes = _joined(
        f"{runtime.name} {runtime.version}".rstrip() for runtime in metadata.runtimes
    )
    fields = (
        ("ID", metadata.id),
        ("Code", metadata.code or None),
        ("Aliases", _joined(metadata.aliases) or None),
        ("Author", metadata.author),
        ("Domain", metadata.domain),
        ("Tags", _joined(metadata.tags)),
        ("Keywords", _joined(metadata.keywords)),
        ("Verification Status", metadata.status),
        ("Confidence Score", f"{metadata.confidence}%"),
        ("Risk Level", metadata.risk),
        ("Applicable Versions", _joined(metadata.versions) or None),
        ("Runtime Environment", runtimes or None),
        ("Published At", metadata.published_at or _NEVER),
        ("Updated At", metadata.updated_at or _NEVER),
        ("Created At", metadata.created_at or _NEVER),
    )
    lines = (f"- **{name}:** {value}\n" for name, value in fields if value is not None)
    return TAIL + "\n" + "".join(lines)


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
    return f"\n## Related Articles\n\n{_RELATED}{_joined(ids)}\n" if ids else ""


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
