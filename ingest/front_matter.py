"""Front matter: what stands between two rules at the top of a file, by name.

`---` opens YAML, `+++` TOML. Which names mean what, `read.py` says. A value that cannot be used is
left out with a warning, and takes neither the other values nor the file with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from corpus.errors import DocumentError
from corpus.text.dates import AmbiguousDateError, iso_time
from ingest.front_matter_values import LIMIT, Values, plain_name, toml_values, yaml_values

_BLOCK = re.compile(
    r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
    r"|\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_MONTH_FIRST = ("ms.date",)
"""Names whose dates are written in the order of the United States, as their owner says."""
_YES = ("true", "yes", "on")
_NO = ("false", "no", "off")


class FrontMatter:
    """Values by name, whatever the spelling of the names, remembering which were used."""

    def __init__(self, values: Mapping[str, Any], lines: Mapping[str, int] | None = None) -> None:
        """`lines` are those of the file that the plain names of the values stand on."""
        self.values = values
        self.problems: list[DocumentError] = []
        """What was left out, and why."""
        self._lines = lines or {}
        self._used: set[str] = set()

    def text(self, names: Sequence[str]) -> str:
        """The first of these that holds a text; line breaks become spaces."""
        for key, value in self._present(names):
            shown = ", ".join(_texts(value if isinstance(value, list) else [value]))
            if shown:
                self._used.add(key)
                return shown
        return ""

    def list(self, wanted: Callable[[str], bool]) -> tuple[str, ...]:
        """All texts of the keys that are wanted, in order, each once."""
        texts: dict[str, None] = {}
        for key, value in self.values.items():
            if wanted(key.lower()) and not isinstance(value, dict):
                self._used.add(key)
                items = value if isinstance(value, list) else str(value or "").split(",")
                texts.update(dict.fromkeys(_texts(items)))
        return tuple(texts)

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """One of the allowed values, or '' where nothing is said."""
        value = self.text((name,))
        if value and value not in allowed:
            self.leave_out(name, f"{name} is {value[:60]!r}; it may be {', '.join(allowed)}")
            return ""
        return value

    def time(self, names: Sequence[str]) -> str | None:
        """The first of these that holds a time, as ISO 8601."""
        for key, value in self._present(names):
            text = "" if isinstance(value, (dict, list)) else str(value).strip()
            if text and text.lower() not in (*_YES, *_NO):
                self._used.add(key)
                if moment := self._time(key, text):
                    return moment
        return None

    def leave_out(self, name: str, message: str) -> None:
        """Notes why a value is not used."""
        self.problems.append(DocumentError(message, line=self._line(name)))

    def says(self, name: str, answer: bool) -> bool:
        """Whether that name is there and means yes (or no)."""
        words = _YES if answer else _NO
        return any(str(value).lower() in words for _, value in self._present((name,)))

    def unused_values(self) -> dict[str, Any]:
        """What nobody asked for."""
        return {key: value for key, value in self.values.items() if key not in self._used}

    def _time(self, key: str, text: str) -> str | None:
        try:
            return iso_time(text, month_first=key.lower() in _MONTH_FIRST)
        except AmbiguousDateError:
            self.leave_out(key, f"{key} is {text!r}, which may be two days; write 2026-03-12")
        except ValueError:
            self.leave_out(key, f"{key} is {text[:60]!r}; it may be a date such as 2026-03-12")
        return None

    def _present(self, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """Those that are there; `last_update.date` may be a value inside of another."""
        by_name = {plain_name(key): key for key in self.values}
        for name in names:
            key = by_name.get(plain_name(name))
            outer, _, inner = name.partition(".")
            if key is not None and self.values[key] is not None:
                yield key, self.values[key]
            elif isinstance(nested := self.values.get(outer), dict) and nested.get(inner):
                yield outer, nested[inner]

    def _line(self, key: str) -> int:
        return self._lines.get(plain_name(key), 1)


def split_front_matter(text: str) -> tuple[FrontMatter, str, int]:
    """The front matter, the text after it, and how many lines stand before that text.

    Raises DocumentError with the line of front matter that does not end or is too much.
    """
    match = _BLOCK.match(text)
    if match is None:
        if re.match(r"---[ \t]*\n[\w.-]+:(?:\s|\Z)|\+\+\+[ \t]*\n[\w.-]+\s*=", text):
            raise DocumentError(f"the front matter is not closed with '{text[:3]}'")
        return FrontMatter({}), text, 0
    values = _values(match)
    if values is None:
        return FrontMatter({}), text, 0  # a text between two rules is not front matter
    rest = text[match.end() :].lstrip("\n")
    front = FrontMatter(values.by_name, values.lines)
    front.problems += values.problems
    return front, rest, text.count("\n", 0, len(text) - len(rest))


def _values(block: re.Match[str]) -> Values | None:
    source = block["yaml"] if block["toml"] is None else block["toml"]
    if len(source) > LIMIT:
        raise DocumentError(f"the front matter is longer than {LIMIT} characters")
    return yaml_values(source) if block["toml"] is None else toml_values(source)


def _texts(items: Sequence[Any]) -> Iterator[str]:
    for item in items:
        if item is not None and not isinstance(item, (dict, list)):
            text = " ".join(str(item).split())
            if text:
                yield text.lower() if isinstance(item, bool) else text
