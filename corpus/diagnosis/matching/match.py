"""A match: an article's best signature for a log, and how sure that is."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, Self, TypeVar

from corpus.diagnosis.signatures.signature import Signature

Key = TypeVar("Key", bound=Hashable)


class MatchOutcome(StrEnum):
    """How sure a match is."""

    EXACT = "exact"
    LIKELY = "likely"
    RELATED = "related"
    NONE = "none"


SURE = (MatchOutcome.EXACT, MatchOutcome.LIKELY)
"""Outcomes that a reader may act upon."""
SURENESS = {outcome: rank for rank, outcome in enumerate(reversed(MatchOutcome))}
"""The rank of each outcome; the surest has the highest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[Key]):
    """An article's best signature for a log."""

    key: Key
    score: float
    outcome: MatchOutcome
    line: int
    observed: Signature
    claimed: Signature
    is_close: bool = False
    """Whether the message would be surely known if it had no other values in it."""
    is_main: bool = True
    """Whether the line is one of those that matter most in the log."""
    is_verbatim: bool = False
    """Whether the line says word for word what the claim says."""
    substituted: int | None = None
    """If the line says what the claim says with other values that stand in no quotes, how many
    those are."""

    def at_most(self, outcome: MatchOutcome) -> Self:
        """The match, no surer than that."""
        is_surer = SURENESS[self.outcome] > SURENESS[outcome]
        return replace(self, outcome=outcome) if is_surer else self
