"""Output of commands, for people and for machines."""

import json
import re
from collections.abc import Mapping
from typing import Any

from corpus.text.escaping import one_line

_CONTROL = re.compile(r"[\x7f-\x9f]")
_FENCE = re.compile(r"\s*(?:`{3}|~{3})")
_MOST_LINES = 6
"""Lines of a cause or a fix: a section about the fix may have more."""


def print_json(value: Any, indent: int | None = None) -> None:
    """Prints a value as JSON, on one line unless indented.

    JSON escapes only control characters below the space; terminals also react to the C1 ones.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=list)
    print(_CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text), flush=True)


def print_item(
    titles: Mapping[str, str], slug: str, lang: str, row: tuple[str, str | None, str | None] | None
) -> None:
    """Prints an article and the row that matched: error, cause and fix."""
    print(one_line(titles.get(lang) or next(iter(titles.values()))))
    print(f"    {one_line(slug)}")
    if row is not None:
        what, cause, fix = row
        print(f"    {one_line(what)}")
        for line in (*labelled_lines("cause", cause), *labelled_lines("fix", fix)):
            print(f"    {line}")


def labelled_lines(label: str, text: str | None) -> list[str]:
    """A label and a text: on one line, or one with several lines below it, at most six; those
    that are empty or begin and end a block of code are left out. None for no text.
    """
    lines = [line for line in (text or "").splitlines() if line.strip() and not _FENCE.match(line)]
    shown = [one_line(line.expandtabs(4)) for line in lines[:_MOST_LINES]]
    if len(lines) < 2:
        return [f"{label}: {line}" for line in shown]
    more = ["  …"] if len(lines) > _MOST_LINES else []
    return [f"{label}:", *(f"  {line}" for line in shown), *more]
