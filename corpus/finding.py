"""Findings of the doctor: the state of one thing, and what to do about it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class HealthState(StrEnum):
    """The state of something that was examined."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFinding:
    """The state of one thing, and what to do about it."""

    about: str
    """`settings`, `data`, `database`, `index`, `content`, `server` or `clock`."""
    state: HealthState
    message: str
    advice: str = ""

    def __str__(self) -> str:
        advice = f" → {self.advice}" if self.advice else ""
        return f"{self.state:8}{self.about:10}{self.message}{advice}"

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON values."""
        return asdict(self)


def good(about: str, message: str) -> HealthFinding:
    """A finding that needs no action."""
    return HealthFinding(about=about, state=HealthState.GOOD, message=message)


def warning(about: str, message: str, advice: str) -> HealthFinding:
    """Something works, but needs attention."""
    return HealthFinding(about=about, state=HealthState.WARNING, message=message, advice=advice)


def bad(about: str, message: str, advice: str) -> HealthFinding:
    """Something does not work."""
    return HealthFinding(about=about, state=HealthState.BAD, message=message, advice=advice)
