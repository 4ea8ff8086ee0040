"""MDX: imports, exports and comments go, of components what they hold stays.

In a file that is called `.md` only tags on lines of their own are taken for components, since
`Vec<String>` may be text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from corpus.document.code_spans import fenced_lines, holds
from corpus.document.html_tags import attributes
from ingest.foreign.admonitions import alert
from ingest.foreign.code import code_in, is_alone, substitute
from ingest.foreign.shortcodes import TEXTS

_IMPORT = re.compile(
    r"import\s++(?:[\w$*{][^'\"\n]{0,500}?\sfrom\s++)?['\"][^'\"]*+['\"];?"
    r"|export\s++(?:\*|\{[^{}]*+\})\s++from\s++['\"][^'\"]*+['\"];?"
)
_MODULE = re.compile(r"(?:import|export)\s")
_COMMENT = re.compile(r"\{/\*(?:(?!\{/\*).)*?\*/\}", re.DOTALL)
_SPACE = re.compile(r"\{(?:' +'|\" +\")\}")
_START = re.compile(
    r"</?(?P<name>[A-Z][\w.]*+)(?=[\s/>])|</?(?P<wrapper>div|section|center|article)(?=[\s>])|</?>"
)
"""A component, what only wraps others, and a fragment."""
_ALERTS = ("admonition", "callout", "aside")
_SAMPLES = ("snippet", "code", "command", "terminal")
_LONGEST_TAG = 1_000_000
_DEEPEST = 20
_MOST_TAGS = 20_000


def without_components(text: str, *, is_mdx: bool) -> str:
    """The text without modules and components."""
    if "import" in text or "export" in text:
        text = _without_modules(text, is_mdx=is_mdx)
    if "{/*" in text:
        text = substitute(_COMMENT, lambda _: "", text)
    if is_mdx:
        text = substitute(_SPACE, lambda _: " ", text)
    return _without_tags(text, is_mdx=is_mdx) if "<" in text else text


def _without_modules(text: str, *, is_mdx: bool) -> str:
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    begins, goes = True, False
    for at, line in enumerate(lines):
        if not line.strip():
            begins, goes = True, False
        elif goes or (begins and not fenced[at] and _is_module(line, is_mdx=is_mdx)):
            goes = is_mdx  # what follows up to a blank line is code as well
            lines[at] = ""
        else:
            begins = False
    return "\n".join(lines)


def _is_module(line: str, *, is_mdx: bool) -> bool:
    return bool(_IMPORT.fullmatch(line.rstrip()) or (is_mdx and _MODULE.match(line)))


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag of a component, and whether nothing else is on its lines."""

    start: int
    end: int
    name: str
    text: str
    is_alone: bool

    @property
    def closes(self) -> bool:
        return self.text.startswith("</")

    @property
    def opens(self) -> bool:
        return not self.closes and not self.text.endswith("/>")

    @property
    def shown(self) -> str:
        """What a reader sees of it: the mark of an admonition, or a title."""
        if self._is_alert and self.is_alone and not self.text.endswith("/>"):
            return ":::" if self.closes else f":::{self._kind} {self._title}".rstrip()
        if not self._title or not self.is_alone:
            return self._title
        is_sample = any(name in self.name.lower() for name in _SAMPLES)
        return f"`{self._title}`" if is_sample else f"**{self._title}**"

    @property
    def _is_alert(self) -> bool:
        return alert(self.name) is not None or self.name.lower() in _ALERTS

    @property
    def _kind(self) -> str:
        given = attributes(self.text)
        kind = given.get("type") or given.get("kind") or self.name
        return kind if alert(kind) else "note"

    @property
    def _title(self) -> str:
        given = {} if self.closes else attributes(self.text)
        return next((" ".join(given[key].split()) for key in TEXTS if given.get(key)), "")


def _without_tags(text: str, *, is_mdx: bool) -> str:
    parts: list[str] = []
    at = line = 0
    inside: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for tag in islice(_tags(text, is_mdx=is_mdx), _MOST_TAGS):
        line += text.count("\n", at, tag.start)
        parts += [text[at : tag.start], tag.shown, "\n" * tag.text.count("\n")]
        if tag.closes and opened and opened[-1][0] == tag.name:
            inside.append((opened.pop()[1], line))
        line, at = line + tag.text.count("\n"), tag.end
        if tag.opens and len(opened) < _DEEPEST:
            opened.append((tag.name, line + 1))
    lines = "".join([*parts, text[at:]]).split("\n")
    for first, last in sorted(inside):  # the outer one first
        _dedent(lines, first, last)
    return "\n".join(lines)


def _tags(text: str, *, is_mdx: bool) -> Iterator[_Tag]:
    code = code_in(text)
    end = 0
    for match in _START.finditer(text):
        start = match.start()
        if start < end or holds(code, start):
            continue
        found = _end_of_tag(text, match.end())
        if found is None:
            return  # a tag that does not end is none, and neither is what follows
        end, is_tag = found
        alone = is_alone(text, start, end)
        if is_tag and (alone or (is_mdx and not match["wrapper"])):
            yield _Tag(start, end, match["name"] or match["wrapper"] or "", text[start:end], alone)


def _end_of_tag(text: str, at: int) -> tuple[int, bool] | None:
    """How far a tag was read, and whether it is one; None if that would take too long to say."""
    depth, limit = 0, min(len(text), at + _LONGEST_TAG)
    if text[at - 1] == ">":
        return at, True
    while at < limit:
        character = text[at]
        if character in "\"'`":
            at = _end_of_string(text, at, limit)
            if at < 0:
                return None
        elif character in "{}":
            depth += 1 if character == "{" else -1
        elif character in "<>" and depth <= 0:
            return (at + 1, True) if character == ">" else (at, False)
        at += 1
    return None


def _end_of_string(text: str, at: int, limit: int) -> int:
    quote = text[at]
    at = text.find(quote, at + 1, limit)
    while at > 0 and text[at - 1] == "\\":
        at = text.find(quote, at + 1, limit)
    return at


def _dedent(lines: list[str], first: int, last: int) -> None:
    """Lines inside of a component without the indentation that they share: it is no code."""
    inside = [line for line in lines[first:last] if line.strip()]
    width = min((len(line) - len(line.lstrip(" ")) for line in inside), default=0)
    lines[first:last] = [line[width:] if line.strip() else "" for line in lines[first:last]]
