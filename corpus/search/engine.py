"""The port between Fixbook and whatever does full-text search.

An engine knows documents as bags of terms that `corpus.search.analysis` made, and
questions as a `Plan` of such terms. It never sees what a user typed. Engines differ in
speed and reach; the contract tests hold them to the same hits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from corpus.filters import Filters


class Field(StrEnum):
    """Where a term can stand in an index document."""

    KEY = "key"
    """What the article is about: title, keywords, tags, headings, questions, errors."""
    BODY = "body"
    """Everything the article says."""
    SIGNATURE = "signature"
    """The invariant terms and codes of its error signatures."""


class Sort(StrEnum):
    """The orders that a search offers."""

    RELEVANCE = "relevance"
    UPDATED = "updated"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """One article as an engine sees it: all its languages together.

    Texts are terms joined by spaces; `names` are whole names (slug, id, code, titles)
    and `labels` the values of filters, each one term without white space.
    """

    id: str
    names: tuple[str, ...]
    texts: Mapping[Field, str]
    labels: tuple[str, ...]
    confidence: int
    updated_ms: int


@dataclass(frozen=True, slots=True)
class Removal:
    """The article with this id is to leave the index."""

    id: str


Change = IndexDocument | Removal
"""What happens to an index, in order. An id is removed before it is added again."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to satisfy a clause: all of these terms, for this part of the score."""

    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that was asked for: the best of its alternatives counts."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A question in terms.

    A document matches if it has one of `names`, or is among `pinned`, or matches at
    least `minimum` of `clauses`; and if it has every phrase, passes the filters, and has
    nothing that is excluded. Its score is what `pinned` gives it, plus
    the boost of a name, plus the weighted BM25 of the clauses in each boosted field.
    """

    boosts: Mapping[Field, float]
    clauses: tuple[Clause, ...] = ()
    minimum: int = 1
    names: tuple[str, ...] = ()
    name_boost: float = 0.0
    pinned: Mapping[str, float] = field(default_factory=dict)
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    preferred: str = ""
    """A label that breaks ties."""
    filters: Filters = Filters()
    sort: Sort = Sort.RELEVANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that matched, and how well; scores compare within one answer only."""

    id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """A part of the ranking, and how many articles matched in all."""

    total: int
    items: tuple[Hit, ...]


class OpenIndex(Protocol):
    """An index that can be asked. Safe to use from several threads."""

    def search(self, plan: Plan, *, offset: int, limit: int) -> Hits:
        """The hits from `offset` on, best first, in an order that never changes."""

    def frequency(self, term: str, where: Field) -> int:
        """How many documents have the term in that field."""

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """Terms of the index that a typo away from `term`, the most frequent first."""

    def count(self) -> int:
        """How many documents there are."""

    def close(self) -> None:
        """Lets go of the files."""


class Engine(Protocol):
    """Builds and opens indexes, each in a folder of its own that is never changed again."""

    name: str
    blocking_ms: float
    """About how long a query may take; short ones run in the event loop."""

    def write(self, folder: Path, *, previous: Path | None, changes: Iterable[Change]) -> None:
        """Makes `folder` an index: `previous`, or an empty one, with the changes applied.

        `previous` is left as it was.
        """

    def open(self, folder: Path) -> OpenIndex:
        """Opens a finished index. Raises IndexMissing if it is gone or damaged."""
