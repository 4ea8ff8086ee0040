"""Error signatures: what stays the same in an error message when its values change.

A message keeps two keys: its words with typed gaps for the values, and its codes, which
are never masked. Matching asks how much of the one message the other covers, each word
weighing what it tells (its inverse document frequency), in both directions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from corpus.text import analysis, codes
from corpus.text.analysis import Kind, Token
from languages.loader import alternatives

LONGEST = 400
"""Characters of a message that are read; the rest is rarely part of the message."""
TERMS = 40
"""Terms of a signature at most."""


class Origin(StrEnum):
    """Where a signature was found, best evidence first."""

    RUN = "run"
    ERROR = "error"
    QUOTE = "quote"
    SYMPTOM = "symptom"
    CODE = "code"
    KEYWORD = "keyword"
    TITLE = "title"
    OBSERVED = "observed"


class Signature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An error message, masked."""

    template: str
    """The message with placeholders: `connect ECONNREFUSED <addr>:<port>`."""
    terms: tuple[str, ...]
    """Its invariant words in order, without codes and placeholders."""
    codes: tuple[str, ...] = ()
    """Its codes in canonical form."""
    hints: tuple[str, ...] = ()
    """Words in quotes, which may be a value or a part of the message."""
    gaps: tuple[int, ...] = ()
    """For each placeholder, the number of terms before it."""
    blanks: tuple[int, ...] = ()
    """Those of them that the author left open for any value."""
    colons: tuple[int, ...] = ()
    """For each colon of an observed line, the number of terms before it: errors are wrapped as
    `what was tried: why it failed`."""
    text: str
    """The original message."""
    origin: Origin
    anchor: str = ""
    """The anchor of its section."""
    remedy: str = ""
    """A hash of the row's solution: rows with the same solution are one case."""


_QUOTED = (
    r"(?<![\w'])'[^'\n]{1,120}'(?![\w'])"
    r'|"[^"\n]{0,160}"|`[^`\'\n]{1,120}[`\']'
    r"|“[^“”\n]{1,160}”|‘[^‘’\n]{1,120}’|「[^「」\n]{1,120}」|«[^«»\n]{1,120}»"
)
_VALUE = (
    r"(?P<name>^(?![\w.]*\.[A-Z])(?:[a-z][\w.+-]{0,30}(?:/[^\s:]{1,200})?|\.{0,2}/[^\s:]{1,200})"
    r"(?=: \S+ ))"
    r"|(?P<ref>(?<!\S)[\w./-]{1,100} -> [\w./-]{1,100}(?!\S))"
    r"|(?P<email>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
    r"|(?P<url>\b[a-zA-Z][a-zA-Z0-9+]{1,12}://[^\s'\"<>|)\]]{1,400})"
    rf"|(?P<str>{_QUOTED})"
)
_OTHER_VALUE = (
    r"(?P<uuid>\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b)"
    r"|(?P<time>\b\d{4}[-/]\d\d[-/]\d\d"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b)"
    r"|(?P<addr>\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])::1\b"
    r"|\[(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}\])"
    r"|(?P<host>\blocalhost\b|(?<![\w.@/-])(?:[a-z0-9-]{1,63}\.){1,5}"
    r"(?:com|org|net|io|dev|edu|gov|local|internal|lan|test|example|invalid|cn|de|uk|app|ai)\b(?![.\w(]))"
    r"|(?P<dotted>(?<![\w.@/$-])(?!\A)(?:[a-z_]\w*\.){1,6}[a-z_]\w*(?![\w/]|\.\w))"
    r"|(?P<port>(?<=:)\d{2,5}\b)"
    r"|(?P<hex>\b0x[0-9a-fA-F]{9,16}\b"
    r"|(?<=\bat )0x[0-9a-fA-F]+\b|(?<=location )0x[0-9a-fA-F]+\b|(?<=address )0x[0-9a-fA-F]+\b)"
    r"|(?P<path>(?<![\w/<])(?:[A-Za-z]:)?(?:\.{0,2}|~|\.[\w-]{1,64})[/\\](?!\s)[^\s:,;'\"<>|(){}\[\]/\\]+"
    r"(?:[/\\][^\s:,;'\"<>|(){}\[\]/\\]+)+"
    r"|(?<![\w/<])(?:[A-Za-z]:\\|\.{1,2}/|~/)[^\s:,;'\"<>|(){}\[\]]+"
    r"|(?<![\w*./-])[\w./-]{0,64}\*\.\w{1,16}\b)"
    r"|(?P<hash>\b(?=[0-9a-f]{0,39}[0-9])(?=[0-9]{0,39}[a-f])[0-9a-f]{7,64}\b)"
    rf"|(?P<duration>\b\d+(?:\.\d+)? ?(?:{alternatives('logs', 'durations')})(?![\w]))"
    r"|(?P<size>\b\d+(?:\.\d+)? ?(?:[kKMGT]i?B|bytes?|B)\b)"
)
_PACKAGE = (
    r"(?P<package>(?<![\w@/.:-])(?:@[\w.-]{1,64}/)?[A-Za-z][\w.-]{0,64}(?:@|[=~!<>]=)[\^~<>=v]{0,3}"
    r"\d[\w.*+-]{0,40}|(?<![\w@/.:-])(?:[A-Za-z][\w.-]{1,80}:){2,4}\d[\w.-]{0,40})"
)
_MAY_NAME_PACKAGE = re.compile(r"@|[=~!<>]=|\w:[\w.-]+:\d")
"""What a text has that names a package with its version; most have none of it, and to look for
packages takes a tenth of the time that a message does."""
_BLANK = (
    r"(?P<any>\ue001"
    r"|%(?:\d{1,3}\$)?[-+ 0#]{0,5}\d{0,5}(?:\.\d{1,5})?(?:l{1,2}|h{1,2}|z)?[sdiufgxXpc@vq]\b"
    r"|\$?\{[\w. :!-]{0,40}\}|<[A-Za-z][\w .:-]{0,40}>|\.\.\.+|…|\bX{2,}\b)"
)
_OBSERVED = re.compile(f"{_VALUE}|{_OTHER_VALUE}")
_CLAIMED = re.compile(f"{_VALUE}|{_OTHER_VALUE}|{_BLANK}")
_OBSERVED_PACKAGES = re.compile(f"{_VALUE}|{_PACKAGE}|{_OTHER_VALUE}")
_CLAIMED_PACKAGES = re.compile(f"{_VALUE}|{_PACKAGE}|{_OTHER_VALUE}|{_BLANK}")
BLANK = re.compile(_BLANK)
"""Placeholders that authors write in messages: `%s`, `<name>`, `{x}`, `…`, emphasis."""
_MARKUP = re.compile(
    r"\\(?P<escaped>[^a-zA-Z0-9\s])"
    r"|(?P<link>\[[^\]\n]{1,200}\]\([^)\n]{0,300}\))"
    r"|(?P<emphasis>(?<!\w)_{1,3}(?=[^\s*_])[^*_\n]{1,120}_{1,3}(?!\w)"
    r"|\*{1,3}[^*\n\s][^*\n]{0,120}\*{1,3})"
    r"|(?P<tick>`+)"
)
_GAP = "\ue000"
"""Stands for a gap while a message is read: a private character that is no word."""
_ANY = "\ue001"
"""Stands for emphasised text, which is a placeholder, quoted or not."""
_QUOTES = str.maketrans(dict.fromkeys("'\"`“”‘’「」«»", " "))


