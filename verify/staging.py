"""Whether a message comes from a check itself, and not from the program that it is about.

What the blocks of a check contain, print or raise is looked for in them, also in pieces, in
reverse and encoded. A check that computes the letters of a message in another way is not found
out: `docs/verification.md`, "What a receipt does not prove".
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterator
from difflib import SequenceMatcher
from urllib.parse import unquote

from corpus.checks.checks import Check
from corpus.checks.utilities import FILTERS, INTERPRETERS, SHELLS, UTILITIES
from corpus.diagnosis.signatures.signature import Signature
from corpus.document.fences import Step
from corpus.text.analysis import terms

_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_PRINTABLE = re.compile(r"(?<=['\"])[!-~]{15,}(?=['\"])")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:,]?){6,}")
_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\0?([0-7]{3})")
_CHARACTER = re.compile(r"(?:chr|fromCharCode|fromCodePoint)\(([\d,\s]+)\)")
_NUMBERS = re.compile(r"(?:\b\d{2,3}\b[,\s\]\[]*){6,}")
_NAMED_CHARACTER = re.compile(r"\\N\{([^{}]+)\}")
_RAISED = re.compile(
    r"RAISE\s*\(|RAISE\s+EXCEPTION|\bsys\.exit\(\s*[f'\"]|\bprocess\.emitWarning\("
)
_OF_A_KIND = (
    r"(?:\b(?:raise|throw|import)\s+|=\s*|\bthrow\w*\(\s*)(?:\w+\.)*{kind}\b|(?<!\w){kind}\s*\("
)
"""How code makes an exception of a kind, or has another name for it."""
_SYSTEM_TEXTS = re.compile(
    r"\b_errnoException\b|\b_exceptionWithHostPort\b|\b(?:os\.)?strerror\(|\bperror\(|\bgetSystemErrorMap|\$!\s*=\s*\d|\bgettext\b"
    r"|\blibc\.so|\blibc-[\d.]+so|/share/locale\b|\bstrings\s+(?:-\S+\s+)*/"
)
_EXISTS = re.compile(
    r"(?:\bpath\.(?:exists|isfile|isdir|islink|lexists)|\bexistsSync|\baccess(?:Sync)?"
    r"|\bstat(?:Sync)?(?!\([^()]*\)\.size)|\bPath(?=\([^()]*\)\.(?:exists|is_))|\bfile_exists|\bFile\.exists?\?)\(\s*['\"](?P<name>[^'\"]+)['\"]"
)
"""How code asks whether there is a file."""
_LISTED = re.compile(
    r"['\"](?P<in>[^'\"\n]+)['\"]\s+(?:not\s+)?in\s+\w*\(?os\.listdir\b"
    r"|\breaddir(?:Sync)?\([^()]*\)\.includes\(\s*['\"](?P<of>[^'\"\n]+)"
    r"|\bglob\(\s*['\"](?P<glob>[^'\"\n*?]+)['\"]"
)
"""How it looks for one in a listing."""
_TESTED = re.compile(
    r"(?:\btest|\[\[?|['\"]test['\"],)\s*(?:!\s+)?['\"]?-[defrswx]\b['\"]?,?\s*"
    r"['\"]?(?P<name>[\w.@+~/-]+)"
)
"""How a shell asks for one, or is told to."""
_OTHER_NAME = re.compile(r"\bexec\s+(?:-[cl]+\s+)?-a\b")
_WAYS = (
    (_SYSTEM_TEXTS, "its blocks ask the system for the text of an error"),
    (_OTHER_NAME, "its blocks run a program under another name"),
)
_DELETED = re.compile(
    r"\btr\s+-d\s+['\"]?(?P<tr>[^\s'\"]+)|\bs/(?P<sed>[^/\n]+)//g"
    r"|\.replace(?:All)?\(\s*['\"](?P<code>[^'\"\n]+)['\"]\s*,\s*['\"]{2}\s*\)"
)
"""How checks take letters out again that they put between those of a message."""
_TYPED = re.compile(r"\A(?:Uncaught )?(?P<kind>[A-Za-z_$][\w.$]*(?:Error|Exception|Warning))\b")
_VALUE = re.compile(r"<[a-z]+>")
_NAME = re.compile(
    r"(?<![\w.$/-])(?:[A-Za-z_$]\w*(?:(?:\.|::|->|[/#\\])[A-Za-z_$]\w*)+|[A-Za-z]\w*_\w+|[a-z]+[A-Z]\w*)"
    r"(?![\w-])|\A\S+\Z"
)
"""A name that the author's own files have to contain: a dotted one, `snake_case`, `camelCase`; or
all that is left of a message behind its kind."""
_LETTER = re.compile(r"[^\W_]")
_FEW = 6
"""Letters of a message beside its values below which they say nothing."""
_PIECE = 4
"""Letters of a piece of a message which is one."""
_KILLS = re.compile(
    r"\bkill\b[^\n]*\$(?:\$|BASHPID|PPID)"
    r"|\b(?:os|process)\.abort\(|\braise_signal\(|\bkill\(\s*(?:os\.getp|process\.pp?id)|\bpkill\b|\bkillall\b"
)
"""How a check sends a signal to itself."""
_ENDS = r"\b(?:exit|return)\W{{0,2}}{status}\b"
"""How a check ends with a status that is to be the error of a program."""
_LEAST = 3
"""Words of a message from which on their all standing in a check is no accident."""
_MOST_OF = 0.9
_ALIKE = 0.8
"""The share of the letters of a message that a line of the check may not have in their order. Of
the checks of the corpus none has more than 0.74."""
_STRETCHED = 1.7
_HALF = 0.5
_LONGEST_LINE = 1_000
"""Letters of a line that are compared."""
_NAMED = re.compile(r"(?P<name>[a-z][\w.-]*): ")
_SIGNAL = (
    r"\b(?:Killed|Terminated|Aborted|Hangup|Bus error|Segmentation fault|Illegal instruction"
    r"|Floating point exception)\b"
)
"""What a shell says of a program that a signal ended."""
_OF_A_SHELL = re.compile(
    rf"\s*(?:\S*/)?-?(?:{'|'.join(sorted(SHELLS))})(?::\d+)?: |\s*[^\s:]+(?:: (?:line )?|:)\d+: "
    rf"|.*: bad interpreter: |.*{_SIGNAL}"
)
"""What a shell says itself, behind its name or that of a script, and the number of a line."""
_LARGEST = 64 * 1024
"""Bytes that are unpacked."""


class CheckTexts:
    """What the blocks of a check say that show the error."""

    def __init__(self, check: Check) -> None:
        blocks = [block for block in check.blocks if block.step in (Step.SETUP, Step.REPRODUCE)]
        self.text = "\n".join(block.content for block in blocks)
        self._reproducing = "\n".join(
            block.content
            for block in blocks
            if block.step is Step.REPRODUCE or (block.file or "").endswith((".sh", ".bash"))
        )
        self._fix = "\n".join(block.content for block in check.of(Step.FIX))
        readings = [self.text, *_decoded(self.text)]
        self._squeezed = [squeezed(reading) for reading in readings]
        self._words = {term for reading in readings for term in terms(reading)}

    def staged(self, message: str, seen: Signature | None) -> str:
        """How the check brings a message along, in words; "" if it does not."""
        bare = _TYPED.sub("", message).lstrip(" :")
        said = _VALUE.sub("", _TYPED.sub("", seen.template).lstrip(" :")) if seen else bare
        if len(squeezed(_NAME.sub("", said))) < _FEW:
            bare = message  # of which only a value is left: `KeyError: 'name'`
        if len(squeezed(bare)) >= _FEW and any(squeezed(bare) in text for text in self._squeezed):
            return "its blocks contain it"
        if raised := _RAISED.search(self.text) or self._making(message):
            return f"its blocks raise it: {' '.join(raised.group().split())}"
        if re.search(_SIGNAL, message) and _KILLS.search(self.text):
            return "its blocks send the signal"
        if how := next((how for way, how in _WAYS if way.search(self.text)), ""):
            return how
        if self._covered(bare):
            return "its blocks contain all pieces of it"
        if self._is_alike(bare):
            return "its blocks contain it with some other letters"
        words = set(seen.terms) if seen else set()
        if len(words) >= _LEAST and len(words & self._words) >= _MOST_OF * len(words):
            return "its blocks contain all of its words"
        return ""

    def _making(self, message: str) -> re.Match[str] | None:
        """Where code makes an exception of the kind of a message."""
        typed = _TYPED.match(message)
        kind = re.escape(typed["kind"].rpartition(".")[2]) if typed else ""
        return re.search(_OF_A_KIND.format(kind=kind), self.text) if kind else None

    def _covered(self, message: str) -> bool:
        """Whether a message can be put together from pieces that stand in the check."""
        letters = squeezed(message)
        at, covered = 0, set[int]()
        while at < len(letters):
            length = self._longest(letters[at:])
            covered.update(range(at, at + length))
            at += length or 1
        is_most = len(letters) >= 3 * _PIECE and len(covered) >= _MOST_OF * len(letters)
        return is_most and _has_words(message, covered)

    def asking(self, program: str, message: str) -> str:
        """How what reproduces the error asks whether the fix was applied, in words; "" if it does
        not. A shell may ask for the file that the message is about."""
        ways = (_EXISTS, _LISTED, _TESTED) if program in INTERPRETERS else ()
        for asked in (found for way in ways for found in way.finditer(self.text)):
            if _is_named(_last(asked[asked.lastgroup or 0]), self._fix):
                return f"its blocks ask for what the fix leaves: {asked.group()}"
        for asked in _TESTED.finditer(self._reproducing):
            name = _last(asked["name"])
            if _is_named(name, self._fix) and not _is_named(name, message):
                return f"it asks for what the fix leaves: {asked.group()}"
        return ""

    def _is_alike(self, message: str) -> bool:
        """Whether a line of the check has most of the letters of a message in their order."""
        letters = squeezed(message)
        if len(letters) < 3 * _PIECE:
            return False
        lines = (squeezed(line)[:_LONGEST_LINE] for line in self.text.split("\n"))
        shared = (_shared(letters, line) for line in lines)
        return any(
            len(places) >= _ALIKE * len(letters) and _has_words(message, places)
            for places in shared
        )

    def _longest(self, letters: str) -> int:
        """How many of the first letters stand in the check in one piece; 0 for a few."""
        length = 0
        while length < len(letters) and letters[: length + 1] in self._squeezed[0]:
            length += 1
        return length if length >= _PIECE else 0

    def makes(self, status: int | None) -> bool:
        """Whether the check itself ends with a status, or kills itself."""
        ends = re.search(_ENDS.format(status=status), self.text)
        return bool(status and (ends or _KILLS.search(self.text)))

    def is_own(self, line: str) -> bool:
        """Whether a line of an output has no letters, or only what stands in the check."""
        return not _LETTER.search(line) or squeezed(line) in self._squeezed[0]


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _is_named(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def _shared(letters: str, line: str) -> set[int]:
    """The places of those of some letters that stand in a line in pairs or more; none if much is
    in between."""
    if len(line) < _ALIKE * len(letters):
        return set()
    matcher = SequenceMatcher(None, letters, line, autojunk=False)
    same = [each for each in matcher.get_matching_blocks() if each.size > 1]
    if not same or same[-1].b + same[-1].size - same[0].b > _STRETCHED * len(letters):
        return set()
    return {place for each in same for place in range(each.a, each.a + each.size)}


def _has_words(message: str, places: Collection[int]) -> bool:
    """Whether the letters at some places are no mere names of a message, which its check has to
    contain: at least half of those that are none."""
    named = {at for name in _NAME.finditer(message) for at in range(*name.span())}
    own = [
        letter.start() not in named
        for letter in _LETTER.finditer(message)
        for _ in letter.group().casefold()
    ]
    return sum(own[place] for place in places) >= _HALF * sum(own)


def handed_on(line: str, program: str) -> str:
    """Why a line is not the message of the program that wrote it, in words; "" if it may be.

    What a utility has to say begins with its name. So it is, or is behind the name of a script and
    the number of a line, with a shell, which also tells how a program was ended.
    """
    named = _NAMED.match(line)
    if program and named and named["name"] in UTILITIES - {program}:
        return f"{program} printed it, not {named['name']}"
    if program in FILTERS and not re.search(rf"\b{re.escape(program)}: ", line):
        return f"{program} was given it to print"
    if program in SHELLS and not _OF_A_SHELL.match(line):
        return f"{program} was told to print it"
    return ""


def squeezed(text: str) -> str:
    """The letters and digits of a text: what padding, quotes and prefixes leave of it."""
    return "".join(_LETTER.findall(text)).casefold()


def _decoded(text: str) -> Iterator[str]:
    """The other readings of a text that authors of checks know."""
    yield _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16) if m[1] or m[2] else int(m[3], 8)), text)
    yield text[::-1]
    yield html.unescape(unquote(text))
    yield _NAMED_CHARACTER.sub(lambda m: _character(m[1]), text)
    yield codecs.encode(text, "rot13")
    yield re.sub(r"['\"]\s*(?:\+|\.|,|\\\n)?\s*['\"]", "", text)  # 'No su' + 'ch file'
    yield "".join(
        "".join(chr(int(number)) for number in found[1].split(",") if _is_character(number))
        for found in _CHARACTER.finditer(text)
    )
    for found in _NUMBERS.finditer(text):
        yield "".join(chr(int(n)) for n in re.findall(r"\d+", found.group()) if _is_character(n))
    for found in _DELETED.finditer(text):
        yield re.sub(f"[{re.escape(found[found.lastgroup or 0])}]", "", text)
    for found in _ENCODED.finditer(text):
        yield from _bytes(base64.b64decode, found.group())
        yield from _bytes(base64.b32decode, found.group())
        yield from _bytes(_unpacked, found.group())
    for found in _PRINTABLE.finditer(text):
        yield from _bytes(base64.b85decode, found.group())
        yield from _bytes(base64.a85decode, found.group())
    for found in _HEXADECIMAL.finditer(text):
        yield from _bytes(bytes.fromhex, re.sub(r"[\s:,]", "", found.group()))


def _character(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return ""


def _unpacked(text: str) -> bytes:
    """What was compressed, and then written in base64."""
    packed = base64.b64decode(text)
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(packed, _LARGEST)


def _is_character(number: str) -> bool:
    return number.strip().isdigit() and 9 <= int(number) < 0x11_0000


def _bytes(decode: Callable[[str], bytes], text: str) -> Iterator[str]:
    padded = text + "=" * (-len(text) % 4)
    for each in dict.fromkeys((text, padded)):
        try:
            yield decode(each).decode("utf-8", "replace")
        except (ValueError, binascii.Error, zlib.error):
            continue
