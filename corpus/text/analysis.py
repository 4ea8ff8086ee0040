"""The analysis: how a text becomes terms, the same for articles and for questions.

Words are stemmed; identifiers are kept whole *and* split, down to `camelCase`; codes have
one form (`codes.py`); Chinese, Japanese and Korean are bigrams. A text is cut at white
space, and what such a chunk contains is remembered: prose repeats itself, so most chunks
cost one look-up. Engines get `terms`, joined by spaces; highlighting uses `tokenize`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

import Stemmer

from corpus.text import codes

LONGEST = 80
"""Characters of the longest term; a longer run without a break is data, not language."""

_CJK = (
    r"\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_W = rf"[^\W{_CJK}]"
_SCAN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    rf"|(?P<other>(?:--?|::|[.@$#]|[<>]=?|[~^!]=|[~^]|==)?{_W}+"
    rf"(?:(?:::|[-./\\@'’]){_W}+)*(?:\+\++{_W}*|\#)?)"
)
_COMPONENT = re.compile(r"(?<![^/\\])[^/\\\w]*+\w[^/\\]*+")
_SEGMENT = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_A-Za-z]+")
_VERSION = re.compile(r"[vV]?([0-9]++(?:\.[0-9]++)++(?:[-.]?+[A-Za-z0-9]++)*+)")
_SIGILS = "-.:@$#<>~^!="
_CHUNK = re.compile(r"\S+")
_BEFORE_WORD, _AFTER_WORD = "`'\"*|([{", "`'\"*|)]}.,;:!?"
"""What often begins and ends a chunk and is no part of its word."""

_stem: Callable[[str], str] = Stemmer.Stemmer("english").stemWord


class Kind(StrEnum):
    """The kinds of tokens."""

    WORD = "word"
    IDENTIFIER = "identifier"
    COMPOUND = "compound"
    """Identifiers joined by punctuation: `std::vector`, `main.cpp`. Its segments follow it."""
    PART = "part"
    """A piece of an identifier that has no separators of its own: `null` of `NullPointer`."""
    CODE = "code"
    NUMBER = "number"
    VERSION = "version"
    CJK = "cjk"


class Token(NamedTuple):
    """A term of the index, and where it stands in the text."""

    term: str
    kind: Kind
    start: int
    end: int
    """The slice of the text, in characters."""


class _Chunk(NamedTuple):
    pieces: tuple[Token, ...]
    """Its tokens, whose slices count from its start."""
    terms: tuple[str, ...]
    numbers: bool
    """Whether it has numbers, which the words before it may turn into codes."""


_memory: dict[str, _Chunk] = {}
_most = 10_000


def remember(most: int) -> None:
    """Sets how many chunks this process caches before it clears the cache; 10,000 take 7 MB.

    An ingest meets more of them repeatedly than a server.
    """
    global _most  # noqa: PLW0603 - the memory is the module's, and so is its bound
    _most = most


def tokenize(text: str) -> list[Token]:
    """The tokens of a text in order; for an identifier first the whole, then its parts."""
    tokens: list[Token] = []
    for match in _CHUNK.finditer(text):
        chunk = _chunk(match.group())
        start = match.start()
        pieces: Iterable[Token] = chunk.pieces
        if chunk.numbers:
            pieces = _in_context(chunk.pieces, [token.term for token in tokens[-4:]])
        tokens += [
            Token(term, kind, start + first, start + last) for term, kind, first, last in pieces
        ]
    return tokens


def terms(text: str) -> list[str]:
    """The terms of `tokenize`, in order, at a fraction of its cost."""
    found: list[str] = []
    for raw in text.split():
        chunk = _memory.get(raw) or _chunk(raw)
        if chunk.numbers:
            found += [piece.term for piece in _in_context(chunk.pieces, found[-4:])]
        else:
            found += chunk.terms
    return found


def words(text: str) -> list[Token]:
    """One token per word: a code, a version, or a segment, without the extra ones of `tokenize`.

    For comparing messages, where each word must count once.
    """
    kept: list[Token] = []
    for token in tokenize(text):
        if token.kind in (Kind.PART, Kind.COMPOUND):
            continue
        if not kept or token.kind is Kind.CJK or token.start >= kept[-1].end:
            kept.append(token)
        elif token.kind is Kind.CODE and token.start == kept[-1].start:
            kept[-1] = token
    return kept


def stem(word: str) -> str:
    """The index form of a plain word: folded, without apostrophes, its English stem."""
    folded = word.casefold()
    return _stem(folded) if folded.isascii() else folded


def _in_context(pieces: Sequence[Token], before: Sequence[str]) -> Iterator[Token]:
    """The pieces, with a code beside each number that follows `exit code`, `HTTP` and such."""
    recent = list(before)
    for piece in pieces:
        space = None
        if piece.kind in (Kind.NUMBER, Kind.CODE) and piece.term[-1:].isalnum():
            space = codes.namespace(recent, piece.term)
        yield piece if space is None else piece._replace(kind=Kind.CODE)
        if space:
            number = piece.term.lstrip("-") if space == "errno" else piece.term
            yield piece._replace(term=f"{space}:{number}", kind=Kind.CODE)
        recent.append(piece.term)


def _chunk(raw: str) -> _Chunk:
    """The tokens of a run without white space, from the cache if possible."""
    known = _memory.get(raw)
    if known is not None:
        return known
    behind = raw.lstrip(_BEFORE_WORD)
    word = behind.rstrip(_AFTER_WORD)
    if len(word) <= LONGEST and _is_plain(word):
        term, start = _stem(word.lower()), len(raw) - len(behind)
        piece = Token(term, Kind.WORD, start, start + len(word))
        chunk = _Chunk((piece,), (term,), numbers=False)
    else:
        chunk = _chunk_of(tuple(_pieces(raw)))
    if len(raw) <= LONGEST:
        if len(_memory) >= _most:
            _memory.clear()
        _memory[raw] = chunk
    return chunk


def _is_plain(word: str) -> bool:
    """Whether it is one token: letters of ASCII, no capitals but the first."""
    return word.isascii() and word.isalpha() and (word.islower() or word.istitle())


def _chunk_of(pieces: tuple[Token, ...]) -> _Chunk:
    return _Chunk(
        pieces=pieces,
        terms=tuple(piece.term for piece in pieces),
        numbers=any(piece.kind is Kind.NUMBER or piece.term[0] == "-" for piece in pieces),
    )


def _pieces(raw: str) -> Iterator[Token]:
    text, places = _normalise(raw)
    for match in _SCAN.finditer(text):
        found = _bigrams(match.group()) if match["cjk"] else _compound(match.group())
        before = match.start()
        for term, kind, first, last in found:
            start, end = before + first, before + last
            if places is not None:
                start, end = places[start][0], places[end - 1][1]
            yield Token(term, kind, start, end)


def _normalise(raw: str) -> tuple[str, Sequence[tuple[int, int]] | None]:
    """The NFKC form, and for each of its characters its slice of `raw`, if they differ."""
    if raw.isascii() or unicodedata.is_normalized("NFKC", raw):
        return raw, None
    text, places = "", list[tuple[int, int]]()
    start = 0
    for end in range(1, len(raw) + 1):
        if end == len(raw) or not unicodedata.combining(raw[end]):
            unit = "".join(unicodedata.normalize("NFKC", raw[start:end]).split())
            text += unit
            places += [(start, end)] * len(unit)
            start = end
    return text, places


def _bigrams(text: str) -> Iterator[Token]:
    if len(text) == 1:
        yield Token(text, Kind.CJK, 0, 1)
    for start in range(len(text) - 1):
        yield Token(text[start : start + 2], Kind.CJK, start, start + 2)


def _compound(text: str) -> Iterator[Token]:
    """A word, a number, or any kind of identifier."""
    if text.isalpha():
        yield from _segment(text, 0)
    elif codes.is_integer(text):
        yield from _integer(text)
    elif "'" in text or "’" in text:
        yield from _contraction(text)
    elif version := _VERSION.fullmatch(text):
        yield from _version(version[1], version.start(1))
    else:
        yield from _identifier(text)


def _integer(text: str) -> Iterator[Token]:
    term = codes.integer(text)
    digits = text.lstrip("+-").lower()
    kind = Kind.NUMBER if term == digits else Kind.CODE
    yield Token(term, kind, 0, len(text))
    for other in codes.spellings(term, digits.removeprefix("0x")):
        yield Token(other, Kind.PART, 0, len(text))


def _contraction(text: str) -> Iterator[Token]:
    """`can't` is one word, `server's` is `server`; other apostrophes separate."""
    word = re.sub(r"['’]s$", "", text)
    joined = re.sub(r"['’]", "", word)
    if joined.isalpha() and len(joined) + 1 >= len(word):
        yield Token(stem(joined), Kind.WORD, 0, len(word))
        return
    for match in re.finditer(r"[^'’]+", text):
        for term, kind, start, end in _compound(match.group()):
            yield Token(term, kind, match.start() + start, match.start() + end)


def _version(text: str, start: int) -> Iterator[Token]:
    yield Token(text.casefold(), Kind.VERSION, start, start + len(text))
    numbers = text.split(".")
    if len(numbers) == 3:
        short = ".".join(numbers[:2])
        yield Token(short, Kind.PART, start, start + len(short))


def _identifier(text: str) -> Iterator[Token]:
    """The whole with its punctuation, then its segments, each whole and split."""
    components = list(_COMPONENT.finditer(text))
    if len(components) > 1 and len(text) <= LONGEST:
        yield Token(text.casefold(), Kind.COMPOUND, 0, len(text))
    for component in components:
        yield from _component(component.group(), component.start())


def _component(text: str, start: int) -> Iterator[Token]:
    """An identifier without slashes: with its sigil, without, and its segments."""
    segments = list(_SEGMENT.finditer(text))
    end = start + len(text)
    if segments[0].group() != text and len(text) <= LONGEST:
        code = codes.canonical(text)
        kind = Kind.COMPOUND if len(segments) > 1 else Kind.IDENTIFIER
        kind = Kind.CODE if code else _version_or(kind, text)
        yield Token(code or text.casefold(), kind, start, end)
        bare = segments[0].start()
        if bare and len(segments) > 1:
            yield Token(text[bare:].casefold(), Kind.PART, start + bare, end)
    for segment in segments:
        yield from _segment(segment.group(), start + segment.start())


def _version_or(kind: Kind, text: str) -> Kind:
    return Kind.VERSION if text.lstrip(_SIGILS)[:1].isdigit() else kind


def _segment(text: str, start: int) -> Iterator[Token]:
    """A run of letters, digits and underscores: the whole, then its parts if it has any."""
    if len(text) > LONGEST:
        return
    end = start + len(text)
    if text.isdigit():
        term = codes.integer(text) if text.isascii() else text
        yield Token(term, Kind.NUMBER, start, end)
        return
    parts = _PART.findall(text) if not text.islower() or not text.isalpha() else [text]
    code = codes.is_symbol(text)
    whole = text.casefold() if code or not text.isalpha() else stem(text)
    kind = Kind.CODE if code else Kind.IDENTIFIER if len(parts) > 1 else Kind.WORD
    yield Token(whole, kind, start, end)
    if len(parts) > 1 and not (code and "_" not in text):
        for match in _PART.finditer(text):
            part = match.group()
            yield Token(stem(part), Kind.PART, start + match.start(), start + match.end())
