"""One generation, rows and index together, as whoever asks sees it."""

from collections.abc import Callable
from dataclasses import dataclass

from corpus.search.engine import OpenIndex
from corpus.store.database import Connection
from corpus.store.generations import Generation
from corpus.store.stored_documents import Summaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One generation, open for as long as a request takes."""

    connection: Connection
    generation: Generation
    summaries: Summaries
    opened: Callable[[], OpenIndex]

    @property
    def index(self) -> OpenIndex:
        """The index of the generation, opened when it is asked for: most pages need none.

        Raises IndexMissing when it is gone.
        """
        return self.opened()
