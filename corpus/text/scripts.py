"""The language of a text, where its script alone says which it is."""

import re

_LOOKED_AT = 20_000
"""Characters from the start: enough to tell."""
_CODE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LETTER = re.compile(r"[A-Za-z]")
_LETTERS_OF_A_WORD = 5
"""How many Latin letters weigh as much as one ideograph."""


def language_of(text: str) -> str | None:
    """`zh` or `ja` for prose that is mostly written so, whatever its code is; else None."""
    prose = " ".join(_CODE.split(text[:_LOOKED_AT])[::2])
    han, kana = len(_HAN.findall(prose)), len(_KANA.findall(prose))
    if (han + kana) * _LETTERS_OF_A_WORD <= len(_LETTER.findall(prose)):
        return None
    return "ja" if kana * 4 > han else "zh"
