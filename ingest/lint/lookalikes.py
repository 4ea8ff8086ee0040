"""Letters and digits that look like others, written as those: `іgn0re` reads as `ignore`.

One character stands for one, so that an offset is the same in both texts. The letters are those
of Unicode's confusables (UTS 39) that Latin words are usually forged with; there are more.
"""

import re
import unicodedata
from collections.abc import Iterator

_LETTERS = dict(
    zip(
        "абвгеёзікмнорстухјѕһԁԛԝүѵьАВЕЗІЈКМНОРЅСТУХԌԚԜ"  # Cyrillic
        "αβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
        "ıɑɡɩʋƖ",  # Latin of other languages
        "a6breesikmhopctyxjshdqwyvbABE3IJKMHOPSCTYXGQWabyenikvoptuxwABEZHIKMNOPTYXiagivI",
        strict=True,
    )
)
_DIGITS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i"}
_DIGIT = r"[0134578@$!|]"
_IN_A_WORD = re.compile(
    rf"(?<=[a-z]){_DIGIT}(?=[a-z1])|\b1(?=[a-z])|(?<=[a-z]1)1|(?<=[a-z]){_DIGIT}\b", re.IGNORECASE
)


def readings(text: str) -> Iterator[str]:
    """The text, and what else it may be read as, each once."""
    plain = text if text.isascii() else "".join(map(_plain, text))
    spelled = (_spelled(plain, first=first, others=others) for first, others in ("ii", "il", "ll"))
    yield from dict.fromkeys((text, plain, *spelled))


def _plain(character: str) -> str:
    """The letter of ASCII that a character looks like: without accents, as wide as usual."""
    if character.isascii():
        return character
    if character in _LETTERS:
        return _LETTERS[character]
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and base.isalnum() else character


def _spelled(text: str, *, first: str, others: str) -> str:
    """The text with letters for the digits in its words; a 1 may stand for two."""

    def letter(match: re.Match[str]) -> str:
        begins = not text[max(match.start() - 1, 0) : match.start()].isalnum()
        return _DIGITS.get(match[0]) or (first if begins else others)

    return _IN_A_WORD.sub(letter, text)
