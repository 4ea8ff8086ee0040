"""Values in messages: of which class each is, by how it is written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePath

from corpus.diagnosis.signatures.masking import (
    BLANK,
    QUOTES,
    is_small,
    values_and_tokens,
    without_markup,
)
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.text.analysis import Kind, Token


class ValueClass(StrEnum):
    """The class of a value."""

    BLANK = "blank"
    """The author marked it: `<name>`, `%s`, `…`, or emphasis."""
    FREE = "free"
    """Paths, addresses, ports, times, ids, numbers: they never mean a different error."""
    PROGRAM = "program"
    NAME = "name"
    DOTTED = "dotted name"
    TYPE = "type"
    OPERATOR = "operator"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a message, or a value in it."""

    text: str
    kind: ValueClass | None = None
    """None for a word or a code."""

    @property
    def names_thing(self) -> bool:
        """Whether it is the name of something, such as a file or a module."""
        is_path = self.kind is ValueClass.FREE and _PATH.fullmatch(self.text)
        return self.kind in (ValueClass.NAME, ValueClass.DOTTED) or bool(is_path)

    @property
    def key(self) -> str:
        """What it is aligned by: values of any class align with each other."""
        return self.text if self.kind is None else "\0"


_TYPES = frozenset(
    "any array bool boolean bytearray bytes char complex coroutine dict double float frozenset"
    " function generator int integer list long method module nonetype null number object set"
    " short str string symbol tuple type undefined void".split()
)
_PLACEHOLDER = re.compile(
    r"(?:action|arg|argument|class|conversion|exception|expression|field|file|filename|function|identifier|macro|member|method|name|number"
    r"|operator|option|param|parameter|path|property|symbol|token|user|value|var|variable)[\W_]?\d?"
    r"|type[ _]?\d|class::\w+|type\(s\)"
)
"""Words that authors write for any value: `'name'`, `'type1'`."""
_PATH = re.compile(
    r"[^/\\]*+[/\\](?s:.*)|[\w@.-]*\.(?:c|cc|cfg|conf|cpp|cs|css|csv|db|exe|go|gz|h|hpp|html?|ini|ipynb|jar"
    r"|java|jpe?g|js|json|jsx|key|lock|log|md|mjs|o|out|pem|png|py|rb|rs|sh|so|sql|sqlite3?|svg"
    r"|tar|tmp|toml|tsx?|txt|xml|ya?ml|zip)(?:\.\d+)*"
)
_DATA = re.compile(
    r"(?=\D{0,160}\d)[\d.,:/+TZ -]++|0x[0-9a-fA-F]+|[^:]*+://(?s:.*)|[^@]*+@[^.]*+\.(?s:.*)"
    r"|localhost|(?:<(?:[!?]|html)|\[?\{)(?s:.*)"
)
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_OPERATOR = re.compile(r"(?<=\s)(?![:;,.-]+\s)[^\w\s'\"`“”‘’…][^\w\s'\"`“”‘’…]{0,2}?(?=[:,;]?\s)")


@lru_cache(4_096)
def pieces(text: str, origin: Origin) -> tuple[Piece, ...]:
    """The words and values of a message in order."""
    found = tuple(_pieces(text, origin))
    if origin is Origin.OBSERVED or not any(p.kind is ValueClass.BLANK for p in found):
        return found
    blank = Piece("type", ValueClass.BLANK)
    return tuple(blank if piece.text == "type" and piece.kind else piece for piece in found)


def pieces_of(signature: Signature) -> Sequence[Piece]:
    """The words and values of a signature's message in order."""
    return pieces(signature.text, signature.origin)


def _pieces(text: str, origin: Origin) -> Iterator[Piece]:
    text = without_markup(text, origin)
    end = 0
    for start, stop, item in values_and_tokens(text, origin):
        yield from _operators(text[end:start])
        end = max(end, stop)
        kind, written = "num", text[start:stop]
        if isinstance(item, Token):
            is_number = item.kind in (Kind.NUMBER, Kind.VERSION)
            if not (is_number or (item.kind is Kind.CODE and is_small(written))):
                yield Piece(item.term)
                continue
            written = item.term
        else:
            kind = item.lastgroup or "any"
        yield Piece(written.strip(QUOTES).casefold(), _class(kind, written, origin))
    yield from _operators(text[end:])


def _operators(text: str) -> Iterator[Piece]:
    return (Piece(match.group(), ValueClass.OPERATOR) for match in _OPERATOR.finditer(text))


def _class(kind: str, text: str, origin: Origin) -> ValueClass:
    if kind == "any" or (origin is not Origin.OBSERVED and _is_blank(text)):
        return ValueClass.BLANK
    inside = text.strip(QUOTES)
    if kind == "name":
        return ValueClass.FREE if "/" in inside else ValueClass.PROGRAM
    if kind == "dotted":
        return ValueClass.FREE if _PATH.fullmatch(inside) else ValueClass.DOTTED
    return _class_of_quoted(inside) if kind == "str" else ValueClass.FREE


def _is_blank(text: str) -> bool:
    inside = text.strip(QUOTES)
    return bool(BLANK.search(inside) or _PLACEHOLDER.fullmatch(inside))


def _class_of_quoted(text: str) -> ValueClass:
    """The class of a quoted value."""
    words = text.split()
    if not words or _DATA.fullmatch(text):
        return ValueClass.FREE
    if not any(map(str.isalnum, text)):
        return ValueClass.OPERATOR
    if len(words) > 1:
        return ValueClass.PHRASE
    if _PATH.fullmatch(text):
        return ValueClass.FREE
    if _DOTTED.fullmatch(text):
        return ValueClass.DOTTED
    return ValueClass.TYPE if text.casefold() in _TYPES else ValueClass.NAME


@lru_cache(4_096)
def file_type(value: str) -> str:
    """The ending of a path; nothing for any other value."""
    return PurePath(value).suffix if _PATH.fullmatch(value) else ""