def signature_of(
    line: str, *, origin: Origin = Origin.OBSERVED, anchor: str = ""
) -> Signature | None:
    """The signature of one message, or None where nothing of it is invariant.

    What an article claims may have blanks (`%s`, `<name>`, `{x}`, `...`), and in a quote or
    a symptom emphasis (`*name*`); an observed line has values only.
    """
    source = message_text(line)
    text = _plain(source, origin)
    pattern = _pattern(text, origin)
    draft = _read(text, pattern)
    if not draft.terms and not draft.codes and text != (bare := text.translate(_QUOTES)):
        draft = _read(bare, pattern)
    if not draft.terms and not draft.codes:
        return None
    return Signature(
        template=draft.template,
        terms=tuple(draft.terms[:TERMS]),
        codes=tuple(dict.fromkeys(draft.codes)),
        hints=tuple(dict.fromkeys(draft.hints)),
        gaps=tuple(draft.gaps),
        blanks=tuple(draft.blanks),
        colons=tuple(dict.fromkeys(draft.colons)) if origin is Origin.OBSERVED else (),
        text=source,
        origin=origin,
        anchor=anchor,
    )


def message_text(line: str) -> str:
    """The text of a message as in its signature."""
    return " ".join(line[:LONGEST].split())


def parts(text: str, origin: Origin) -> Iterator[tuple[str, str]]:
    """A message from left to right: words and codes in the form that they have in the index,
    values by their kind as they are written, and under the kind "" what stands between."""
    text = _plain(text, origin)
    end = 0
    for start, stop, item in _items(text, _pattern(text, origin)):
        yield "", text[end:start]
        end = max(end, stop)
        if isinstance(item, Token):
            is_value = item.kind in (Kind.NUMBER, Kind.VERSION) or (
                item.kind is Kind.CODE and _is_small(text[start:stop])
            )
            yield ("num" if is_value else "word"), item.term
        else:
            yield item.lastgroup or "any", text[start:stop]
    yield "", text[end:]


def _plain(text: str, origin: Origin) -> str:
    return _unmark(text) if origin in (Origin.QUOTE, Origin.SYMPTOM) else text


def _pattern(text: str, origin: Origin) -> re.Pattern[str]:
    may_name_package = _MAY_NAME_PACKAGE.search(text) is not None
    if origin is Origin.OBSERVED:
        return _OBSERVED_PACKAGES if may_name_package else _OBSERVED
    return _CLAIMED_PACKAGES if may_name_package else _CLAIMED


