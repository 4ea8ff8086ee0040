"""Excerpts with the words that were asked for marked, as text or as safe HTML."""

import html
import unicodedata
from bisect import bisect
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from corpus.text import codes
from corpus.text.analysis import terms, tokenize

WIDTH = 180
"""Characters of an excerpt, about."""
LONG = 4 * WIDTH
"""From so many characters on, only the most promising part of a text is read closely."""
_OCCURRENCES = 8
"""Places in a text that are looked at for each word, inside other words as well."""
_DIFFERENT = 4
"""Wanted words, the first ones, by which the part of a long text is chosen."""
_REACH = 40
"""Characters on each side of a place that are read, where white space does not end a word."""


class Highlight(StrEnum):
    """How found words are marked."""

    TEXT = "text"
    HTML = "html"
    NONE = "none"


Span = tuple[int, int]


class Excerpts:
    """Makes the excerpts of one search, which wants these terms, the most telling first."""

    def __init__(self, wanted: Collection[str], style: Highlight) -> None:
        self._wanted = frozenset(wanted)
        starts = dict.fromkeys(map(_start, wanted))
        self._starts = [each for each in starts if not _is_longer(each, starts)]
        self._latin = [each for each in self._starts if each.isascii()]
        self._style = style
        self._within: dict[str, Sequence[Span]] = {}

    def of(self, text: str) -> str | None:
        """The part of a text with the most of the wanted terms; None if it has none of them.

        Plain text comes back as it is, cut at white space, runs of which become one space;
        HTML is escaped, with `<mark>` around what was found. Never cuts a character.
        """
        starts = self._latin if text.isascii() else self._starts
        low, high, lowered = 0, len(text), text.lower()
        is_long = high > LONG
        places = _places(lowered, starts, _DIFFERENT if is_long else -1)
        if places and is_long:
            low, high = _region(text, places)
            places = _places(lowered[low:high], starts)
        if not places:
            return None
        part = text[low:high].replace("\n", " ")
        spans = self._spans(part, places)
        if not spans:
            return None
        start, end = _window(part, spans)
        shown = _mark(part, (start, end), spans, self._style)
        before = "… " if low or start else ""
        return f"{before}{shown}{' …' if low + end < len(text) else ''}"

    def _spans(self, text: str, places: Sequence[tuple[int, str]]) -> list[Span]:
        """Where wanted terms stand: apart, in order, touching ones joined."""
        spans: list[Span] = []
        last = -1
        for low, high in _promising(text, places):
            for first, behind in self._in_word(text[low:high]):
                start, end = low + first, _complete(text, low + behind)
                if start <= last:
                    start, end = spans.pop()[0], max(end, last)
                spans.append((start, end))
                last = end
        return spans

    def _in_word(self, word: str) -> Sequence[Span]:
        """Where wanted terms stand in a word that looks like one: hits share most of these."""
        if (spans := self._within.get(word)) is None:
            tokens = () if self._wanted.isdisjoint(terms(word)) else tokenize(word)
            spans = [(t.start, t.end) for t in tokens if t.term in self._wanted]
            self._within[word] = spans
        return spans


def _promising(text: str, places: Sequence[tuple[int, str]]) -> list[Span]:
    """The words of a text that begin as wanted ones do, whole and each once.

    Reading only these takes a fifth of the time that reading all of the text does.
    """
    found: list[Span] = []
    before, length = 0, len(text)
    for at, _ in places:
        if at < before:
            low, _ = found.pop()
        else:
            low = max(text.rfind(" ", 0, at) + 1, at - _REACH, before)
        end = text.find(" ", at)
        before = min(end if end >= 0 else length, at + _REACH)
        found.append((low, before))
    return found


def _is_longer(start: str, starts: Collection[str]) -> bool:
    """Whether a shorter one of the starts finds all that this one does."""
    return start.isascii() and any(start[:end] in starts for end in range(3, len(start)))


