"""Excerpts: parts of an article, cut to a budget of characters at the edges of blocks.

A part is a heading with what stands under it, up to the next heading. Readers ask for a
part by its anchor, by its title or a piece of it, or by what it is for (`fix`, `cause`,
`errors`, `questions`, `summary`), in English or Chinese. What does not fit is cut between
blocks; of a list, a table or a fenced block, whole items, rows and lines are kept, the
fence is closed again, and a line says how much is missing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from corpus.article import Translation
from corpus.document import fence_after, render_code_blocks, render_questions
from corpus.outline import BLOCKS, ErrorEntry, Section, anchor, unique

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_NOTE_ROOM = 60
"""Characters that the line takes which says what is missing."""

_FIX = re.compile(
    r"\b(?:fix(?:es|ed|ing)?|solutions?|solv(?:e|ing)|resolutions?|resolv(?:e|ing)|workarounds?"
    r"|remed(?:y|ies))\b|解决|修复|处理方|处理办|对策",
    re.IGNORECASE,
)
_NO_FIX = re.compile(r"\b(?:reproduc\w*|verif\w*|confirm\w*)\b|重现|复现|验证|确认", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:causes?|reasons?|why)\b|原因|为什么", re.IGNORECASE)
_ERRORS = re.compile(
    r"\berrors?\s+(?:table|messages?|codes?|index|list)\b|\b(?:common\s+)?errors\b"
    r"|错误(?:对照)?表|错误(?:信息|消息|码|代码)|常见错误|报错",
    re.IGNORECASE,
)
_QUESTIONS = re.compile(r"\b(?:q\s?&\s?a|faqs?|questions?)\b|问答|常见问题", re.IGNORECASE)
_PURPOSES: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("fix", "fixes", "solution", "solutions", "修复", "解决"), _FIX),
    **dict.fromkeys(("cause", "causes", "原因"), _CAUSE),
    **dict.fromkeys(("error", "errors", "错误"), _ERRORS),
    **dict.fromkeys(("questions", "q&a", "qa", "faq", "问答"), _QUESTIONS),
}
_SUMMARY = ("summary", "摘要", "概要")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and what stands under it, up to the next heading of any level.

    The first part of an article has no heading: level 0, neither title nor anchor.
    """

    level: int
    title: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """What fits of some parts: a text, and how many of the parts it holds whole."""

    text: str
    whole: int
    is_cut: bool


def parts_of(text: Translation, sections: Sequence[Section]) -> list[Part]:
    """The parts of an article in one language, its code blocks and questions at the end.

    `sections` are those of the body, with anchors as every other view of the article has.
    """
    first = sections[0].start if sections else len(text.body)
    parts = [Part(level=0, title="", anchor="", text=_closed(text.body[:first].strip("\n")))]
    for section in sections:
        own = _closed(text.body[section.start : section.end].strip("\n"))
        parts.append(
            Part(level=section.level, title=section.title, anchor=section.anchor, text=own)
        )
    taken = {section.anchor: 0 for section in sections}
    for title, more in (
        ("Code Blocks", render_code_blocks(text.code_blocks)),
        ("Q&A", render_questions(text.questions)),
    ):
        if more:
            name = unique(anchor(title), taken)
            parts.append(Part(level=1, title=title, anchor=name, text=more.strip("\n")))
    return parts


def _closed(text: str) -> str:
    """The text with the fence closed that it leaves open: more follows it here."""
    fence = ""
    for line in text.split("\n"):
        fence = fence_after(line, fence)
    return f"{text}\n{fence}" if fence else text


def characters(parts: Sequence[Part], at: int) -> int:
    """How long the part at an index is, with the parts of deeper headings under it."""
    return len(joined(_below(parts, at)))


def joined(parts: Sequence[Part]) -> str:
    """The text of parts, one after the other."""
    return "\n\n".join(part.text for part in parts if part.text)


def is_summary(wanted: str) -> bool:
    """Whether a reader means what comes before the first heading."""
    return _name(wanted) in _SUMMARY


def is_purpose(wanted: str) -> bool:
    """Whether a reader says what a part is for, rather than which one it is."""
    return _name(wanted) in _PURPOSES


def choose(
    parts: Sequence[Part], wanted: str, errors: Sequence[ErrorEntry] = ()
) -> list[Part] | None:
    """The parts that a reader means, each with the deeper ones under it; None if there are none.

    What a part is for comes first, then an anchor, a whole title, the anchor of an error
    entry, and last a piece of a title.
    """
    if is_summary(wanted):
        return [parts[0]]
    name = _name(wanted)
    purpose = _PURPOSES.get(name)
    if purpose is not None and (found := _meant_for(purpose, parts, errors)):
        return found
    for titles in ([part.anchor for part in parts], [part.title for part in parts]):
        exact = [at for at, title in enumerate(titles) if name and title.casefold() == name]
        if found := _with_deeper(parts, exact):
            return found
    if rows := [entry for entry in errors if entry.anchor.casefold() == name]:
        return [_row(entry) for entry in rows]
    pieces = [at for at, part in enumerate(parts) if name and name in part.title.casefold()]
    return _with_deeper(parts, pieces) or None


def excerpt(parts: Sequence[Part], budget: int) -> Excerpt:
    """As many of the parts as `budget` characters hold, in order, and a piece of the next one."""
    text = ""
    for whole, part in enumerate(parts):
        gap = "\n\n" if text and part.text else ""
        room = budget - len(text) - len(gap)
        if len(part.text) > room:
            piece = _cut(part.text, room, alone=not text)
            return Excerpt(text=text + (gap + piece if piece else ""), whole=whole, is_cut=True)
        text += gap + part.text
    return Excerpt(text=text, whole=len(parts), is_cut=False)


