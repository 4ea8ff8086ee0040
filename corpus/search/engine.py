"""The port between Fixbook and whatever does full-text search.

An engine knows documents as bags of terms that `corpus.text.analysis` made, and
questions as a `Plan` of such terms. It never sees what a user typed. Engines differ in
speed and reach; the contract tests hold them to the same hits.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from msgspec import Struct

from corpus.store.filters import Filters, Sort


class Field(StrEnum):
    """Where a term can stand in an index document."""

    KEY = "key"
    """What the article is about: title, slug, keywords, tags, summary, headings, errors."""
    TEXT = "text"
    """What it says, for scoring: what stands only in code counts once."""
    BODY = "body"
    """Everything it says, in its order: for phrases, exclusions and spelling."""
    PAIRS = "pairs"
    """Its neighbouring words, each pair as one term (`corpus.text.word_pairs`)."""
    SIGNATURE = "signature"
    """The invariant terms and codes of its error signatures."""


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
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each of FACETS the values as they are shown."""


@dataclass(frozen=True, slots=True)
class Removal:
    """The article with this id is to leave the index."""

    id: str


Change = IndexDocument | Removal
"""What happens to an index, in order. An id is removed before it is added again."""


class Alternative(Struct, frozen=True, gc=False):
    """One way to satisfy a clause: all of these terms, for this part of the score."""

    terms: tuple[str, ...]
    weight: float = 1.0


class Clause(Struct, frozen=True, gc=False):
    """One thing that was asked for: the best of its alternatives counts."""

    alternatives: tuple[Alternative, ...]


EVERYTHING = 1_000_000_000
"""More than any index has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A question in terms.

    A document matches if it has one of `names` or `pairs`, or is among `pinned`, or matches
    at least `minimum` of `clauses` (one at the very least); and if its body has every phrase,
    it passes the filters, its body has nothing that is excluded, and its score reaches
    `floor`. Its score is what `pinned` gives it, plus what each of `names` and `pairs` gives,
    plus the weighted BM25 of the clauses in each boosted field if there are enough of them.
    What the sort leaves equal is ordered by score, then the newest first, then by id. Hits are
    counted up to `counted`.
    """

    boosts: Mapping[Field, float]
    clauses: tuple[Clause, ...] = ()
    minimum: int = 1
    names: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, float] = field(default_factory=dict)
    floor: float = 0.0
    pinned: Mapping[str, float] = field(default_factory=dict)
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    preferred: Mapping[str, float] = field(default_factory=dict)
    """What a label adds to a score: enough to break a tie, not to make an order."""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    counted: int = EVERYTHING


class Hit(NamedTuple):
    """An article that matched, and how well; scores compare within one answer only."""

    id: str
    score: float


class Hits(Struct, frozen=True, kw_only=True, gc=False):
    """A part of the ranking, and how many articles matched in all."""

    total: int
    items: tuple[Hit, ...]


class RankedHit(NamedTuple):
    """A hit with what its place depends on, so that all engines order alike."""

    id: str
    score: float
    confidence: int
    updated_ms: int

    def place(self, sort: Sort) -> tuple[float, float, int, str]:
        """The sort key; sums in other orders make scores differ in the last digits."""
        score = round_score(self.score)
        first = score
        if sort is Sort.UPDATED:
            first = self.updated_ms
        elif sort is Sort.CONFIDENCE:
            first = self.confidence
        return (-first, -score, -self.updated_ms, self.id)

    @property
    def hit(self) -> Hit:
        """What the asker sees of it."""
        return Hit(id=self.id, score=round_score(self.score))


def round_score(score: float) -> float:
    """A score without the digits that single precision does not keep."""
    return round(score, 4)


class OpenIndex(Protocol):
    """An index that can be asked. Safe to use from several threads."""

    def search(self, plan: Plan, *, offset: int, limit: int) -> Hits:
        """The hits from `offset` on, best first, in an order that never changes."""

    def search_each(self, plans: Sequence[Plan], *, limit: int) -> Sequence[Hits]:
        """The best hits of each plan: an index far away looks them up at once."""
        return [self.search(plan, offset=0, limit=limit) for plan in plans]

    def facets(self, plan: Plan) -> Mapping[str, Mapping[str, int]] | None:
        """How many hits have each value of each of FACETS: the commonest, then by name.

        None from an index that is near at hand: it tells all hits, and the database counts.
        """

    def expect(self, terms: Iterable[str], where: Field) -> None:
        """Says whose frequencies will be asked for: an index far away looks them up at once."""

    def frequency(self, term: str, where: Field) -> int:
        """How many documents have the term in that field."""

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """Terms of the bodies that are a typo away from `term`, the most frequent first."""

    def count(self) -> int:
        """How many documents there are."""

    def check(self) -> None:
        """Raises Unavailable if it cannot be asked just now. What is open in files can be."""
        return

    def close(self) -> None:
        """Lets go of the files."""


class IndexWriter(Protocol):
    """An index in the making, which nobody has open."""

    def apply(self, changes: Iterable[Change]) -> None:
        """Makes the changes, in order; more may follow."""


class Engine(Protocol):
    """Builds and opens indexes, each of which is never changed again once it is whole.

    An index goes by a path: its last part is the name of the index, the part before is the
    folder of all indexes on this machine. An engine that keeps its indexes on a server
    uses the name and leaves the folder alone.
    """

    name: str
    is_shared: bool
    """Whether all machines ask one index, on a server, or each has its own, in files."""
    comfortable: int | None
    """The number of articles from which on another engine serves better; None for no limit."""
    blocking_ms: float
    """About how long a query may take; short ones run in the event loop."""

    def writing(
        self, folder: Path, *, previous: Path | None
    ) -> AbstractContextManager[IndexWriter]:
        """Makes `folder` an index: `previous`, or an empty one, with the changes applied.

        It takes the place of whatever had that name, all at once: nobody can open an
        unfinished one. `previous` is left as it was. Raises IndexMissing if it is gone or
        damaged.
        """

    def write(self, folder: Path, *, previous: Path | None, changes: Iterable[Change]) -> None:
        """The same, where all changes are at hand."""
        with self.writing(folder, previous=previous) as index:
            index.apply(changes)

    def open(self, folder: Path) -> OpenIndex:
        """Opens a finished index. Raises IndexMissing if it is gone or damaged."""

    def sweep(self, folder: Path, *, keep: Callable[[str], bool]) -> None:
        """Removes the indexes whose names `keep` refuses, finished or not.

        `folder` is the one that holds all indexes. What cannot be removed is left for the
        next time. Who calls this holds the right to write indexes.
        """
