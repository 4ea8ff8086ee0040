"""Filters and sort orders of lists and searches, the same for database and index."""

import re
from dataclasses import dataclass
from enum import StrEnum

DOMAINS = (
    "agent", "mcp", "skill", "foundation", "transport", "tools_filesystem", "tools_postgres",
    "tools_github", "error_codes", "scenarios",
)  # fmt: skip
"""The domains of the public site; a corpus may have others besides."""
FACETS = ("domain", "status", "riskLevel", "tag")
"""The facets by which results are counted."""
FACET_VALUES = 50
"""How many values of each facet are returned, most common first."""


class Sort(StrEnum):
    """The sort orders of a search."""

    RELEVANCE = "relevance"
    UPDATED = "updated"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Several values of one kind mean any of them; different kinds must all match."""

    domains: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    trusts: tuple[str, ...] = ()
    minimum_confidence: int = 0
    """Per cent."""
    updated_since_ms: int = 0
    """Milliseconds since 1970."""

    def labels(self) -> tuple[tuple[str, ...], ...]:
        """For each kind with values, the labels of which an index document needs one."""
        groups = (
            ("domain", self.domains),
            ("status", self.statuses),
            ("tag", self.tags),
            ("risk", self.risks),
            ("author", self.authors),
            ("trust", self.trusts),
        )
        return tuple(
            tuple(label(kind, value) for value in values) for kind, values in groups if values
        )


def label(kind: str, value: str) -> str:
    """A filter value as one term without white space, regardless of case."""
    return f"{kind}:{name(value)}"


def name(value: str) -> str:
    """A name as one term, regardless of case and kind of white space."""
    return re.sub(r"\s+", "_", value.strip()).casefold()