# Which parts are meant


def _name(wanted: str) -> str:
    return wanted.strip().lstrip("#").strip().casefold()


def _meant_for(
    purpose: re.Pattern[str], parts: Sequence[Part], errors: Sequence[ErrorEntry]
) -> list[Part]:
    """The parts whose headings say that this is what they are for, else rows of error tables."""
    named = [
        at
        for at, part in enumerate(parts)
        if purpose.search(part.title) and not (purpose is _FIX and _NO_FIX.search(part.title))
    ]
    if named or purpose is _QUESTIONS:
        return _with_deeper(parts, named)
    telling = [
        entry
        for entry in errors
        if purpose is _ERRORS or (entry.solution if purpose is _FIX else entry.cause)
    ]
    return [_row(entry) for entry in telling]


def _with_deeper(parts: Sequence[Part], chosen: Sequence[int]) -> list[Part]:
    found: dict[int, Part] = {}
    for at in chosen:
        for offset, part in enumerate(_below(parts, at)):
            found[at + offset] = part
    return [found[at] for at in sorted(found)]


def _below(parts: Sequence[Part], at: int) -> Sequence[Part]:
    """A part and those of deeper headings that follow it."""
    end = at + 1
    while end < len(parts) and parts[at].level and parts[end].level > parts[at].level:
        end += 1
    return parts[at:end]


def _row(entry: ErrorEntry) -> Part:
    lines = [f"- Error: {entry.error}"]
    lines += [f"  - Cause: {entry.cause}"] if entry.cause else []
    lines += [f"  - Solution: {entry.solution}"] if entry.solution else []
    return Part(level=2, title=entry.error, anchor=entry.anchor, text="\n".join(lines))


# Where a text is cut


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block of the outermost level: its lines, and its tokens."""

    lines: tuple[str, ...]
    tokens: tuple[Token, ...]

    @property
    def kind(self) -> str:
        return self.tokens[0].type


def _cut(markdown: str, room: int, *, alone: bool) -> str:
    """The blocks that fit, and of the next one what may be taken apart.

    Empty if nothing but a heading would be left, unless the cut stands alone: then a note
    says at least how long the text is.
    """
    kept = ""
    only_heading = True
    for block in _blocks(markdown):
        text = "".join(block.lines)
        if len(kept) + len(text.rstrip()) > room:
            rest = _opened(block, room - len(kept), alone=alone and only_heading)
            if rest or not only_heading:
                return (kept + rest).rstrip("\n")
            break
        kept += text
        only_heading = only_heading and block.kind == "heading_open"
    note = f"[{len(markdown)} characters in one block that is longer than what was asked for.]"
    return note if alone and len(note) <= room else ""


def _blocks(markdown: str) -> Iterator[_Block]:
    """The blocks of the outermost level, each with the blank lines after it."""
    lines = _LINE.findall(markdown)
    tokens = BLOCKS.parse(markdown)
    starts = [at for at, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    places = [(at, (tokens[at].map or [0])[0]) for at in starts]
    if not places:
        return
    places[0] = (places[0][0], 0)
    for (at, line), (next_at, next_line) in pairwise([*places, (len(tokens), len(lines))]):
        yield _Block(lines=tuple(lines[line:next_line]), tokens=tuple(tokens[at:next_at]))


def _opened(block: _Block, room: int, *, alone: bool) -> str:
    """What fits of a block that may be taken apart, with a note; '' if that is nothing."""
    room -= _NOTE_ROOM
    if block.kind in ("fence", "code_block"):
        return _lines(block, room)
    if block.kind == "table_open":
        return _rows(block, room)
    if block.kind in ("bullet_list_open", "ordered_list_open"):
        return _items(block, room)
    if block.kind == "paragraph_open" and alone:
        return _words("".join(block.lines), room)
    return ""


def _lines(block: _Block, room: int) -> str:
    """Lines of code; a fence is closed again, as it was opened."""
    fenced = block.kind == "fence"
    lines = _without_blank_end(block.lines)
    closing = f"{block.tokens[0].markup}\n" if fenced else ""
    kept = _fitting(lines, room - len(closing))
    if len(kept) <= fenced:
        return ""
    missing = len(lines) - len(kept) - fenced
    return "".join(kept) + closing + f"\n[{_counted(missing, 'line')} of this code left out.]"


def _rows(block: _Block, room: int) -> str:
    """Rows of a table, below its header and its delimiter."""
    lines = _without_blank_end(block.lines)
    kept = _fitting(lines, room)
    if len(kept) < 3:
        return ""
    missing = _counted(len(lines) - len(kept), "row")
    return "".join(kept) + f"\n[{missing} of this table left out.]"


def _items(block: _Block, room: int) -> str:
    """Whole items of a list, with all that is in them."""
    opening = block.tokens[0].map or [0, 0]
    starts = [
        token.map[0] - opening[0]
        for token in block.tokens
        if token.type == "list_item_open" and token.level == 1 and token.map
    ]
    items = [
        "".join(block.lines[start:end]) for start, end in pairwise([*starts, len(block.lines)])
    ]
    kept = _fitting(items, room)
    if not kept:
        return ""
    missing = _counted(len(items) - len(kept), "item")
    return "".join(kept).rstrip("\n") + f"\n\n[{missing} of this list left out.]"


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


def _counted(number: int, noun: str) -> str:
    return f"{number} more {noun}{'' if number == 1 else 's'}"
