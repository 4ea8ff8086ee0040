"""One generation, rows and index together, as whoever asks sees it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.checks.trust import EntryTrust
from corpus.search.engine import OpenIndex
from corpus.store.database import Connection
from corpus.store.generations import Generation
from corpus.store.queries import error_index
from corpus.store.queries.error_index import KnownError
from corpus.store.stored_documents import Summaries
from corpus.telemetry.spans import Span, span

if TYPE_CHECKING:
    from corpus.search.vectors.static_model import StaticModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One generation, open for as long as a request takes."""

    connection: Connection
    generation: Generation
    summaries: Summaries
    opened: Callable[[], OpenIndex]
    engine: str
    """The name of the search engine."""
    opened_model: "Callable[[], StaticModel | None]"

    @property
    def index(self) -> OpenIndex:
        """The index of the generation, opened when it is asked for: most pages need none.

        Raises IndexMissing when it is gone.
        """
        return self.opened()

    @property
    def model(self) -> "StaticModel | None":
        """The model of the generation's vectors, opened when it is asked for; None if there are
        none, or of another model than the settings name."""
        return self.opened_model()

    def checked_generation(self) -> Generation:
        """The generation. Raises Unavailable if its index cannot be asked."""
        self.index.check()
        return self.generation


def engine_span(reading: Reading, operation: str) -> AbstractContextManager[Span]:
    """The span of a question to the search engine."""
    return span(
        f"{operation} {reading.engine}",
        metric="db.client.operation.duration",
        attributes={"db.system.name": reading.engine, "db.operation.name": operation},
    )


def known_errors(
    reading: Reading, *, q: str, domains: Sequence[str], lang: str, offset: int, limit: int
) -> tuple[int, list[tuple[KnownError, EntryTrust]]]:
    """How many entries of the error index hold `q`, and a page of them with their code spans, each
    with what is known of its fix.
    """
    page = error_index.known_errors(
        reading.connection, q=q, domains=domains, lang=lang, offset=offset, limit=limit
    )
    ids = list(dict.fromkeys(error.article_id for error in page.items))
    summaries = {summary.id: summary for summary in reading.summaries.load(reading.connection, ids)}
    shown = []
    for error in page.items:
        summary = summaries[error.article_id]
        row = summary.row_at(error.anchor, error.lang)
        trust = summary.trust_in(error.lang).of(error.anchor)
        shown.append((replace(error, code=row.code) if row else error, trust))
    return page.total, shown
