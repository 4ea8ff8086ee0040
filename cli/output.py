"""Printing: what commands say, for people and for machines."""

import json
import re
from typing import Any

from corpus.text.escaping import one_line

_CONTROL = re.compile(r"[\x7f-\x9f]")


def print_json(value: Any, indent: int | None = None) -> None:
    """Prints a value for machines, on one line unless indented.

    JSON escapes what is below the space, and leaves the other characters that steer terminals.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=list)
    print(_CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text), flush=True)


def print_item(titles: dict[str, str], slug: str, lang: str, rows: list[dict[str, Any]]) -> None:
    """Prints an article that was found, and the rows that say why."""
    print(one_line(titles.get(lang) or next(iter(titles.values()))))
    print(f"    {one_line(slug)}")
    for row in rows:
        print(f"    {one_line(row.get('error') or row.get('text') or '')}")
        if row.get("cause") or row.get("solution"):
            print(f"    cause: {one_line(row['cause'])}\n    fix: {one_line(row['solution'])}")
