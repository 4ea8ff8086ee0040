"""What can be chosen about a run of the benchmark."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """The defaults end within a quarter of an hour on two cores."""

    sizes: tuple[int, ...] = (100, 10_000)
    """Numbers of articles."""
    articles: int = 10_000
    """Of what has one size only."""
    seconds: float = 2.0
    """Of a single run of the load generator."""
    rounds: int = 3
    """Runs of each of those that are compared."""
    requests: int = 50_000
    """Of the soak."""
    folder: Path
    """For files of requests and the like."""

    def questions(self) -> int:
        """So many requests that none of them comes twice in a run."""
        return max(1_000, round(self.seconds * 4_000))
