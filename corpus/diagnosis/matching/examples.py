"""Examples: whether a message is a claim's, word for word, with other values in it.

Values stand in quotes, or in places that the author left open, but as often bare: `when calling
the PutObject operation`. Where two messages are the same but for words that look like
identifiers, paths or numbers, the claim's are examples.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from corpus.diagnosis.signatures.masking import BLANK, OPEN

_AROUND = "\"'`“”‘’«»()[]{}<>.,:;!?"
_IDENTIFIER = re.compile(r"[a-z][A-Z]|[\w)][./\\_@$:]+\w|\d|^[./~$@]")
"""What only an identifier, a path or a number has: `PutObject`, `com.example`, `v2`."""
_PROPER = re.compile(r"[A-Z][a-z]+")
"""A word that may be an identifier, where another one surely is: `Helper`."""
_NAMES_ERROR = re.compile(r"(?:Error|Exception|Warning|Fault|Type)\b|^\(.+\)\W*$|^E[A-Z]{3,}$")
"""An identifier that says which error it is, or of which kind."""
_LABELS = re.compile(r"(?:[\w.-]+: |\[\w+\] |\(\d+\) )+")
"""`fatal: `, `nginx: [emerg] `, `curl: (7) `."""
_BEFORE = 4
"""Words that may stand before a message, or be left out there: `Exception in thread "main"`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """How a message differs from a claim in nothing but values."""

    values: tuple[tuple[str, str], ...]
    """Pairs of a value of the message and the claim's in its place."""
    is_whole: bool
    """Whether the message has all of the claim and no more."""


def fills(observed: str, claimed: str) -> bool:
    """Whether a message is what a claim says, word for word, with any value in the places that the
    author left open, of which there is one at least; a value holds no message of its own, and is
    one word where the claim begins with it."""
    values = blank_values(observed, claimed)
    return (
        bool(values)
        and all(value and ": " not in value for value in values)
        and (BLANK.match(claimed) is None or " " not in values[0].strip())
    )


def blank_values(observed: str, claimed: str) -> tuple[str, ...]:
    """What a message has in the places that a claim leaves open, in lower case; nothing where it
    differs elsewhere."""
    first, *others = BLANK.sub(OPEN, claimed).casefold().split(OPEN)
    text = observed.casefold()
    if not others or not (text.startswith(first) and text.endswith(others[-1])):
        return ()
    at, end = len(first), len(text) - len(others[-1])
    values = []
    for part in others[:-1]:
        found = text.find(part, at + 1, end)
        if found < 0:
            return ()
        values.append(text[at:found])
        at = found + len(part)
    return (*values, text[at:end])


def unlabelled(message: str) -> str:
    """A message without what programs put before it: their name, a kind of error, a number."""
    labels = _LABELS.match(message)
    return message[labels.end() :] if labels else message


def substitution(observed: str, claimed: str) -> Substitution | None:
    """The values of a message that stand for others of a claim, or None where more than values
    differs.

    The end of the claim may be cut off, and its beginning left out; a few words may stand before
    the message.
    """
    seen, said = _words(observed), _words(BLANK.sub(OPEN, claimed))
    return _substitution(seen, said) or _substitution(seen, said[: len(seen)], is_cut=True)


def _substitution(
    seen: Sequence["_Word"], said: Sequence["_Word"], *, is_cut: bool = False
) -> Substitution | None:
    """The substitution of the words of a claim, or of its first ones."""
    steps = Levenshtein.opcodes([w.key for w in seen], [w.key for w in said])
    values: list[tuple[str, str]] = []
    for number, step in enumerate(steps):
        here, there = seen[step.src_start : step.src_end], said[step.dest_start : step.dest_end]
        if step.tag == "replace" and all(map(_is_other_value, here, there)):
            values += [(one.text, two.text) for one, two in zip(here, there, strict=True)]
        elif step.tag == "replace":
            return None
        elif step.tag != "equal":
            around = said[max(0, step.dest_start - 1) : step.dest_end + 1]
            is_open = step.tag == "delete" and any(OPEN in word.key for word in around)
            is_before, is_end = number == 0, step.tag == "insert" and number == len(steps) - 1
            if is_before:
                is_before = len(there) <= _BEFORE and _ends_prefix(here)
            if not (is_open or is_before or is_end) or len(here) > _BEFORE:
                return None
            is_cut = is_cut or not is_open
    return Substitution(values=tuple(values), is_whole=not is_cut)


def _ends_prefix(words: Sequence["_Word"]) -> bool:
    """Whether what stands before a message is no part of its sentence."""
    return not words or words[-1].text.endswith((":", '"', "]", ")"))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a message as it is written, and what it is compared by."""

    text: str
    key: str


@lru_cache(4_096)
def _words(text: str) -> tuple[_Word, ...]:
    bare = [(word, word.strip(_AROUND)) for word in text.split()]
    return tuple(_Word(word, inside.casefold()) for word, inside in bare if inside)


def _is_other_value(observed: _Word, claimed: _Word) -> bool:
    """Whether a word of a message is a value that stands for another one: both look like values,
    and neither says which error it is."""
    if OPEN in claimed.key:
        return True
    if any(_NAMES_ERROR.search(each.text) for each in (observed, claimed)):
        return False
    words = [each.text.strip(_AROUND) for each in (observed, claimed)]
    surely = [_IDENTIFIER.search(word) is not None for word in words]
    return any(surely) and all(
        is_sure or _PROPER.fullmatch(word) for is_sure, word in zip(surely, words, strict=True)
    )
