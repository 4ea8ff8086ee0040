"""Parses queries. Only phrases, minus and filters are syntax; invalid syntax is literal."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.document.article import Risk, Status
from corpus.search import tuning
from corpus.store.filters import Filters
from corpus.text.timestamps import milliseconds

LONGEST = 4_000
"""Characters of a query that are read."""

_PART = re.compile(
    r'(?P<minus>-)?"(?P<phrase>[^"\n]{1,400})"(?=\s|$)'
    r"|(?P<field>domain|status|tag|risk|author|minConfidence|updatedSince):"
    r'(?P<value>[\w.@+:-]{1,100}|"[^"\n]{1,100}")(?=\s|$)'
    r"|-(?P<excluded>[^\W\d_]{3,40}|[^\W\d_A-Za-z]{2})(?=\s|$)"
    r"|(?P<literal>\S+)"
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed query."""

    typed: str
    """The query as typed, without invalid characters."""
    text: str
    """The text to search for: everything but minus and filters, as typed."""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: Filters

    @property
    def is_log(self) -> bool:
        """Whether several lines were pasted."""
        return "\n" in self.text


def read_query(typed: str, filters: Filters) -> Query:
    """Takes a query apart; filters inside it are added to those given. Never raises.

    A log or a message is no place for syntax: with several lines or many words everything
    is literal, and so is a minus where nothing else is asked for.
    """
    typed = clean(typed)
    parts = list(_PART.finditer(typed))
    if "\n" in typed or len(parts) >= tuning.SENTENCE:
        return Query(typed=typed, text=typed, filters=filters)
    narrowing = [match for match in parts if _names_filter(match)]
    if narrowing and len(narrowing) == len(parts):
        return Query(typed=typed, text="", filters=_add_filters(filters, narrowing))
    kept = [match[0] for match in parts if not _is_minus(match) and not _names_filter(match)]
    if not any(map(_WORD.search, kept)):
        return Query(typed=typed, text=typed, filters=filters)
    return Query(
        typed=typed,
        text=" ".join(kept),
        phrases=tuple(match["phrase"] for match in parts if _is_phrase(match, len(kept))),
        excluded=tuple(match["excluded"] or match["phrase"] for match in filter(_is_minus, parts)),
        filters=_add_filters(filters, narrowing),
    )


def clean(typed: str) -> str:
    """The text without lone surrogates and NUL, of `LONGEST` characters at most."""
    typed = typed[:LONGEST].replace("\0", " ")
    return typed.encode("utf-8", "replace").decode().strip()


def _is_minus(match: re.Match[str]) -> bool:
    return match["excluded"] is not None or match["minus"] is not None


def _is_phrase(match: re.Match[str], words: int) -> bool:
    if match["phrase"] is None or _is_minus(match):
        return False
    return words < tuning.VALUE_IN_SENTENCE or len(match["phrase"].split()) > 1


# Filters


_READ: Mapping[str, Callable[[str], object]] = {
    "status": Status,
    "risk": Risk,
    "minConfidence": int,
    "updatedSince": milliseconds,
}
"""Functions that raise an error for an invalid value of the field."""


def _names_filter(match: re.Match[str]) -> bool:
    """Whether it is `field:value` with a valid value."""
    if match["field"] is None:
        return False
    try:
        _READ.get(match["field"], str)(_value(match))
    except (ValueError, OverflowError):
        return False
    return True


def _value(match: re.Match[str]) -> str:
    return match["value"].strip('"')


def _add_filters(filters: Filters, parts: Sequence[re.Match[str]]) -> Filters:
    def named(field: str) -> tuple[str, ...]:
        return tuple(_value(match) for match in parts if match["field"] == field)

    least = [int(value) for value in named("minConfidence")]
    since = [milliseconds(value) for value in named("updatedSince")]
    return replace(
        filters,
        domains=filters.domains or named("domain"),
        statuses=filters.statuses or named("status"),
        tags=filters.tags or named("tag"),
        risks=filters.risks or named("risk"),
        authors=filters.authors or named("author"),
        minimum_confidence=min(max(filters.minimum_confidence, *least, 0), 100),
        updated_since_ms=max(filters.updated_since_ms, *since, 0),
    )
