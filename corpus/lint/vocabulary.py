"""Patterns of lints, built from the `lint.toml` of all languages."""

import re
from collections.abc import Mapping

from languages import LanguageError
from languages.loader import check_expression, file_of, tables

_WORD = r"[^\s.;!?>*_`]{1,60}+"
"""A word holds nothing that a space stands for, or each of many would be read to the end."""
_SHARED = {
    "files": (
        r"(?:(?:~|\$HOME|/root|/home/\w{1,32})?/?\.(?:ssh|aws|gnupg|kube)\b[!-~]{0,60}+"
        r"|\bid_(?:rsa|ed25519|ecdsa)\b|(?<![\w.])\.env\b|/etc/shadow\b|\.netrc\b|\.npmrc\b"
        r"|\.pgpass\b|\.git-credentials\b|\bkubeconfig\b)"
    ),
    "words": rf"(?:{_WORD} ){{0,6}}?",
    "more_words": rf"(?: {_WORD}){{0,4}}?",
}
"""The pieces that all languages have."""
_PIECE = re.compile(r"\{([a-z_]+)\}")


def any_of(key: str, *others: str) -> re.Pattern[str]:
    """One pattern of a list of all languages, and others.

    A space in them stands for line ends and emphasis, too. Raises LanguageError for a piece
    that there is not, and for what is no regular expression.
    """
    found = list(others)
    for lang, table in tables("lint").items():
        pieces, place = _SHARED | table["pieces"], f"{file_of(lang, 'lint')}: {key}"
        found += [check_expression(_fill(entry, pieces, place), place) for entry in table[key]]
    spaced = (entry.replace(" ", r"(?:[\s>*_`]++)") for entry in found)
    return re.compile("|".join(f"(?:{entry})" for entry in spaced), re.IGNORECASE)


def _fill(expression: str, pieces: Mapping[str, str], place: str) -> str:
    def piece(match: re.Match[str]) -> str:
        if match[1] not in pieces:
            raise LanguageError(f"{place}: there is no piece {match[0]}")
        return _fill(pieces[match[1]], pieces, place)

    return _PIECE.sub(piece, expression)
