"""A log as it is read: without what terminals, boxes and web pages add, without excerpts, and of
a long one the end and the lines that name errors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from corpus.diagnosis.excerpts.removal import without_excerpts
from corpus.diagnosis.tuning import LARGEST, LINES_READ, LONGEST_LINE
from corpus.text.escaping import without_terminal_codes
from languages.loader import pattern

_NAMES_ERROR = pattern("logs", "strong_error_words", flags=0)
_SHOWN_ESCAPE = re.compile(r"\^\[\[")
"""How some viewers show an escape."""
_ENTITIES = {"#39": "'", "#x27": "'", "apos": "'", "quot": '"', "lt": "<", "gt": ">", "amp": "&"}
_ENTITY = re.compile(f"&({'|'.join(_ENTITIES)});")
_BOX = re.compile(r"^ {1,20}(?:\| ?|\+-[+-][-+ \d]{3,80}$)", re.MULTILINE)
"""The border that Python draws around the exceptions of a group."""


@dataclass(frozen=True, slots=True)
class ReadableLog:
    """A log without its colours, and without what it only quotes."""

    text: str
    lines: Sequence[str]
    """As a terminal shows them: what a carriage return overwrites is gone."""

    def places(self) -> list[int]:
        """Where the lines are that are not empty."""
        return [place for place, line in enumerate(self.lines) if line.strip()]


def readable(log: str | ReadableLog) -> ReadableLog:
    """A log as it is read: once, whoever asks about it. Never raises."""
    if isinstance(log, ReadableLog):
        return log
    text = without_terminal_codes(_SHOWN_ESCAPE.sub("\x1b[", log[:LARGEST]))
    text = without_excerpts(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)
    if "\n  | " in text or text.startswith("  | ") or "\n    | " in text:
        text = _BOX.sub("", text)
    lines = [line.rstrip().rpartition("\r")[2][:LONGEST_LINE] for line in text.split("\n")]
    return ReadableLog(text, lines)


def unread(log: str | ReadableLog) -> int:
    """How many lines of a log are not read, as there are too many."""
    return max(0, len(readable(log).places()) - LINES_READ)


def places_to_read(lines: Sequence[str], filled: Sequence[int]) -> set[int]:
    """Which of the lines that are not empty are read: `LINES_READ` of them at most.

    Half of these are the last ones. The others name an error, the later ones first; where
    too few do, the lines before the last half are read instead.
    """
    if len(filled) <= LINES_READ:
        return set(filled)
    half = LINES_READ // 2
    earlier = reversed(filled[:-half])
    naming = (n for n in earlier if _NAMES_ERROR.search(lines[n].lower()))
    chosen = {*islice(naming, half), *filled[-half:]}
    others = (n for n in reversed(filled) if n not in chosen)
    return chosen | set(islice(others, LINES_READ - len(chosen)))
