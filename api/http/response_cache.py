"""The response cache, bounded in bytes, which keeps the most requested responses longest.

A segmented LRU (Karedla, Love and Wherry, 1994) with the admission and ageing of TinyLFU
(Einziger, Friedman and Manes, 2017). A new response is on probation. When it is requested again
it becomes protected: at once while there is room, later only in place of responses that are
requested less often. So neither a crawl nor random queries, each sent twice, evict what is hot.
Each entry counts its own requests, which is exact and cheap.
"""

from collections import OrderedDict
from collections.abc import Container, Hashable
from dataclasses import dataclass
from heapq import nlargest
from operator import attrgetter
from typing import Generic, TypeVar

from api.http.representation import Representation

Key = TypeVar("Key", bound=Hashable)
_HOT = 200
"""Responses of the last generation that are rendered again before anybody requests them."""
_AGEING = 10
"""Counts are halved after this many new responses for each cached one, as in TinyLFU."""
_LEAST_NEW = 1_000
"""Counts are never halved before this many new responses."""
_MOST_COUNTED = 15
"""Counts are capped before they are halved, so that what was hot long ago is soon evicted."""


@dataclass(slots=True)
class _Entry(Generic[Key]):
    """A cached response, and how often it was requested."""

    key: Key
    answer: Representation
    size: int
    requests: int = 1


class _Segment(Generic[Key]):
    """Entries, the most recently requested last."""

    def __init__(self, *, most_bytes: int, most_answers: int) -> None:
        self.entries: OrderedDict[Key, _Entry[Key]] = OrderedDict()
        self.size = 0
        self._most_bytes, self._most_answers = most_bytes, most_answers

    def has_room(self, size: int) -> bool:
        """Whether an entry of this many bytes fits in."""
        return self.size + size <= self._most_bytes and len(self.entries) < self._most_answers

    def add(self, entry: _Entry[Key]) -> None:
        """Adds an entry, evicting the least recently requested ones as needed."""
        self.pop(entry.key)
        while self.entries and not self.has_room(entry.size):
            self.pop(next(iter(self.entries)))
        if self.has_room(entry.size):
            self.entries[entry.key] = entry
            self.size += entry.size

    def pop(self, key: Key) -> _Entry[Key] | None:
        """Removes an entry, if present."""
        if (entry := self.entries.pop(key, None)) is not None:
            self.size -= entry.size
        return entry

    def make_room(self, entry: _Entry[Key]) -> bool:
        """Evicts entries to make room; False if the next to go is requested at least as often.

        That one moves to the end, so that the others are considered before it is again.
        """
        while self.entries and not self.has_room(entry.size):
            key, oldest = next(iter(self.entries.items()))
            if oldest.requests >= entry.requests:
                self.entries.move_to_end(key)
                return False
            self.pop(key)
        return self.has_room(entry.size)

    def age(self) -> None:
        """Halves all counts."""
        for entry in self.entries.values():
            entry.requests = min(entry.requests, _MOST_COUNTED) // 2


class ResponseCache(Generic[Key]):
    """Responses by request key, for one generation at a time."""

    def __init__(self, *, most_bytes: int = 64 * 1024 * 1024, most_answers: int = 50_000) -> None:
        self._most_bytes, self._most_answers = most_bytes, most_answers
        self._was_hot: list[Key] = []
        self._generation = -1
        self._empty()

    @property
    def size(self) -> int:
        """Approximate bytes of memory that they take."""
        return self._probation.size + self._protected.size

    def get(self, key: Key, generation: int) -> Representation | None:
        """The response of this generation. Asking for another generation clears the cache."""
        if generation != self._generation:
            self._start(generation)
            return None
        if (entry := self._hot.get(key)) is not None:
            self._hot.move_to_end(key)
            entry.requests += 1
            return entry.answer
        if (entry := self._probation.pop(key)) is not None:
            entry.requests += 1
            admitted = self._protected.make_room(entry)
            (self._protected if admitted else self._probation).add(entry)
            return entry.answer
        return None

    def put(self, key: Key, generation: int, answer: Representation) -> None:
        """Adds a response that was rendered while `generation` was current."""
        if generation == self._generation and key not in self._hot:
            self._probation.add(_Entry(key, answer, answer.size))
            self._new += 1
            if self._new > max(_LEAST_NEW, _AGEING * self._count()):
                self._age()

    def forget(self, subjects: Container[str]) -> None:
        """Removes the responses about these subjects, which changed within a generation."""
        for segment in (self._probation, self._protected):
            outdated = [key for key, e in segment.entries.items() if e.answer.subject in subjects]
            for key in outdated:
                segment.pop(key)

    def start_generation(self, generation: int) -> list[Key]:
        """Switches to a generation. Returns what was hot in the last one, once."""
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