@dataclass(slots=True)
class _Draft:
    """A signature under construction, while its message is read from left to right."""

    template: str = ""
    terms: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    colons: list[int] = field(default_factory=list)

    def gap(self, kind: str) -> None:
        self.template += f"<{kind}>"
        self.gaps.append(len(self.terms))

    def drop_announcers(self) -> None:
        """A code comes: the words that only announce it (`exit code`, `error`) say no more."""
        while self.terms and self.terms[-1] in _ANNOUNCERS and self.gaps[-1:] != [len(self.terms)]:
            self.terms.pop()


_ANNOUNCERS = frozenset(
    ("code", "errno", "error", "exit", "fatal", "http", "signal", "sqlstate", "status", "warn")
)


def _unmark(text: str) -> str:
    """The text without its inline Markdown; emphasised words become `_ANY`."""

    def plain(match: re.Match[str]) -> str:
        if match["escaped"]:
            return match["escaped"]
        if match["link"]:
            return match["link"][1:].partition("](")[0]
        return _ANY if match["emphasis"] else ""

    return _MARKUP.sub(plain, text)


_LEADING = re.compile(r"(?:(curl): )?\([0-9]{1,5}\)(?= )")
"""A number in parentheses that a message starts with is its code: `curl: (28) Timed out`."""


def _read(text: str, pattern: re.Pattern[str]) -> _Draft:
    """The draft of a message: its values, then the words and numbers that are left."""
    draft = _Draft()
    leading = _LEADING.match(text)
    end = 0
    for start, stop, item in _items(text, pattern):
        draft.template += text[end:start]
        if ": " in text[end:start]:
            draft.colons.append(len(draft.terms))
        end = stop
        if isinstance(item, Token):
            is_code = leading is not None and stop == leading.end() - 1
            _add_token(draft, item, text[start:stop], is_code=is_code)
            if is_code and leading and leading[1]:
                draft.codes[-1] = f"{leading[1]}:{draft.codes[-1]}"
        else:
            _add_value(draft, item)
    draft.template = re.sub(r"(?<!\s)\s++(?=[:;,.)])", "", draft.template + text[end:]).strip()
    return draft


def _items(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int, Token | re.Match[str]]]:
    """Values and tokens by their place in the text."""
    values = [match for match in pattern.finditer(text) if not _is_speech(match)]
    bare = list(text)
    for match in values:
        bare[match.start() : match.end()] = _GAP * (match.end() - match.start())
    found: list[tuple[int, int, Token | re.Match[str]]] = []
    found += [(match.start(), match.end(), match) for match in values]
    found += [(token.start, token.end, token) for token in analysis.words("".join(bare))]
    return sorted(found, key=lambda item: item[:2])


def _is_speech(match: re.Match[str]) -> bool:
    """Whether quotes hold a message rather than a value: five words or more."""
    words = match.group().split() if match.lastgroup == "str" else []
    return sum(any(map(str.isalpha, word)) for word in words) >= 5


def _add_value(draft: _Draft, match: re.Match[str]) -> None:
    kind = match.lastgroup or "any"
    draft.gap(kind)
    if kind == "any":
        draft.blanks.append(draft.gaps[-1])
    if kind == "name":
        draft.hints.append(analysis.stem(match.group()))
    if kind == "dotted":
        draft.hints += [token.term for token in analysis.words(match.group())]
    inside = match.group()[1:-1]
    if kind != "str" and match.group()[0] != "<":
        return
    if BLANK.search(inside):
        return
    words = analysis.words(inside)
    draft.hints += [token.term for token in words] or inside.split()
    if len(words) == 1 and _is_bare_code(inside):
        draft.codes.append(words[0].term)


def _is_bare_code(text: str) -> bool:
    """Whether a quoted value is a code and not, say, an environment variable."""
    return codes.is_symbol(text) and ("_" not in text or text.startswith("E"))


def _add_token(draft: _Draft, token: Token, written: str, *, is_code: bool) -> None:
    """Adds a word, a code, or a number that is only a value."""
    if is_code or (token.kind is Kind.CODE and not _is_small(written)):
        draft.drop_announcers()
        draft.template += written
        draft.codes.append(token.term)
    elif token.kind in (Kind.NUMBER, Kind.CODE, Kind.VERSION):
        draft.gap("version" if token.kind is Kind.VERSION else "num")
        draft.hints.append(token.term)
    elif token.kind is Kind.CJK:
        overlap = bool(draft.terms) and draft.template.endswith(written[:1]) and len(written) > 1
        draft.template += written[1:] if overlap else written
        draft.terms.append(token.term)
    else:
        draft.template += written
        draft.terms.append(token.term)


def _is_small(written: str) -> bool:
    """Whether a code is only a short negative number, as `-1` is, or a byte, as `0xe9` is."""
    return (written[0] == "-" and len(written) < 4) or (written[:2] == "0x" and len(written) < 5)
