"""The answers that are kept: bounded in bytes, and what was asked twice stays longest.

A new answer is on probation. Only when it is asked for again does it join the protected
ones, so a crawl through everything, or random queries, cannot push out what is hot
(a segmented LRU; Karedla, Love and Wherry, 1994).
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from api.exchange import Answer

Key = TypeVar("Key", bound=Hashable)
_Segment = OrderedDict[Key, Answer]
_HOT = 200
"""Answers of the last generation that are worth making again before anybody asks."""


class Kept(Generic[Key]):
    """Answers by request key, for one generation at a time."""

    def __init__(self, *, most_bytes: int = 64 * 1024 * 1024, most_answers: int = 50_000) -> None:
        self._limits = (most_bytes // 4, most_bytes - most_bytes // 4)
        self._most_answers = most_answers
        self._generation = -1
        self._segments: tuple[_Segment[Key], _Segment[Key]] = (OrderedDict(), OrderedDict())
        self._sizes = [0, 0]
        self._was_hot: list[Key] = []

    @property
    def size(self) -> int:
        """Bytes that all of them cost together, about."""
        return sum(self._sizes)

    def get(self, key: Key, generation: int) -> Answer | None:
        """The answer of this generation; asking for another generation drops everything."""
        if generation != self._generation:
            self._start(generation)
            return None
        probation, protected = self._segments
        if (found := protected.get(key)) is not None:
            protected.move_to_end(key)
            return found
        if (found := probation.pop(key, None)) is not None:
            self._sizes[0] -= found.size
            self._add(1, key, found)
        return found

    def put(self, key: Key, generation: int, answer: Answer) -> None:
        """Keeps an answer that was made while `generation` was current."""
        if generation == self._generation and key not in self._segments[1]:
            self._add(0, key, answer)

    def turn(self, generation: int) -> list[Key]:
        """Goes on to a generation; what was hot in the last one, if that has just ended."""
        if generation != self._generation:
            self._start(generation)
        hot, self._was_hot = self._was_hot, []
        return hot

    def _start(self, generation: int) -> None:
        self._generation = generation
        self._was_hot = list(reversed(self._segments[1]))[:_HOT]
        self._segments = (OrderedDict(), OrderedDict())
        self._sizes = [0, 0]

    def _add(self, segment: int, key: Key, answer: Answer) -> None:
        answers = self._segments[segment]
        if (old := answers.pop(key, None)) is not None:
            self._sizes[segment] -= old.size
        answers[key] = answer
        self._sizes[segment] += answer.size
        while answers and (
            self._sizes[segment] > self._limits[segment] or len(answers) > self._most_answers
        ):
            _, oldest = answers.popitem(last=False)
            self._sizes[segment] -= oldest.size
