"""Admonitions as alerts: `:::danger`, `!!! warning` and `/// note` become `> [!WARNING]`.

Docusaurus, VitePress and Quarto close a container, MkDocs indents what is in it. The first line
of one becomes the mark of an alert, with its title; what is in it is quoted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.document.code_spans import fenced_lines

_ALERTS: Mapping[str, str] = {
    **dict.fromkeys(("note", "info", "abstract", "seealso", "remark", "callout"), "NOTE"),
    **dict.fromkeys(("tip", "hint", "success", "check"), "TIP"),
    **dict.fromkeys(("important", "key"), "IMPORTANT"),
    **dict.fromkeys(("warning", "warn", "attention", "alert"), "WARNING"),
    **dict.fromkeys(("danger", "caution", "error", "failure", "bug", "critical"), "CAUTION"),
}
_CONTAINER = re.compile(r"(?P<indent>[ \t]*)(?P<mark>:{3,}|/{3})[ \t]*(?P<rest>[\w{.].*)?")
_INDENTED = re.compile(
    r"(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?|(?P<tab>===[!+]?))[ \t]+(?P<rest>[\w\"'].*)"
)
_NAME = re.compile(r"\{?[ ]?\.?(?:callout-)?(?P<name>[A-Za-z][\w-]*)")
_TITLE = re.compile(r"\btitle=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_BRACES = re.compile(r"\{[^{}]*\}?")
_INDENT = 4
_DEEPEST = 8


def alert(kind: str) -> str | None:
    """The alert that a kind of admonition is, if it is one."""
    return _ALERTS.get(kind.lower())


@dataclass(frozen=True, slots=True)
class _Frame:
    """A container that is open: where it begins, and how far its content is indented."""

    indent: int
    content: int | None
    """None where a line closes it."""
    quotes: bool


def as_alerts(text: str) -> str:
    """The text with its admonitions as alerts, line by line."""
    if not any(mark in text for mark in (":::", "!!!", "???", "===", "///")):
        return text
    lines = text.split("\n")
    return "\n".join(_Lines(lines).translate())


class _Lines:
    """The lines of a text, and the containers that are open on the way through them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._fenced = fenced_lines(lines)
        self._pairs_of_fences = _pairs_of_fences(lines, self._fenced)
        self._open: list[_Frame] = []

    def translate(self) -> Iterator[str]:
        for at, line in enumerate(self._lines):
            if not self._fenced[at]:
                self._leave(at, line)
            header = None if self._fenced[at] else self._header(at, line)
            yield self._quote(line) if header is None else header

    def _leave(self, at: int, line: str) -> None:
        """Leaves what ends before this line: containers of MkDocs, by its indentation."""
        indent = _width(line) if line.strip() else self._next_indent(at)
        while self._open and (content := self._open[-1].content) is not None and indent < content:
            self._open.pop()

    def _next_indent(self, at: int) -> int:
        """How far the next line that is not blank is indented: a blank line belongs to it."""
        if not self._open:
            return 0
        following = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        return _width(following) if following.strip() else _width(" " * 99)

    def _header(self, at: int, line: str) -> str | None:
        """What stands for a line that opens or closes a container; None for any other."""
        if (match := _CONTAINER.fullmatch(line)) and at in self._pairs_of_fences:
            if match["rest"] is None:
                return self._close()
            return self._begin(at, match["indent"], match["rest"], content=None, is_tab=False)
        if match := _INDENTED.fullmatch(line):
            content = _width(match["indent"]) + _INDENT
            is_tab = match["tab"] is not None
            return self._begin(at, match["indent"], match["rest"], content=content, is_tab=is_tab)
        return None

    def _close(self) -> str:
        while self._open and self._open.pop().content is not None:
            pass
        return self._prefix("").rstrip()

    def _begin(
        self, at: int, indent: str, rest: str, *, content: int | None, is_tab: bool
    ) -> str | None:
        if len(self._open) >= _DEEPEST:
            return None
        name, title = _name_and_title(rest, is_tab=is_tab)
        kind = None if is_tab else _ALERTS.get(name)
        before = self._prefix(indent)
        self._open.append(_Frame(_width(indent), content, quotes=kind is not None))
        shown = f"**{title}**" if title else ""
        if kind is None:
            return (before + shown).rstrip()
        following = self._lines[at + 1 : at + 2]
        goes_on = shown and any(following) and not self._fenced[at + 1]
        return f"{before}> [!{kind}] {shown}".rstrip() + ("\\" if goes_on else "")

    def _quote(self, line: str) -> str:
        if not self._open:
            return line
        content = max((frame.content or 0 for frame in self._open), default=0)
        return (self._prefix("") + _dedent(line, content)).rstrip()

    def _prefix(self, indent: str) -> str:
        """What stands before a line in the containers that are open."""
        if not self._open:
            return indent
        return " " * self._open[0].indent + "> " * sum(frame.quotes for frame in self._open)


def _pairs_of_fences(lines: Sequence[str], fenced: Sequence[bool]) -> set[int]:
    """The lines that open a container which is closed, and those that close it."""
    pairs: set[int] = set()
    opened: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        match = None if fenced[at] else _CONTAINER.fullmatch(line)
        if match and match["rest"] is not None:
            opened.append((at, match["mark"][0]))
        elif match and opened and opened[-1][1] == match["mark"][0]:
            pairs |= {at, opened.pop()[0]}
    return pairs


def _name_and_title(rest: str, *, is_tab: bool) -> tuple[str, str]:
    if is_tab:
        return "", rest.strip("\"' ")
    match, titled = _NAME.match(rest), _TITLE.search(rest)
    if titled:
        return (match["name"] if match else "").lower(), titled["double"] or titled["single"] or ""
    title = _BRACES.sub("", rest[match.end() :] if match else rest).strip("}]|[ \t")
    if title.startswith('"'):  # `!!! note inline end "Title"` has words before it
        title = title.strip('"')
    elif '"' in title:
        title = title.split('"')[1]
    elif title in ("inline", "inline end", "end"):
        title = ""
    return (match["name"] if match else "").lower(), title


def _width(line: str) -> int:
    return len(line.expandtabs(_INDENT)) - len(line.expandtabs(_INDENT).lstrip(" "))


def _dedent(line: str, width: int) -> str:
    return line[min(width, len(line) - len(line.lstrip(" "))) :]
