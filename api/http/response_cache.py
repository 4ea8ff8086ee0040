"""The answers that are kept: bounded in bytes, and what many ask for stays longest.

A new answer is on probation. When it is asked for again it may join the protected ones: at
once while there is room, and after that only instead of such as are asked for less often. So
neither a crawl through everything nor random queries, each asked twice, push out what is hot.

That is a segmented LRU (Karedla, Love and Wherry, 1994) with the admission and the ageing of
TinyLFU (Einziger, Friedman and Manes, 2017). Each kept answer counts its own requests, which
is exact and next to free; requests for what is not kept need no count, since probation is
long enough to be asked for again in.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from heapq import nlargest
from operator import attrgetter
from typing import Generic, TypeVar

from api.http.representation import Representation

Key = TypeVar("Key", bound=Hashable)
_HOT = 200
"""Answers of the last generation that are worth making again before anybody asks."""
_AGEING = 10
"""After how many new answers for each kept one all counts are halved; as in TinyLFU."""
_LEAST_NEW = 1_000
"""Before that many new ones, counts are never halved."""
_MOST_COUNTED = 15
"""What a count is at most when it is halved, so that what was hot long ago is soon forgotten."""


@dataclass(slots=True)
class _Entry(Generic[Key]):
    """A kept answer, and how often it was asked for."""

    key: Key
    answer: Representation
    size: int
    requests: int = 1


class _Segment(Generic[Key]):
    """Entries, the one that was asked for last at the end."""

    def __init__(self, *, most_bytes: int, most_answers: int) -> None:
        self.entries: OrderedDict[Key, _Entry[Key]] = OrderedDict()
        self.size = 0
        self._most_bytes, self._most_answers = most_bytes, most_answers

    def has_room(self, size: int) -> bool:
        """Whether that many bytes more fit in."""
        return self.size + size <= self._most_bytes and len(self.entries) < self._most_answers

    def add(self, entry: _Entry[Key]) -> None:
        """Adds an entry, and lets go of the oldest ones that then are too many."""
        self.take(entry.key)
        while self.entries and not self.has_room(entry.size):
            self.take(next(iter(self.entries)))
        if self.has_room(entry.size):
            self.entries[entry.key] = entry
            self.size += entry.size

    def take(self, key: Key) -> _Entry[Key] | None:
        """Takes an entry away, if it is there."""
        if (entry := self.entries.pop(key, None)) is not None:
            self.size -= entry.size
        return entry

    def give_way(self, entry: _Entry[Key]) -> bool:
        """Makes room for an entry; False where that would take one no less asked for.

        Such a one is not looked at again until all others have been.
        """
        while self.entries and not self.has_room(entry.size):
            key, oldest = next(iter(self.entries.items()))
            if oldest.requests >= entry.requests:
                self.entries.move_to_end(key)
                return False
            self.take(key)
        return self.has_room(entry.size)

    def age(self) -> None:
        """Halves all counts."""
        for entry in self.entries.values():
            entry.requests = min(entry.requests, _MOST_COUNTED) // 2


class ResponseCache(Generic[Key]):
    """Answers by request key, for one generation at a time."""

    def __init__(self, *, most_bytes: int = 64 * 1024 * 1024, most_answers: int = 50_000) -> None:
        self._most_bytes, self._most_answers = most_bytes, most_answers
        self._was_hot: list[Key] = []
        self._generation = -1
        self._empty()

    @property
    def size(self) -> int:
        """Bytes that all of them cost together, about."""
        return self._probation.size + self._protected.size

    def get(self, key: Key, generation: int) -> Representation | None:
        """The answer of this generation; asking for another generation drops everything."""
        if generation != self._generation:
            self._start(generation)
            return None
        if (entry := self._hot.get(key)) is not None:
            self._hot.move_to_end(key)
            entry.requests += 1
            return entry.answer
        if (entry := self._probation.take(key)) is not None:
            entry.requests += 1
            admitted = self._protected.give_way(entry)
            (self._protected if admitted else self._probation).add(entry)
            return entry.answer
        return None

    def put(self, key: Key, generation: int, answer: Representation) -> None:
        """Keeps an answer that was made while `generation` was current."""
        if generation == self._generation and key not in self._hot:
            self._probation.add(_Entry(key, answer, answer.size))
            self._new += 1
            if self._new > max(_LEAST_NEW, _AGEING * self._count()):
                self._age()

    def turn(self, generation: int) -> list[Key]:
        """Goes on to a generation; what was hot in the last one, if that has just ended."""
        if generation != self._generation:
            self._start(generation)
        hot, self._was_hot = self._was_hot, []
        return hot

    def _start(self, generation: int) -> None:
        self._generation = generation
        latest = reversed(self._hot.values())
        self._was_hot = [entry.key for entry in nlargest(_HOT, latest, attrgetter("requests"))]
        self._empty()

    def _empty(self) -> None:
        quarter, most = self._most_bytes // 4, self._most_answers
        self._probation = _Segment[Key](most_bytes=quarter, most_answers=most)
        self._protected = _Segment[Key](most_bytes=self._most_bytes - quarter, most_answers=most)
        self._hot = self._protected.entries
        self._new = 0

    def _count(self) -> int:
        return len(self._hot) + len(self._probation.entries)

    def _age(self) -> None:
        self._new = 0
        self._probation.age()
        self._protected.age()
