"""Front matter: the YAML between two rules at the top of a file, by name.

Values stay as they are written wherever YAML would change them: `0x80070005`, `1.10`,
`no` and `2024-03-12` are texts here. Only null, true, false and plain numbers are read.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from corpus.errors import DocumentError
from corpus.text.dates import iso_time

_BLOCK = re.compile(
    r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_LIMIT = 64 * 1024
_VALUES_LIMIT = 5_000
_DEEPEST = 32
_SAFE_LENGTH = 4096
"""Shorter texts cannot nest so deeply that it does harm."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_TAG = "tag:yaml.org,2002:"
_YES = ("true", "yes", "on")
_NO = ("false", "no", "off")


class _Loader(yaml.CSafeLoader):
    """The safe loader, without the guesses that change what was written."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _kind, _pattern, _starts in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"-?(?:0|[1-9][0-9]{0,17})", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9]", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(f"(?:{_pattern})$"), _starts)


class FrontMatter:
    """Values by name, whatever the spelling of the names, remembering which were used."""

    def __init__(self, values: Mapping[str, Any], lines: Mapping[str, int] | None = None) -> None:
        """`lines` are those of the file that the plain names of the values stand on."""
        self.values = values
        self._lines = lines or {}
        self._used: set[str] = set()

    def text(self, names: Sequence[str]) -> str:
        """The first of these that holds a text; line breaks become spaces."""
        for key, value in self._named(names):
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
            message = f"{name} is {value[:60]!r}; it may be {', '.join(allowed)}"
            raise DocumentError(message, line=self._line(name))
        return value

    def time(self, names: Sequence[str]) -> str | None:
        """The first of these that holds a time, as ISO 8601."""
        for key, value in self._named(names):
            text = "" if isinstance(value, (dict, list)) else str(value).strip()
            if text and text.lower() not in (*_YES, *_NO):
                self._used.add(key)
                return self._time(key, text)
        return None

    def says(self, name: str, answer: bool) -> bool:
        """Whether that name is there and means yes (or no)."""
        words = _YES if answer else _NO
        return any(str(value).lower() in words for _, value in self._named((name,)))

    def unused(self) -> dict[str, Any]:
        """What nobody asked for."""
        return {key: value for key, value in self.values.items() if key not in self._used}

    def _time(self, key: str, text: str) -> str:
        try:
            return iso_time(text)
        except ValueError:
            message = f"{key} is {text[:60]!r}; it may be a date such as 2026-03-12"
            raise DocumentError(message, line=self._line(key)) from None

    def _named(self, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
        by_name = {_plain_name(key): key for key in self.values}
        for name in names:
            key = by_name.get(_plain_name(name))
            if key is not None and self.values[key] is not None:
                yield key, self.values[key]

    def _line(self, key: str) -> int:
        return self._lines.get(_plain_name(key), 1)


def split_front_matter(text: str) -> tuple[FrontMatter, str, int]:
    """The front matter, the text after it, and how many lines stand before that text.

    Raises DocumentError with the line of what is not readable.
    """
    match = _BLOCK.match(text)
    if match is None:
        if re.match(r"---[ \t]*\n[\w.-]+:(?:\s|\Z)", text):
            raise DocumentError("the front matter is not closed with '---'")
        return FrontMatter({}), text, 0
    source = match["yaml"]
    if len(source) > _LIMIT:
        raise DocumentError(f"the front matter is longer than {_LIMIT} characters")
    values, lines = _load(source)
    if not isinstance(values, dict | None):
        return FrontMatter({}), text, 0  # a text between two rules is not front matter
    rest = text[match.end() :].lstrip("\n")
    front = FrontMatter(_plain(values or {}), lines)
    return front, rest, text.count("\n", 0, len(text) - len(rest))


def _plain_name(key: str) -> str:
    return key.lower().replace("-", "_")


def _load(source: str) -> tuple[object, dict[str, int]]:
    """What the YAML holds, and on which line of the file each name of the outermost mapping is."""
    try:
        if len(source) > _SAFE_LENGTH or "!" in source:
            _check_events(source)
        loader = _Loader(source)
        try:
            root = loader.get_single_node()
            _measure(root, {})
            value = None if root is None else loader.construct_document(root)
            return value, _lines_of_names(root, source)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        message = f"the front matter is not readable YAML: {error.problem}"
        place = error.problem_mark.index if error.problem_mark else 0
        raise DocumentError(message, line=_line_at(place, source)) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DocumentError(f"the front matter is not readable YAML: {reason}", line=2) from None


def _lines_of_names(root: yaml.Node | None, source: str) -> dict[str, int]:
    if not isinstance(root, yaml.MappingNode):
        return {}
    return {
        _plain_name(str(name.value)): _line_at(name.start_mark.index, source)
        for name, _ in root.value
    }


def _line_at(place: int, source: str) -> int:
    """The line of the file: YAML has other line ends besides those that we count."""
    return 2 + source.count("\n", 0, place)


def _check_events(source: str) -> None:
    """Refuses what may not even be composed: explicit tags, and what nests too deeply.

    Tags can merge mappings into mappings or make a number of 60,000 digits, and the loader in C
    recurses and dies with its process.
    """
    depth = 0
    for event in yaml.parse(source, Loader=_Loader):
        if tag := getattr(event, "tag", None):
            message = f"the front matter is not plain YAML: it has the tag {tag[:60]!r}"
            place = event.start_mark.index if event.start_mark else 0
            raise DocumentError(message, line=_line_at(place, source))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _too_many_values()


def _measure(node: yaml.Node | None, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many values a node becomes when its aliases are written out, and how deep they nest.

    `known` are the nodes that were measured, so that an alias costs nothing here. Raises
    DocumentError for too many values, before any is made, and for a node that holds itself.
    """
    if not isinstance(node, yaml.CollectionNode):
        return 1, 1
    if id(node) not in known:
        known[id(node)] = _VALUES_LIMIT, _DEEPEST  # what holds itself never ends
        size = height = 1
        for inner in _inside(node):
            inner_size, inner_height = _measure(inner, known)
            size, height = size + inner_size, max(height, inner_height + 1)
            if size > _VALUES_LIMIT or height > _DEEPEST:
                raise _too_many_values()
        known[id(node)] = size, height
    return known[id(node)]


def _inside(node: yaml.CollectionNode) -> Iterator[yaml.Node]:
    for item in node.value:
        yield from item if isinstance(item, tuple) else (item,)


def _too_many_values() -> DocumentError:
    return DocumentError("the front matter holds too many values", line=2)


def _plain(value: object) -> Any:
    """A YAML value as JSON can hold it."""
    if isinstance(value, dict):
        return {_plain_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return _plain_text(str(value))


def _plain_text(text: str) -> str:
    if _NO_TEXT.search(text):
        raise DocumentError("the front matter holds a character that is no text", line=2)
    return text


def _texts(items: Sequence[Any]) -> Iterator[str]:
    for item in items:
        if item is not None and not isinstance(item, (dict, list)):
            text = " ".join(str(item).split())
            if text:
                yield text.lower() if isinstance(item, bool) else text
