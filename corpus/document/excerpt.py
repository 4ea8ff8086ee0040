"""Excerpts: parts of an article, cut to a budget of characters at the edges of blocks.

What does not fit is cut between blocks; of a list, a table or a fenced block, whole items,
rows and lines are kept, the fence is closed again, and a line says how much is missing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from corpus.document.blocks import blocks
from corpus.document.sections import Part

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_LINE_ENDS = "\r\n"
_NOTE_ROOM = 60
"""Characters of the line that says what was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """An excerpt: its text, and how many parts are in it completely."""

    text: str
    whole: int
    is_cut: bool


def excerpt(parts: Sequence[Part], budget: int) -> Excerpt:
    """As many parts as fit into `budget` characters, in order, and a piece of the next one."""
    text = ""
    for whole, part in enumerate(parts):
        gap = "\n\n" if text and part.text else ""
        room = budget - len(text) - len(gap)
        if len(part.text) > room:
            piece = _shorten(part.text, room, alone=not text)
            return Excerpt(text=text + (gap + piece if piece else ""), whole=whole, is_cut=True)
        text += gap + part.text
    return Excerpt(text=text, whole=len(parts), is_cut=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A top-level block: its lines and its tokens."""

    lines: tuple[str, ...]
    tokens: tuple[Token, ...]

    @property
    def kind(self) -> str:
        return self.tokens[0].type


def _shorten(markdown: str, room: int, *, alone: bool) -> str:
    """The blocks that fit, and of the next one what may be taken apart.

    Empty if nothing but a heading would be left, unless the cut stands alone: then a note
    says at least how long the text is.
    """
    kept = ""
    only_heading = True
    for block in _blocks(markdown):
        text = "".join(block.lines)
        if len(kept) + len(text.rstrip(_LINE_ENDS)) > room:
            rest = _shorten_block(block, room - len(kept), alone=alone and only_heading)
            if rest or not only_heading:
                return (kept + rest).rstrip(_LINE_ENDS)
            break
        kept += text
        only_heading = only_heading and block.kind == "heading_open"
    note = f"[{len(markdown)} characters in one block that is longer than what was asked for.]"
    return note if alone and len(note) <= room else ""


def _blocks(markdown: str) -> Iterator[_Block]:
    """The top-level blocks, each with the blank lines after it."""
    lines = _LINE.findall(markdown)
    tokens = blocks(markdown)
    starts = [at for at, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    places = [(at, (tokens[at].map or [0])[0]) for at in starts]
    if not places:
        return
    places[0] = (places[0][0], 0)
    for (at, line), (next_at, next_line) in pairwise([*places, (len(tokens), len(lines))]):
        yield _Block(lines=tuple(lines[line:next_line]), tokens=tuple(tokens[at:next_at]))


def _shorten_block(block: _Block, room: int, *, alone: bool) -> str:
    """What fits of a divisible block, with a note; '' if nothing does."""
    room -= _NOTE_ROOM
    lines = _without_blank_end(block.lines)
    if block.kind == "fence":
        closing = f"{block.tokens[0].markup}\n"
        return _some(lines[:-1], room, least=2, noun="line", of="code", closing=closing)
    if block.kind == "code_block":
        return _some(lines, room, least=1, noun="line", of="code")
    if block.kind == "table_open":
        return _some(lines, room, least=3, noun="row", of="table")
    if block.kind in ("bullet_list_open", "ordered_list_open"):
        return _some(list(_items(block)), room, least=1, noun="item", of="list")
    if block.kind == "paragraph_open" and alone:
        return _words("".join(block.lines), room)
    return ""


def _some(
    pieces: Sequence[str], room: int, *, least: int, noun: str, of: str, closing: str = ""
) -> str:
    """As many pieces as fit, if they are enough to be useful, and the number of the rest."""
    kept = _fitting(pieces, room - len(closing))
    if len(kept) < least:
        return ""
    missing = len(pieces) - len(kept)
    shown = ("".join(kept) + closing).rstrip("\n")
    return f"{shown}\n\n[{missing} more {noun}{'s'[: missing != 1]} of this {of} left out.]"


def _items(block: _Block) -> Iterator[str]:
    """The items of a list, each with its content."""
    opening = (block.tokens[0].map or [0])[0]
    starts = [
        token.map[0] - opening
        for token in block.tokens
        if token.type == "list_item_open" and token.level == 1 and token.map
    ]
    for start, end in pairwise([*starts, len(block.lines)]):
        yield "".join(block.lines[start:end])


def _words(text: str, room: int) -> str:
    """The start of a paragraph, up to the end of a word or sentence."""
    if room <= 0:
        return ""
    kept = text[:room]
    edges = list(re.finditer(r"\s|(?<=[。，；！？、])", kept))
    if edges and edges[-1].start() > room // 2:
        kept = kept[: edges[-1].start()]
    return f"{kept.rstrip()} …\n\n[{len(text) - len(kept)} characters of this paragraph left out.]"


def _fitting(pieces: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return kept


def _without_blank_end(lines: Sequence[str]) -> Sequence[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]
