"""What the doctor finds: how one thing is, and what to do about it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How something is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one thing is, and what to do about it if that is anything."""

    about: str
    """`settings`, `data`, `database`, `index`, `content`, `server` or `clock`."""
    state: State
    message: str
    advice: str = ""

    def __str__(self) -> str:
        advice = f" → {self.advice}" if self.advice else ""
        return f"{self.state:8}{self.about:10}{self.message}{advice}"

    def as_dict(self) -> dict[str, Any]:
        """The finding for machines."""
        return asdict(self)


def good(about: str, message: str) -> Finding:
    """Nothing to do."""
    return Finding(about=about, state=State.GOOD, message=message)


def warning(about: str, message: str, advice: str) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(about=about, state=State.WARNING, message=message, advice=advice)


def bad(about: str, message: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(about=about, state=State.BAD, message=message, advice=advice)
