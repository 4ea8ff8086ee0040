"""Documents: the examples of manuals, of help, of texts with titles, and of docstrings."""

import re
from collections.abc import Iterator, Sequence

_DOCTEST = re.compile(
    r"^([ \t]{0,20})>>> .*\n(?:\1\.\.\. .*\n){0,20}\1Traceback \(most recent call last\):\n"
    r"[ \t]{0,20}\.\.\.\n.*",
    re.MULTILINE,
)
"""An expected traceback; a real one has frames."""
_UNDERLINES = "=-~^*+#\"'"
"""What titles are underlined with."""
_DRAWN = frozenset(sign * 4 for sign in _UNDERLINES)
_UNDERLINE = re.compile(rf"([{re.escape(_UNDERLINES)}])\1{{3,100}}")
_INDENTED = re.compile(r"[ \t]+\S")
_MANUAL_HEADING = re.compile(r"[A-Z][A-Z ]{2,40}")
_PAGE = re.compile(r"\S.{0,200} {4}\S{2,60}\(\d[a-zA-Z]{0,6}\)$")
"""The first and the last line of the page of a manual."""
_MANUAL_SECTIONS = frozenset(
    ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "DIAGNOSTICS", "EXIT STATUS", "SEE ALSO")
)
"""Headings that only manuals have: man-pages(7)."""
_USAGE = re.compile(r"\s*usage:", re.IGNORECASE)
_OPTION = re.compile(r"\s+-{1,2}[A-Za-z]")
_FEWEST_OPTIONS = 3
"""Options that help explains, at least."""
_FENCES = ("```", "~~~")
_HEADING = re.compile(r"#{1,6} \S")
_FEWEST_HEADINGS = 5
_LONG_DOCUMENT = 100
"""Lines outside of the fences of a Markdown document, from which on it is no report of an error."""


def without_doctests(text: str) -> str:
    """The text, the lines of examples in docstrings empty that expect a traceback."""
    return _DOCTEST.sub(lambda match: "\n" * match[0].count("\n"), text) if ">>> " in text else text


def example_lines(lines: Sequence[str]) -> Iterator[int]:
    """The places of the examples of a manual, of help, or of a text with underlined titles."""
    yield from (n for n, line in enumerate(lines) if line[-1:] == ")" and _PAGE.match(line))
    for headings in (_manual_headings, _underlined_titles, _usages):
        if places := headings(lines):
            yield from (n for n in range(places[0], len(lines)) if _INDENTED.match(lines[n]))
            return


def _manual_headings(lines: Sequence[str]) -> Sequence[int]:
    if _MANUAL_SECTIONS.isdisjoint(lines):
        return ()
    is_heading = _MANUAL_HEADING.fullmatch
    found = [n for n, line in enumerate(lines) if line[:1].isupper() and is_heading(line)]
    return found if len(found) > 1 else ()


def _underlined_titles(lines: Sequence[str]) -> Sequence[int]:
    drawn = (n for n, line in enumerate(lines) if n and line[:4] in _DRAWN)
    found = [n - 1 for n in drawn if _is_underlined(lines[n - 1], lines[n])]
    return found if len(found) > 1 else ()


def _is_underlined(title: str, line: str) -> bool:
    """Whether a line underlines a title."""
    is_title = bool(title[:1].strip()) and len(title.rstrip()) == len(line.rstrip())
    return is_title and bool(_UNDERLINE.fullmatch(line.rstrip()) and not _UNDERLINE.match(title))


def _usages(lines: Sequence[str]) -> Sequence[int]:
    found = [n for n, line in enumerate(lines) if "sage:" in line and _USAGE.match(line)]
    options = sum(map(bool, map(_OPTION.match, lines))) if found else 0
    return found if options >= _FEWEST_OPTIONS else ()


def fenced_lines(lines: Sequence[str]) -> Iterator[int]:
    """The places of what stands in the fences of a long Markdown document."""
    fences = [n for n, line in enumerate(lines) if line.lstrip(" ")[:3] in _FENCES]
    if not fences:
        return
    pairs = zip(fences[::2], fences[1::2], strict=False)
    inside = {place for first, last in pairs for place in range(first, last)}
    outside = [line for place, line in enumerate(lines) if line and place not in inside]
    headings = sum(_HEADING.match(line) is not None for line in outside)
    if headings >= _FEWEST_HEADINGS and len(outside) >= _LONG_DOCUMENT:
        yield from inside
