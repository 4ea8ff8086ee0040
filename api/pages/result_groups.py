"""Results in groups: what is known, and apart from it what is merely near."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from corpus.diagnosis.matching.match import MatchOutcome

Result = TypeVar("Result")


def certainty_groups(
    results: Sequence[Result], outcome: Callable[[Result], MatchOutcome | None], *, heading: str
) -> Iterator[tuple[str, list[Result]]]:
    """The results without a heading, then under `heading` those that are only related."""
    for title, is_near in (("", False), (heading, True)):
        found = [each for each in results if is_near is (outcome(each) is MatchOutcome.RELATED)]
        if found:
            yield title, found
