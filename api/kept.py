"""The answers that are kept: bounded in bytes, and what was asked twice stays longest.

A new answer is on probation. Only when it is asked for again does it join the protected
ones, so a crawl through everything, or random queries, cannot push out what is hot
(a segmented LRU; Karedla, Love and Wherry, 1994).
"""

from collections import OrderedDict
from collections.abc import Hashable

from api.exchange import Answer

_Segment = OrderedDict[Hashable, Answer]


class Kept:
    """Answers by request key, for one generation at a time."""

    def __init__(self, *, most_bytes: int = 64 * 1024 * 1024, most_answers: int = 50_000) -> None:
        self._limits = (most_bytes // 4, most_bytes - most_bytes // 4)
        self._most_answers = most_answers
        self._generation = -1
        self._segments: tuple[_Segment, _Segment] = (OrderedDict(), OrderedDict())
        self._sizes = [0, 0]

    def get(self, key: Hashable, generation: int) -> Answer | None:
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

    def put(self, key: Hashable, generation: int, answer: Answer) -> None:
        """Keeps an answer that was made while `generation` was current."""
        if generation == self._generation and key not in self._segments[1]:
            self._add(0, key, answer)

    def _start(self, generation: int) -> None:
        self._generation = generation
        self._segments = (OrderedDict(), OrderedDict())
        self._sizes = [0, 0]

    def _add(self, segment: int, key: Hashable, answer: Answer) -> None:
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
