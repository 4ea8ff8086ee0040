"""How the text of a document lies: its lines, its sections, what is code, what is a comment.

Everything is an offset into the text in characters. The whole file is looked at, front
matter and metadata too, for readers and agents may be shown any of it.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from markdown_it.token import Token

from corpus.document.blocks import blocks
from corpus.document.code_spans import code_spans, holds
from corpus.document.outline import line_starts


class LineSpan(NamedTuple):
    """A part of the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something at a place in the text, and whether it is wrong or only worth a look."""

    at: int
    message: str
    error: bool = False


_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\n.*?^(?:---|\.\.\.)|\+\+\+[ \t]*\n.*?^\+\+\+)[ \t]*$", re.DOTALL | re.MULTILINE
)
_COMMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|^\[[^\]\n]+\]:(?:\s++(?:<#?>?|#>?|>)\s++|\s\s++)[\"'(][^\n]*$",
    re.DOTALL | re.MULTILINE,
)
"""HTML's form, and the reference that leads nowhere, whose title no reader sees."""


class Layout:
    """The text of one file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = line_starts(text)
        self._right_to_left: dict[int, bool] = {}

    def line(self, at: int) -> int:
        """The line of an offset, from 1."""
        return bisect_right(self._lines, at)

    def is_right_to_left(self, at: int) -> bool:
        """Whether the line of an offset has letters that are written so."""
        line = self.line(at)
        if line not in self._right_to_left:  # a line is read once, however many ask
            letters = self.text[self._start(line - 1) : self._start(line)]
            self._right_to_left[line] = any(map(_is_right_to_left, letters))
        return self._right_to_left[line]

    def section(self, at: int) -> LineSpan:
        """From the heading above an offset to the next heading, of whatever level."""
        before = bisect_right(self._headings, at) - 1
        following = self._headings[before + 1 : before + 2]
        return LineSpan(self._headings[before], following[0] if following else len(self.text))

    def is_code(self, at: int) -> bool:
        """Whether an offset is in a code block or a code span."""
        return holds(self.blocks, at) or holds(self._spans, at)

    @cached_property
    def blocks(self) -> Sequence[LineSpan]:
        """The code blocks, with their fences."""
        return [
            self._span(token)
            for token in self._tokens
            if token.type in ("fence", "code_block") and token.map
        ]

    @cached_property
    def comments(self) -> Sequence[LineSpan]:
        """What is in the text and not on the page."""
        return [
            LineSpan(match.start(), match.end())
            for match in _COMMENT.finditer(self.text)
            if not self.is_code(match.start())
        ]

    @cached_property
    def _tokens(self) -> Sequence[Token]:
        front = _FRONT_MATTER.match(self.text)
        lines = self.text.count("\n", 0, front.end()) if front else 0
        return blocks("\n" * lines + self.text[self._start(lines) :])

    @cached_property
    def _headings(self) -> Sequence[int]:
        """Where sections start; the first is whatever stands before the first heading."""
        return [0, *self._found_headings()]

    def _found_headings(self) -> Iterator[int]:
        for token in self._tokens:
            if token.type == "heading_open" and token.level == 0 and token.map and token.map[0]:
                yield self._start(token.map[0])

    @cached_property
    def _spans(self) -> Sequence[LineSpan]:
        spans = (LineSpan(*span) for span in code_spans(self.text))
        return [span for span in spans if not holds(self.blocks, span.start)]

    def _span(self, token: Token) -> LineSpan:
        first, last = token.map or (0, 0)
        return LineSpan(self._start(first), self._start(last))

    def _start(self, line: int) -> int:
        return self._lines[line] if line < len(self._lines) else len(self.text)


def _is_right_to_left(letter: str) -> bool:
    turns = unicodedata.bidirectional(letter) in ("R", "AL")
    return turns and unicodedata.category(letter) != "Cf"