def _start(term: str) -> str:
    """How a word with this term begins in a text, for its ending may differ."""
    return codes.value(term).removesuffix("i")


def _region(text: str, places: Sequence[tuple[int, str]]) -> Span:
    """The part of a long text where most wanted terms begin close to each other."""
    best, most, first, different = 0, 0, 0, 0
    near = {start: 0 for _, start in places}
    for at, start in places:
        different += not near[start]
        near[start] += 1
        while places[first][0] <= at - WIDTH:
            gone = places[first][1]
            near[gone] -= 1
            different -= not near[gone]
            first += 1
        if different > most:
            best, most = places[first][0], different
            if most == len(near):
                break
    return _boundary(text, max(best - WIDTH // 2, 0)), _boundary(text, best + WIDTH * 3 // 2)


def _places(lowered: str, starts: Iterable[str], most: int = -1) -> list[tuple[int, str]]:
    """Where words of a text begin so, in order, the first few of each; at `most` so many starts."""
    found: list[tuple[int, str]] = []
    find = lowered.find
    for start in starts:
        at = find(start)
        if at < 0:
            continue
        known, length, has_words = len(found), len(start), start[:1].isascii()
        for _ in range(_OCCURRENCES):
            if not (has_words and at and lowered[at - 1].isalnum()):
                found.append((at, start))
            at = find(start, at + length)
            if at < 0:
                break
        most -= len(found) > known
        if not most:
            break
    found.sort()
    return found


def _window(text: str, spans: Sequence[Span]) -> Span:
    """The slice of about WIDTH characters that holds most spans, cut at white space."""
    if len(text) <= WIDTH:
        return 0, len(text)
    starts = [start for start, _ in spans]
    within = [bisect(starts, start + WIDTH * 3 // 4 - 1) - at for at, start in enumerate(starts)]
    best = spans[within.index(max(within))]
    start = 0 if best[0] <= WIDTH // 2 else best[0] - WIDTH // 4
    end = min(max(start + WIDTH, best[1]), len(text))
    if start:
        space = text.find(" ", start, best[0])
        start = space + 1 if space >= 0 else _boundary(text, start)
    if end < len(text):
        last = max(b for a, b in spans if a < end)
        space = text.rfind(" ", max(last, start), end)
        end = space if space > 0 else max(_boundary(text, end), min(last, len(text)))
    return start, end


def _mark(text: str, window: Span, spans: Sequence[Span], style: Highlight) -> str:
    at, last = window
    if style is not Highlight.HTML:
        return " ".join(text[at:last].split())
    pieces: list[str] = []
    inside = [span for span in spans if at <= span[0] and span[1] <= last]
    for start, end in inside:
        pieces.append(html.escape(text[at:start]))
        pieces.append(f"<mark>{html.escape(text[start:end])}</mark>")
        at = end
    pieces.append(html.escape(text[at:last]))
    return " ".join("".join(pieces).split())


# Characters as people see them

_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)


def _boundary(text: str, at: int) -> int:
    """The last place up to `at` where a text can be cut between two characters."""
    at = min(at, len(text))
    while 0 < at < len(text) and _continues(text, at):
        at -= 1
    return at


def _complete(text: str, at: int) -> int:
    """The first place from `at` on where a text can be cut between two characters."""
    while 0 < at < len(text) and not text[at].isascii() and _continues(text, at):
        at += 1
    return at


def _continues(text: str, at: int) -> bool:
    """Whether what stands at a place belongs to the character before it."""
    if text[at].isascii():
        return False
    number = ord(text[at])
    if text[at - 1] == _JOINER or text[at] == _JOINER or number in _SKIN or number in _TAGS:
        return True
    if number in _FLAGS:
        before = at
        while before and ord(text[before - 1]) in _FLAGS:
            before -= 1
        return (at - before) % 2 == 1
    return unicodedata.category(text[at])[0] == "M"
