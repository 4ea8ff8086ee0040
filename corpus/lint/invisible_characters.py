"""Characters that nobody sees: those that turn text around, smuggle text, or split words.

What changes the meaning of what is seen is an error: bidirectional controls (CVE-2021-42574,
"Trojan Source"), tag characters, runs of variation selectors, control characters, and
anything invisible inside code. In prose, an invisible character is worth a look, unless its
script needs it or it joins an emoji.
"""

import html
import re
import unicodedata
from collections.abc import Iterator

from corpus.lint.layout import Layout, LintFinding

_CANDIDATE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAG = re.compile("[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
"""The flags of England, Scotland and Wales are made of tags."""
_SELECTOR = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_IDEOGRAPHIC = re.compile("[\U000e0100-\U000e01ef]")
_MARK = re.compile("[\u061c\u200e\u200f]")
_REFERENCE = re.compile(r"&#(?:x[0-9a-f]{1,6}|\d{1,7});", re.IGNORECASE)

_JOINING = (
    "ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
    "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN", "MYANMAR", "KHMER",
)  # fmt: skip
"""Scripts whose letters take other shapes with a joiner or a non-joiner between them."""
_SPACELESS = ("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "JAVANESE", "BALINESE")
"""Scripts without spaces, where one that is not seen says where a line may end."""


def hidden_characters(layout: Layout) -> Iterator[LintFinding]:
    """Every hidden character that has no business where it stands."""
    text = layout.text
    flags = {at for match in _FLAG.finditer(text) for at in range(*match.span())}
    for match in _CANDIDATE.finditer(text):
        at = match.start()
        if at in flags or (at == 0 and match[0] == "\ufeff"):
            continue
        in_code = layout.is_code(at) and not _is_byte_order_mark(text, at)
        if _changes_meaning(text, at) or (in_code and not _is_at_home(layout, at)):
            yield LintFinding(at, f"hidden character {_character_name(match[0])}", error=True)
        elif match[0] != "\xad" and not _is_at_home(layout, at):
            yield LintFinding(at, f"hidden character {_character_name(match[0])}")
    for match in _REFERENCE.finditer(text):
        character = html.unescape(match[0])
        turns_or_tags = _TURNING.match(character) or _TAG.match(character)
        if turns_or_tags and not layout.is_code(match.start()):
            message = f"hidden character {_character_name(character)}, written as {match[0]}"
            yield LintFinding(match.start(), message, error=True)


def _is_byte_order_mark(text: str, at: int) -> bool:
    """Whether it begins a line, as in samples that show what such a mark does: worth a look."""
    return text[at] == "\ufeff" and text[max(at - 1, 0) : at] in ("", "\n")


def _changes_meaning(text: str, at: int) -> bool:
    character, before = text[at], text[at - 1 : at]
    if _SELECTOR.match(character):
        alone = not _SELECTOR.match(before)
        return not alone or bool(_IDEOGRAPHIC.match(character) and "CJK" not in _name(before))
    control = unicodedata.category(character) == "Cc" and character != "\x0c"
    return bool(control or _TURNING.match(character) or _TAG.match(character))


def _is_at_home(layout: Layout, at: int) -> bool:
    """Whether its script, or an emoji, needs the character at this place."""
    text = layout.text
    character, before, after = text[at], text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if _SELECTOR.match(character):
        return True
    if _MARK.match(character):
        return layout.is_right_to_left(at)
    if character == "\xad":  # UTF-8 that was read as Latin-1 is full of them
        return "\x80" <= before <= "\xff"
    if character == "\u200d" and _is_picture(before) and _is_picture(after):
        return True
    if character in "\u200c\u200d":
        return _name(before).startswith(_JOINING)
    if character in "\u200b\u2060":
        return _name(before).startswith(_SPACELESS) or _name(after).startswith(_SPACELESS)
    return False


def _is_picture(character: str) -> bool:
    return bool(_SELECTOR.match(character)) or unicodedata.category(character or "a") in (
        "So",
        "Sk",
    )


def _name(character: str) -> str:
    return unicodedata.name(character, "") if character else ""


def _character_name(character: str) -> str:
    return f"U+{ord(character):04X} {_name(character) or 'CONTROL CHARACTER'}"
