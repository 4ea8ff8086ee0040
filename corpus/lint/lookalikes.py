"""Replaces lookalike letters and digits: `іgn0re` reads as `ignore`.

One character stands for one, so that an offset is the same in both texts. The letters are those
of Unicode's confusables (UTS 39) that Latin words are usually forged with; there are more.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_LETTERS = dict(
    zip(
        "абвгеёзікмнорстухјѕһԁԛԝүѵьАВЕЗІЈКМНОРЅСТУХԌԚԜ"  # Cyrillic
        "αβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
        "ıɑɡɩʋƖ",  # Latin of other languages
        "a6breesikmhopctyxjshdqwyvbABE3IJKMHOPSCTYXGQWabyenikvoptuxwABEZHIKMNOPTYXiagivI",
        strict=True,
    )
)
_WORD = re.compile(r"[a-z0-9@$]++", re.IGNORECASE)
_LETTER = re.compile(r"[a-z]", re.IGNORECASE)
_ONE = re.compile(r"1(?=1?[a-z])|(?<=[a-z])1|(?<=[a-z]1)1", re.IGNORECASE)
_DIGITS = str.maketrans("034578@$", "oeastbas")


def readings(text: str) -> Iterator[str]:
    """The text and its other readings, each once."""
    plain = text if text.isascii() else "".join(map(_plain, text))
    words = _WORD.sub(_spell, plain)
    ones = (_ONE.sub("i", words.replace("11", "ll")), _ONE.sub("l", words))
    yield from dict.fromkeys((text, plain, *ones))


def _spell(word: re.Match[str]) -> str:
    """A word with letters for its digits, all but 1; a number stays one."""
    return word[0].translate(_DIGITS) if _LETTER.search(word[0]) else word[0]


@lru_cache(1_024)
def _plain(character: str) -> str:
    """The letter of ASCII that a character looks like: without accents, as wide as usual."""
    if character.isascii():
        return character
    if character in _LETTERS:
        return _LETTERS[character]
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and base.isalnum() else character
