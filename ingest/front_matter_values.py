"""The values of front matter, YAML or TOML, within bounds and without guesses.

Values stay as they are written wherever YAML would change them: `0x80070005`, `1.10`,
`no` and `2024-03-12` are texts here. Only null, true, false and plain numbers are read.
"""

import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any

import yaml

from corpus.errors import DocumentError

LIMIT = 64 * 1024
"""Characters of front matter."""
_VALUES_LIMIT = 5_000
_DEEPEST = 32
_LONGEST_INTEGER = 63
"""Bits that JSON readers agree about."""
_SAFE_LENGTH = 4096
"""Shorter texts cannot nest so deeply that it does harm."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_TAG = "tag:yaml.org,2002:"
_YAML_NAME = re.compile(r"^[\w.-]+[ \t]*:(?=\s|\Z)", re.MULTILINE)
_TOML_NAME = re.compile(r"^[\w.-]+[ \t]*=|^\[", re.MULTILINE)
_NO_YAML_TEXT = tuple("[{&*!|>'\"")
"""What begins something else than a plain text."""


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


@dataclass(frozen=True, slots=True)
class Values:
    """What could be read, the line of the file that each plain name is on, and what could not."""

    by_name: dict[str, Any]
    lines: Mapping[str, int]
    problems: tuple[DocumentError, ...] = ()


def plain_name(key: str) -> str:
    """A name however it is spelled: `ms.date`, `Last-Modified`."""
    return key.lower().replace("-", "_")


def yaml_values(source: str) -> Values | None:
    """What YAML says; None for what is no mapping of names.

    A name that cannot be read is left out and told. Raises DocumentError for more than there
    may be.
    """
    try:
        return _mapping(*_load(source))
    except _UnreadableError as error:
        return _one_by_one(source, _YAML_NAME, _yaml_value, error)


def toml_values(source: str) -> Values | None:
    """The same for TOML."""
    if any(line.count(".") > _DEEPEST for line in source.split("\n") if _TOML_NAME.match(line)):
        raise _too_many_values()
    try:
        return _mapping(*_load_toml(source))
    except _UnreadableError as error:
        return _one_by_one(source, _TOML_NAME, _load_toml, error)


class _UnreadableError(Exception):
    """What is wrong with the form of a text, and the line of the file where it shows."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what, self.line = what, line


_Loaded = tuple[object, dict[str, int]]


def _mapping(value: object, lines: dict[str, int]) -> Values | None:
    if not isinstance(value, dict | None):
        return None
    return Values(_plain(value or {}), lines)


def _one_by_one(
    source: str, name: re.Pattern[str], load: Callable[[str], _Loaded], error: _UnreadableError
) -> Values | None:
    """Each name read by itself, so that one which cannot be read takes no other with it."""
    starts = [match.start() for match in name.finditer(source)]
    found: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems: list[DocumentError] = []
    for start, end in pairwise([*starts, len(source)]):
        key, line = re.split("[:=]", source[start:end], maxsplit=1)[0].strip(), _line(start, source)
        lines[plain_name(key)] = line
        try:
            value, _ = load(source[start:end])
        except _UnreadableError as reason:
            problems.append(DocumentError(f"{key} is left out: {reason.what}", line=line))
            continue
        found.update(_plain(value) if isinstance(value, dict) else {})
        if isinstance(value, _UnquotedText):
            problems.append(DocumentError(value.advice, line=line))
    if not starts or not (found or problems):
        message = f"the front matter is not readable: {error.what}"
        return Values({}, {}, (DocumentError(message, line=error.line),))
    return Values(found, lines, tuple(problems))


class _UnquotedText(dict[str, str]):
    """A name whose text should be quoted, and is read as if it were."""

    @property
    def advice(self) -> str:
        """What the author should write."""
        [(key, text)] = self.items()
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"quote it, for YAML reads it otherwise: {key}: {quoted}"


def _yaml_value(source: str) -> _Loaded:
    try:
        return _load(source)
    except _UnreadableError:
        key, _, text = source.partition(":")
        text = text.rstrip().strip(" ")
        if not text or "\n" in text or text.startswith(_NO_YAML_TEXT):
            raise
        return _UnquotedText({key.strip(): text}), {}


def _load_toml(source: str) -> _Loaded:
    try:
        value = tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise _UnreadableError(f"TOML: {error}", 1 + int(line[1]) if line else 2) from None
    if _count_values(value) > _VALUES_LIMIT:
        raise _too_many_values()
    lines = {
        plain_name(match[0].rstrip("= \t")): _line(match.start(), source)
        for match in _TOML_NAME.finditer(source)
    }
    return value, lines


def _count_values(value: object) -> int:
    if not isinstance(value, dict | list):
        return 1
    return 1 + sum(map(_count_values, value.values() if isinstance(value, dict) else value))


def _load(source: str) -> _Loaded:
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
        place = error.problem_mark.index if error.problem_mark else 0
        raise _UnreadableError(str(error.problem), _line(place, source)) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise _UnreadableError(reason, 2) from None


def _lines_of_names(root: yaml.Node | None, source: str) -> dict[str, int]:
    if not isinstance(root, yaml.MappingNode):
        return {}
    return {
        plain_name(str(name.value)): _line(name.start_mark.index, source) for name, _ in root.value
    }


def _line(place: int, source: str) -> int:
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
            raise DocumentError(message, line=_line(place, source))
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
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        return hex(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, date | time):  # of TOML; a datetime is a date
        return value.isoformat()
    return _plain_text(str(value))


def _plain_text(text: str) -> str:
    if _NO_TEXT.search(text):
        raise DocumentError("the front matter holds a character that is no text", line=2)
    return text
