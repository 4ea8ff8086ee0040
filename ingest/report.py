"""What an ingest found wrong, and what it did."""

from dataclasses import asdict, dataclass
from typing import Any

from corpus.ingest_record import IngestOutcome, IngestRecord
from corpus.text.escaping import one_line


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong with a file: `path:line: message`. A warning keeps nothing out."""

    path: str
    line: int
    message: str
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return one_line(f"{self.path}:{self.line}: {kind}{self.message}")

    def as_dict(self) -> dict[str, Any]:
        """The problem for machines."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """The counts are articles; `seconds` is wall-clock time."""

    generation: int = 0
    articles: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    seconds: float = 0.0
    published: bool = False
    advice: str | None = None
    """What somebody should do who wants it to go on working well."""
    problems: tuple[Problem, ...] = ()

    @property
    def good(self) -> bool:
        """Whether everything went in; warnings do not count."""
        return not any(not problem.warning for problem in self.problems)

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.articles} articles in generation {self.generation}: "
            f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, "
            f"{self.removed} removed, {self.rejected} rejected in {self.seconds:.2f} s"
        )

    def record(self, *, failed: bool, at: float) -> IngestRecord:
        """What is kept of it; `at` is in seconds since 1970."""
        ended = IngestOutcome.PUBLISHED if self.published else IngestOutcome.UNCHANGED
        return IngestRecord(
            outcome=IngestOutcome.FAILED if failed else ended,
            ended_at=at,
            seconds=self.seconds,
            added=self.added,
            changed=self.changed,
            unchanged=self.unchanged,
            removed=self.removed,
            rejected=self.rejected,
        )

    def as_dict(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            **{name: value for name, value in asdict(self).items() if name != "problems"},
            "problems": [problem.as_dict() for problem in sorted(self.problems)],
        }
