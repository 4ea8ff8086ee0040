"""The blocks of a Markdown text, within bounds that hold for any text.

A parser of Markdown takes longer than a text is long where brackets or marks of emphasis pile
up in one paragraph, and for lists and tables of very many parts. So both are counted, and a
text that has far more of them than anybody writes is refused, instead of being read for minutes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from corpus.errors import DocumentError

Definitions = dict[str, Any]
"""What reference links lead to, as markdown-it-py keeps it."""

MOST_TOKENS = 60_000
"""Tokens of a text: a paragraph has three, a cell of a table as well. The longest of 2,000 real
articles has 6,600 of them."""
MOST_LINES = 50_000
MOST_MARKS = 40_000
"""Marks of a text: what begins or ends a link, a span of code or emphasis. Real ones have 3,500
of them at most."""
MOST_MARKS_OF_A_PARAGRAPH = 2_000
"""The same of one paragraph, where they may cost as much as their square. Real ones have 30."""

_MARKS = "[]()*_`<&!\\"
_PARSER = MarkdownIt("commonmark").enable("table")
_PARSER.use(deflist_plugin).use(footnote_plugin, inline=False)
_PARSER.core.ruler.enableOnly(["normalize", "block"])


class _Tokens(list[Token]):
    """As many tokens as a text may have."""

    def append(self, token: Token) -> None:
        """Adds a token. Raises DocumentError for one too many."""
        if len(self) >= MOST_TOKENS:
            line = max((_line(earlier) for earlier in self), default=1)
            raise DocumentError(f"more than {MOST_TOKENS} blocks and cells", line=line)
        super().append(token)


def blocks(text: str, definitions: Definitions | None = None) -> list[Token]:
    """The tokens of the blocks of a text; what stands in a line is left as it is.

    `definitions` are filled. Raises DocumentError, with the line, for more than there may be.
    """
    check_lines(text)
    state = StateCore(text, _PARSER, {} if definitions is None else definitions)
    state.tokens = _Tokens()
    _PARSER.core.process(state)
    if marks(text) > MOST_MARKS_OF_A_PARAGRAPH:
        _check_marks(state.tokens)
    return state.tokens


def table_rows(tokens: Sequence[Token], start: int) -> Iterator[list[Token]]:
    """The rows of the table that opens at `start`: what opens a row, then its cells."""
    row: list[Token] = []
    for at in range(start, len(tokens)):  # a slice for each table would cost their square
        token = tokens[at]
        if token.type == "tr_open":
            row = [token]
        elif token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            yield row
        elif token.type == "table_close":
            return


def check_lines(text: str) -> None:
    """Raises DocumentError for a text of more lines than there may be."""
    if _lines(text) > MOST_LINES:
        raise DocumentError(f"more than {MOST_LINES} lines", line=MOST_LINES)


def check_bounds(text: str) -> None:
    """Raises DocumentError for a text that `blocks` would refuse."""
    if marks(text) > MOST_MARKS_OF_A_PARAGRAPH or _lines(text) > MOST_TOKENS // 3:
        blocks(text)


def marks(text: str) -> int:
    """How many characters of a text may begin or end something in a line."""
    return sum(map(text.count, _MARKS))


def _check_marks(tokens: list[Token]) -> None:
    total, line = 0, 1
    for token in tokens:
        line = _line(token) if token.map else line
        if token.type != "inline":
            continue
        found = marks(token.content)
        total += found
        if found > MOST_MARKS_OF_A_PARAGRAPH:
            message = f"more than {MOST_MARKS_OF_A_PARAGRAPH} brackets and marks in one paragraph"
            raise DocumentError(message, line=line)
        if total > MOST_MARKS:
            raise DocumentError(f"more than {MOST_MARKS} brackets and marks", line=line)


def _lines(text: str) -> int:
    return text.count("\n") + text.count("\r")


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
