"""Blocks of HTML that Markdown has too: tables and headings."""

import re
from collections.abc import Iterator

from corpus.document.code_spans import fenced_lines
from corpus.document.html_tags import ELEMENTS, TAG, attributes

_BEGINNING = re.compile(r" {0,3}<(?P<name>table|h[1-6])[\s>]", re.IGNORECASE)
_LONGEST = 2_000
"""Lines of a table that is read."""
_SPACES = re.compile(r"\s+")
_CELLS = ("td", "th")
_CODE = ("code", "pre", "kbd", "samp", "tt")


def as_markdown(text: str) -> str:
    """The text with tables and headings of HTML as Markdown has them."""
    if "<" not in text:
        return text
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    out: list[str] = []
    at = 0
    unclosed: set[str] = set()
    while at < len(lines):
        match = None if fenced[at] else _BEGINNING.match(lines[at])
        name = match["name"].lower() if match else ""
        end = _end(lines, at, name) if name and name not in unclosed else 0
        if end is None:
            unclosed.add(name)  # looked for once: none that follows is closed either
        block = "\n".join(lines[at:end]) if end else ""
        new = (_table(block) if name == "table" else _heading(block)) if block else None
        if not end or new is None:
            out.append(lines[at])
            at += 1
        else:
            out += _pad(new, end - at)
            at = end
    return "\n".join(out)


def _end(lines: list[str], first: int, name: str) -> int | None:
    """The line after an element; None if it is not closed, 0 if more stands on its last line."""
    closing = f"</{name}>"
    for at in range(first, min(first + _LONGEST, len(lines))):
        if closing in lines[at].lower():
            rest = lines[at].lower().split(closing, 1)[1]
            return 0 if rest.strip() else at + 1
    return None


def _pad(lines: list[str], number: int) -> list[str]:
    """As many lines as there were, so that those which follow stay on theirs."""
    return [*lines, *[""] * max(number - len(lines), 0)]


def _heading(block: str) -> list[str] | None:
    tag = TAG.search(block)
    if tag is None:
        return None
    text = _SPACES.sub(" ", _text(block)).strip()
    name = attributes(tag["attributes"]).get("id", "")
    named = f" {{#{name}}}" if re.fullmatch(r"[\w.:-]+", name) else ""
    return [f"{'#' * int(tag['name'][1])} {text}{named}"] if text else None


def _table(block: str) -> list[str] | None:
    """The rows of a table; None for one inside of another, which Markdown has not."""
    if block.lower().count("<table") != 1:
        return None
    rows = [row for row in _rows(block) if row]
    columns = max(map(len, rows), default=0)
    if not columns:
        return None
    header, *others = (f"| {' | '.join([*row, *[''] * (columns - len(row))])} |" for row in rows)
    return [header, "|" + "---|" * columns, *others, ""]


def _rows(block: str) -> Iterator[list[str]]:
    row: list[str] = []
    start: int | None = None
    for tag in TAG.finditer(block):
        name = tag["name"].lower()
        if name == "tr":
            if start is not None:
                row.append(_cell(block[start : tag.start()]))
                start = None
            yield row
            row = []
        elif name in _CELLS:
            if start is not None:
                row.append(_cell(block[start : tag.start()]))
            start = None if tag["closing"] else tag.end()
    yield row


def _cell(html: str) -> str:
    return _SPACES.sub(" ", _text(html)).strip().replace("|", "\\|")


def _text(html: str) -> str:
    """The text of HTML, with its code and links as Markdown has them."""
    parts, at, links = [], 0, list[str]()
    for tag in TAG.finditer(html):
        name, closes = tag["name"].lower(), bool(tag["closing"])
        if name not in ELEMENTS:
            continue
        parts.append(html[at : tag.start()])
        at = tag.end()
        if name in _CODE:
            parts.append("`")
        elif name == "a" and (closes or "href" in tag["attributes"].lower()):
            parts.append(_link(links, "" if closes else attributes(tag[0]).get("href", "")))
        elif name not in ("b", "i", "em", "strong", "span", "a"):
            parts.append(" ")
    return "".join([*parts, html[at:]])


def _link(links: list[str], target: str) -> str:
    if target:
        links.append(target)
        return "["
    return f"]({links.pop()})" if links else ""
