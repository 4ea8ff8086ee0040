"""The report of `fixbook verify`, for people and machines."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.checks.receipts import CheckOutcome

_ACCEPTED = (CheckOutcome.FIXED, CheckOutcome.UNVERIFIABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The outcome of one check, and that of its previous receipt, if any."""

    slug: str
    check: str
    environment: str | None = None
    """Its name; None on this machine."""
    outcome: CheckOutcome
    reason: str
    before: CheckOutcome | None = None
    """The outcome on record for the same text and environment."""
    place: str = ""
    """The file and line of the check."""
    hints: tuple[str, ...] = ()
    """What may help its author."""

    @property
    def changed(self) -> bool:
        """Whether it ran, and its outcome differs from the one on record."""
        ran = self.outcome is not CheckOutcome.UNVERIFIABLE
        return ran and self.before is not None and self.before is not self.outcome

    @property
    def good(self) -> bool:
        """Whether nobody has to look at it: as on record, or new and fixed.

        What cannot run here is neither: it is only said.
        """
        if self.before is not None:
            return not self.changed
        return self.outcome in _ACCEPTED

    def __str__(self) -> str:
        was = f" (was {self.before})" if self.changed else ""
        file = f"{self.place}: " if self.place else ""
        where = f" ({self.environment})" if self.environment else ""
        line = f"{file}{self.slug} {self.check}{where}: {self.outcome}{was}: {self.reason}"
        return "\n".join([line, *(f"    {hint}" for hint in self.hints)])

    def as_dict(self) -> dict[str, Any]:
        """The result as JSON values."""
        return {
            "slug": self.slug,
            "check": self.check,
            "environment": self.environment,
            "outcome": self.outcome,
            "reason": self.reason,
            "before": self.before,
            "changed": self.changed,
            "place": self.place,
            "hints": list(self.hints),
        }


@dataclass(slots=True, kw_only=True)
class VerifyReport:
    """All results in the order of the articles; `seconds` is wall-clock time."""

    sandbox: str = ""
    results: list[CheckResult] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Problems of checks and receipt files, which were not run or not written."""
    without_checks: list[str] = field(default_factory=list)
    """Slugs of articles without checks."""
    written: list[Path] = field(default_factory=list)
    """Receipt files that changed."""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether nothing got worse, which decides the exit code."""
        return not self.problems and all(result.good for result in self.results)

    @property
    def changed(self) -> list[CheckResult]:
        """The results that differ from what is on record for the same text."""
        return [result for result in self.results if result.changed]

    def summary(self) -> str:
        """One line for people."""
        counts = Counter(result.outcome for result in self.results)
        told = [f"{counts[outcome]} {outcome}" for outcome in CheckOutcome if counts[outcome]]
        files = f"{len(self.written)} receipt files changed"
        return (
            f"{len(self.results)} checks: {', '.join(told) or 'nothing to run'}; "
            f"{files}; in {self.seconds:.1f} s ({self.sandbox})"
        )

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "good": self.good,
            "sandbox": self.sandbox,
            "results": [result.as_dict() for result in self.results],
            "problems": self.problems,
            "withoutChecks": self.without_checks,
            "written": [str(path) for path in self.written],
            "seconds": round(self.seconds, 2),
        }
