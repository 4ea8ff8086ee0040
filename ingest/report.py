"""The report of an ingest: its problems, and what it did."""

from dataclasses import asdict, dataclass
from typing import Any

from corpus.last_records import IngestOutcome, IngestRecord
from corpus.text.escaping import one_line


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem of a file: `path:line: message`. Warnings do not reject an article."""

    path: str
    line: int
    message: str
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return one_line(f"{self.path}:{self.line}: {kind}{self.message}")

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON values."""
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
    """Advice to the operator."""
    problems: tuple[Problem, ...] = ()

    @property
    def good(self) -> bool:
        """Whether there are no problems except for warnings."""
        return all(problem.warning for problem in self.problems)

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.articles} articles in generation {self.generation}: "
            f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, "
            f"{self.removed} removed, {self.rejected} rejected in {self.seconds:.2f} s"
        )

    def record(self, *, failed: bool, at: float) -> IngestRecord:
        """The record of the ingest; `at` is in seconds since 1970."""
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
        """The report as JSON values."""
        problems = [problem.as_dict() for problem in sorted(self.problems)]
        return {**asdict(self), "problems": problems}
