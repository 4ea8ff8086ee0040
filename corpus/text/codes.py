"""The grammar of codes, and the canonical form of each code in the index.

A code is recognised by its shape and by the words before it, never by a list of tools:

- integers: `-32602`; `0x80070005`, `2147942405` and `-2147024891` are one 32 bit value
- letters and digits: `E0382`, `LNK2019`, `42P01`, `ORA-00942`, `CVE-2024-3094`
- names in capitals: `ECONNREFUSED`, `SIGKILL`, `ERR_MODULE_NOT_FOUND`
- numbers after a word that names their namespace: `exit code 137` is `exit:137`
"""

import errno
import re
import signal
from collections.abc import Sequence

_INTEGER = re.compile(r"[+-]?(?:0[xX][0-9A-Fa-f]{1,16}|[0-9]{1,20})")
_LETTERED = re.compile(r"[A-Z]{1,8}[0-9]{3,8}|[a-z]{1,4}[0-9]{4,8}")
_FIVE = re.compile(r"(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[0-9A-Z]{5}")
"""SQLSTATE values (ISO/IEC 9075): five digits or capitals, here with at least one of each."""
_DASHED = re.compile(
    r"[A-Z][A-Z0-9]{0,15}(?:-[A-Z0-9]{1,12}){0,3}-[0-9]{2,8}|[a-z]{2,12}-[0-9]{4,8}"
)
_SHOUTED = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_SIGNAL = re.compile(r"SIG[A-Z]{2,6}[0-9]?")
_NAME = re.compile(r"E[A-Z]{3,20}[0-9]?")

_NAMES = frozenset((*errno.errorcode.values(), *signal.Signals.__members__))
_ENGLISH = re.compile(
    r"E(?:ACH|ARL|AST|DGE|DIT|FFECT|ITHER|LEMENT|LEVAT|LSE|MAIL|MBED|MIT|MPTY|NABL|NCOD|NCRYPT"
    r"|ND|NFORC|NGINE|NGLISH|NSUR|NTER|NTIT|NTR|NUM|NVIRON|POCH|QUAL|RROR|SCAP|STABLISH|VAL|VEN"
    r"|VER|X).*"
)
"""English words in capitals that look like an errno name."""

_CONTEXT = re.compile(
    r"(?:(?P<exit>\bexit(?:ed|s)?(?: with| a| non| zero)*(?: exit)?(?: code| status| valu[e]?)?)"
    r"|(?P<errno>\berrno|\bos error)"
    r"|(?P<winerror>\bwinerror(?: win error)?)"
    r"|(?P<signal>\bsignal)"
    r"|(?P<sqlstate>\bsqlstate)"
    r"|(?P<http>\bhttps?[/0-9.]*(?: [/a-z0-9.]*[0-9]){0,3}(?: error| code| status| respons[e]?)*"
    r"|\bstatus(?: code)?)"
    r"|(?P<plain>\berrors?|\bcode|\bhresult|\berr))$"
)
"""The words before a number that name its namespace; they are terms, so `exited` is `exit`."""


def canonical(text: str) -> str | None:
    """The canonical form of a code, or None if `text` is not one.

    >>> canonical("0x80070005") == canonical("-2147024891") == canonical("2147942405")
    True
    >>> canonical("exit status 137"), canonical("ORA-00942"), canonical("hello")
    ('exit:137', 'ora-00942', None)
    """
    text = text.strip()
    *before, last = text.split() or [""]
    if before:
        return _phrase(before, last)
    if is_integer(text):
        return integer(text)
    return text.casefold() if is_symbol(text) else None


def _phrase(before: list[str], last: str) -> str | None:
    words = [word.casefold().strip(":=[](),") for word in before]
    space = namespace(words, last)
    if space is None:
        return None
    value = canonical(last.strip(":=[](),"))
    return f"{space}:{value}" if space and value else value


def is_code(term: str) -> bool:
    """Whether a term, as the index holds it, must be compared exactly and never fuzzily."""
    if not term.isalpha() and any(character.isdigit() for character in term):
        return True
    upper = term.upper()
    return upper in _NAMES or upper.startswith(("ERR_", "E_"))


def is_symbol(text: str) -> bool:
    """Whether one word, in its written case, is a code by its shape: `E0382`, `ENOENT`."""
    if text.isdigit() or not text.isascii():
        return False
    if any(form.fullmatch(text) for form in (_LETTERED, _DASHED, _SHOUTED, _SIGNAL, _FIVE)):
        return True
    return text in _NAMES or (_NAME.fullmatch(text) is not None and not _ENGLISH.fullmatch(text))


def is_integer(text: str) -> bool:
    """Whether the text is a decimal or hexadecimal integer, with or without a sign."""
    return _INTEGER.fullmatch(text) is not None


def integer(text: str) -> str:
    """The canonical form of a decimal or hexadecimal integer.

    Values of 32 bits with the sign bit set are one number, however they are printed: small
    negative ones (above -65536) are decimal, others hexadecimal, as systems document them.
    Decimal digits are otherwise kept as written, leading zeros too.
    """
    hexadecimal = "x" in text or "X" in text
    value = int(text, 16) if hexadecimal else int(text)
    if value >= 1 << 63:
        value -= 1 << 64
    if 1 << 31 <= value < 1 << 32:
        value -= 1 << 32
    if -(1 << 31) <= value <= -(1 << 16):
        return f"0x{value + (1 << 32):08x}"
    return str(value) if hexadecimal or value < 0 else text.lstrip("+")


def spellings(form: str, digits: str) -> list[str]:
    """Other forms to look up an integer by: its digits, and the decimals of hexadecimal ones."""
    others = [digits, form.lstrip("-")]
    if form.startswith("0x"):
        value = int(form, 16)
        others = [form[2:], str(value), str((1 << 32) - value)]
    return [other for other in dict.fromkeys(others) if other != form]


def namespace(before: Sequence[str], number: str) -> str | None:
    """The namespace of a number by the terms before it: `exit`, `errno`, `winerror`, `sqlstate` …

    The empty string means a code without a namespace (`error 1045`), None not a code.
    """
    match = _CONTEXT.search(" ".join(before[-4:]))
    if match is None or match.lastgroup is None:
        return None
    if match.lastgroup == "plain":
        return None if _is_class_name(before) else ""
    if match.lastgroup == "http" and not (len(number) == 3 and "1" <= number[0] <= "5"):
        return None
    return match.lastgroup


def _is_class_name(before: Sequence[str]) -> bool:
    """Whether the last two terms are parts of one word: what follows `KeyError:` is its value."""
    return any(term.startswith(before[-2]) and term.endswith("error") for term in before[-4:-2])


def family(code: str) -> str:
    """The family of a code. Different codes of one family exclude each other (`E0382` and `E0499`,
    `ECONNREFUSED` and `ETIMEDOUT`)."""
    space, colon, _ = code.partition(":")
    if colon:
        return space
    if code.upper() in _NAMES:
        return "signal" if code.startswith("sig") else "errno"
    return re.sub(r"[0-9]+", "0", code) if any(c.isdigit() for c in code) else ""


_OWN = ("curl:", "winerror:")
"""Namespaces whose small numbers mean nothing without them."""


def value(code: str) -> str:
    """The code without its namespace: what `http:404` and a bare `404` have in common."""
    return code if code.startswith(_OWN) else code.rpartition(":")[2]
