"""Writing what was prepared, in batches of rows and index documents that nobody reads yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.document.article import PublicationState
from corpus.search.engine import IndexWriter, Removal
from corpus.store import units
from corpus.store.database import Connection
from corpus.store.units import KnownUnit
from ingest.discover import Unit
from ingest.names import Names, claim_or_leave_out
from ingest.prepare import PreparedUnit, RejectedUnit
from ingest.read import article_id
from ingest.report import Problem

_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """What went in, and what did not."""

    units: frozenset[str] = frozenset()
    added: int = 0
    rejected: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def changed(self) -> int:
        """How many articles were there before."""
        return len(self.units) - self.added


class UnitWriter:
    """Takes prepared units one by one; the names that articles want are given to them in order.

    A unit that wants a name of one that is still to come waits for it. Without an index, as in
    a dry run, only rows are written.
    """

    def __init__(
        self,
        connection: Connection,
        index: IndexWriter | None,
        *,
        coming: Iterable[Unit],
        known: Mapping[str, KnownUnit],
        names: Names,
    ) -> None:
        self._connection = connection
        self._index = index
        self._coming = {unit.name: unit for unit in coming}
        self._pending = set(self._coming)
        self._known = known
        self._names = names
        self._waiting: dict[str, PreparedUnit] = {}
        self._batch: list[PreparedUnit] = []
        self._written: list[str] = []
        self._problems: list[Problem] = []
        self._rejected = 0

    def take(self, result: PreparedUnit | RejectedUnit) -> None:
        """Writes a unit, sooner or later, or says why that is impossible."""
        self._pending.discard(result.unit)
        if isinstance(result, RejectedUnit):
            self._reject(result.problems)
        elif self._names.owners(result.entry.article) & self._pending:
            self._waiting[result.unit] = result
            self._pending.add(result.unit)
        else:
            self._accept(result)
        if len(self._batch) >= _BATCH:
            self._flush()

    def _accept(self, prepared: PreparedUnit) -> None:
        complaints: Sequence[str] = self._complaints(prepared)
        if not complaints:
            prepared, complaints = claim_or_leave_out(self._names, prepared)
        if complaints:
            self._reject(self._problem(prepared.unit, message) for message in complaints)
        else:
            self._batch.append(prepared)

    def finish(self) -> WriteResult:
        """Writes what is left, and what waited for one another's names and could be given them."""
        self._flush()
        refused = self._names.claim_together(
            {unit: prepared.entry.article for unit, prepared in self._waiting.items()}
        )
        self._batch = [one for unit, one in self._waiting.items() if unit not in refused]
        for unit in refused:
            self._accept(self._waiting[unit])
        self._flush()
        return WriteResult(
            units=frozenset(self._written),
            added=sum(unit not in self._known for unit in self._written),
            rejected=self._rejected,
            problems=tuple(self._problems),
        )

    def _complaints(self, prepared: PreparedUnit) -> Sequence[str]:
        article, known = prepared.entry.article, self._known.get(prepared.unit)
        states_none = _is_derived(article.metadata.id, article.slug)
        if known and states_none and not _is_derived(known.id, known.slug):
            return [f"states no ID, and {known.id} is published: is the text cut off?"]
        return ()

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        refused = units.write(self._connection, [(one.entry, one.document) for one in batch])
        for unit, reason in refused.items():
            self._names.restore(unit)
            self._reject([self._problem(unit, reason)])
        written = [prepared for prepared in batch if prepared.unit not in refused]
        self._written.extend(prepared.unit for prepared in written)
        for prepared in written:
            self._problems.extend(prepared.warnings)
        if self._index is not None:
            self._write_index(self._index, written)

    def _write_index(self, index: IndexWriter, written: Sequence[PreparedUnit]) -> None:
        before = (self._known.get(prepared.unit) for prepared in written)
        index.apply(Removal(known.id) for known in before if known)
        index.apply(
            prepared.index_document
            for prepared in written
            if prepared.entry.article.state is PublicationState.PUBLISHED
        )

    def _problem(self, unit: str, message: str) -> Problem:
        return Problem(self._coming[unit].files[0].shown, 1, message)

    def _reject(self, problems: Iterable[Problem]) -> None:
        self._problems.extend(problems)
        self._rejected += 1


def _is_derived(id_: str, slug: str) -> bool:
    """Whether the id was made from the slug, because the text states none."""
    return id_ == article_id(slug)
