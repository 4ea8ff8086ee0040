"""Masking: which parts of a message are values, such as times, ports, paths and quoted names.

Everything else is words and codes. What an article claims may have blanks, too, which its author
left open for any value: `%s`, `<name>`, `{x}`, `…`, and in a quote or a symptom emphasis.
"""

import re

from corpus.diagnosis.signatures.signature import Origin
from corpus.text import analysis
from corpus.text.analysis import Token
from languages.loader import alternatives

OPEN = "\ue001"
"""Stands for emphasised text, which is a blank, quoted or not."""
QUOTES = "'\"`“”‘’「」«»"
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
    rf"(?P<any>{OPEN}"
    r"|%(?:\d{1,3}\$)?[-+ 0#]{0,5}\d{0,5}(?:\.\d{1,5})?(?:l{1,2}|h{1,2}|z)?[sdiufgxXpc@vq]\b"
    r"|\$?\{[\w. :!-]{0,40}\}|<[A-Za-z][\w .:-]{0,40}>|\.\.\.+|…|\bX{2,}\b)"
)
_PATTERNS = {
    (has_blanks, may_name_package): re.compile(
        "|".join((_VALUE, *[_PACKAGE] * may_name_package, _OTHER_VALUE, *[_BLANK] * has_blanks))
    )
    for has_blanks in (False, True)
    for may_name_package in (False, True)
}
BLANK = re.compile(_BLANK)
"""Placeholders that authors write in messages: `%s`, `<name>`, `{x}`, `…`, emphasis."""
_MARKUP = re.compile(
    r"\\(?P<escaped>[^a-zA-Z0-9\s])"
    r"|(?P<link>\[[^\]\n]{1,200}\]\([^)\n]{0,300}\))"
    r"|(?P<emphasis>(?<!\w)_{1,3}(?=[^\s*_])[^*_\n]{1,120}_{1,3}(?!\w)"
    r"|\*{1,3}[^*\n\s][^*\n]{0,120}\*{1,3})"
    r"|(?P<tick>`+)"
)
_JOINED = re.compile(r"-(?=[^\W\d])")
"""What joins a word to a value before it, as in `<number>-bit`, and makes no option of it."""
_GAP = "\ue000"
"""Stands for a value while words are looked for: a private character that is no word."""


def without_markup(text: str, origin: Origin) -> str:
    """A message without the Markdown that its origin may have; emphasised words become `OPEN`."""
    return _MARKUP.sub(_unmarked, text) if origin in (Origin.QUOTE, Origin.SYMPTOM) else text


def _unmarked(match: re.Match[str]) -> str:
    if match["escaped"]:
        return match["escaped"]
    if match["link"]:
        return match["link"][1:].partition("](")[0]
    return OPEN if match["emphasis"] else ""


def values_and_tokens(text: str, origin: Origin) -> list[tuple[int, int, Token | re.Match[str]]]:
    """The values of a message, named by their kind, and its words and codes, each with its start
    and end in the text."""
    may_name_package = _MAY_NAME_PACKAGE.search(text) is not None
    pattern = _PATTERNS[origin is not Origin.OBSERVED, may_name_package]
    values = [match for match in pattern.finditer(text) if not _is_speech(match)]
    bare = list(text)
    for match in values:
        end = match.end() + (_JOINED.match(text, match.end()) is not None)
        bare[match.start() : end] = _GAP * (end - match.start())
    found: list[tuple[int, int, Token | re.Match[str]]] = []
    found += [(match.start(), match.end(), match) for match in values]
    found += [(token.start, token.end, token) for token in analysis.words("".join(bare))]
    return sorted(found, key=lambda item: item[:2])


def _is_speech(match: re.Match[str]) -> bool:
    """Whether quotes hold a message rather than a value: five words or more."""
    words = match.group().split() if match.lastgroup == "str" else []
    return sum(any(map(str.isalpha, word)) for word in words) >= 5


def is_small(written: str) -> bool:
    """Whether a code is only a short negative number, as `-1` is, or a byte, as `0xe9` is."""
    return (written[0] == "-" and len(written) < 4) or (written[:2] == "0x" and len(written) < 5)
