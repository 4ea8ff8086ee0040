"""What somebody typed: data, except for phrases, minus and filters; odd input is literal."""

import re
from dataclasses import dataclass, replace

from corpus.article import Risk, Status
from corpus.filters import Filters

LONGEST = 8_000
"""Characters of a query that are looked at."""

_PART = re.compile(
    r'(?P<minus>-)?"(?P<phrase>[^"\n]{1,400})"(?=\s|$)'
    r"|(?P<field>domain|status|tag|risk|author):(?P<value>[\w.@+-]{1,100})(?=\s|$)"
    r"|-(?P<excluded>[^\W\d_]{3,40})(?=\s|$)"
    r"|(?P<literal>\S+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query, taken apart."""

    text: str
    """What is searched for: everything but minus and filters, as it was typed."""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: Filters


def read_query(typed: str, filters: Filters) -> Query:
    """Takes a query apart; filters inside it are added to those given.

    A log or a command line is no place for syntax: with several lines everything is
    literal, and so is a minus where nothing else is asked for.
    """
    typed = typed[:LONGEST].replace("\0", " ").strip()
    if "\n" in typed:
        return Query(text=typed, filters=filters)
    parts = list(_PART.finditer(typed))
    kept = [match[0] for match in parts if _is_wanted(match)]
    if not any(map(re.compile(r"\w").search, kept)):
        narrowed = _narrowed(filters, parts)
        only_filters = parts and all(_names_filter(match) for match in parts)
        return Query(
            text="" if only_filters else typed, filters=narrowed if only_filters else filters
        )
    return Query(
        text=" ".join(kept),
        phrases=tuple(match["phrase"] for match in parts if match["phrase"] and not match["minus"]),
        excluded=tuple(
            match["excluded"] or match["phrase"] for match in parts if _is_unwanted(match)
        ),
        filters=_narrowed(filters, parts),
    )


def _is_unwanted(match: re.Match[str]) -> bool:
    return match["excluded"] is not None or match["minus"] is not None


def _is_wanted(match: re.Match[str]) -> bool:
    return not _is_unwanted(match) and not _names_filter(match)


def _names_filter(match: re.Match[str]) -> bool:
    """Whether it is `field:value` with a value that the field can have."""
    if match["field"] == "status":
        return match["value"] in list(Status)
    if match["field"] == "risk":
        return match["value"] in list(Risk)
    return match["field"] is not None


def _narrowed(filters: Filters, parts: list[re.Match[str]]) -> Filters:
    def named(field: str) -> tuple[str, ...]:
        return tuple(m["value"] for m in parts if m["field"] == field and _names_filter(m))

    return replace(
        filters,
        domains=filters.domains or named("domain"),
        statuses=filters.statuses or named("status"),
        tags=filters.tags or named("tag"),
        risks=filters.risks or named("risk"),
        authors=filters.authors or named("author"),
    )
