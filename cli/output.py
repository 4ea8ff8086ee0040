"""Output of commands, for people and for machines."""

import json
import re
from collections.abc import Mapping
from typing import Any

from corpus.text.escaping import one_line

_CONTROL = re.compile(r"[\x7f-\x9f]")


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
        if cause or fix:
            print(f"    cause: {one_line(cause or '')}\n    fix: {one_line(fix or '')}")
