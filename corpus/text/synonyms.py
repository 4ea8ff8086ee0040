"""Synonyms: words, codes and phrases that mean the same, collected by hand.

`synonyms.txt` has one group a line. Members are matched by their terms, so case and inflection do
not matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from corpus.text import analysis, codes

Phrase: TypeAlias = tuple[str, ...]
FILE = Path(__file__).with_name("synonyms.txt")


@dataclass(frozen=True, slots=True)
class Synonyms:
    """All groups. Each member is a phrase of terms, in one or more groups."""

    groups: tuple[tuple[Phrase, ...], ...]
    members: Mapping[Phrase, tuple[int, ...]]
    """The numbers of the groups that a phrase is in."""
    longest: int
    """Terms of the longest phrase."""

    def occurrences(self, terms: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Each occurrence of a member: start, end (exclusive), group."""
        for start in range(len(terms)):
            for end in range(start + 1, min(start + self.longest, len(terms)) + 1):
                for group in self.members.get(tuple(terms[start:end]), ()):
                    yield start, end, group


@cache
def field() -> Synonyms:
    """The synonyms of `synonyms.txt`, read once."""
    return read(FILE.read_text("utf-8").splitlines())


def read(lines: Iterable[str]) -> Synonyms:
    """Groups from lines: members separated by `;`, comments after `#` at a line's start.

    Raises ValueError, naming the line, for a group with fewer than two different members.
    """
    groups: list[tuple[Phrase, ...]] = []
    members: dict[Phrase, tuple[int, ...]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        group = tuple(dict.fromkeys(phrase(member) for member in line.split(";")))
        if len(group) < 2 or () in group:
            raise ValueError(f"line {number}: a group needs two members: {line.strip()!r}")
        for member in group:
            members[member] = (*members.get(member, ()), len(groups))
        groups.append(group)
    return Synonyms(tuple(groups), members, max(map(len, members), default=0))


def phrase(text: str) -> Phrase:
    """The terms of a member: a code alone is its canonical form, a phrase its words."""
    code = codes.canonical(text)
    return (code,) if code else tuple(token.term for token in analysis.words(text))
