"""A message of a log."""

from dataclasses import dataclass

from languages.loader import pattern

_ERROR_WORD = pattern("logs", "error_words", flags=0)
"""Words that errors are told with, in lower case: ignoring case costs several times as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A line of a log that may be the error message."""

    line: int
    """Its number in the text, from 1."""
    text: str
    """The message without time, level, place and program."""
    shape: str
    """What kind of output it is: `python`, `compiler`, `npm`, …; `plain` if none is known."""
    weight: float
    """How much it looks like the message that matters: 1 is the last line of a trace."""
    tells_error: bool = True
    """Whether its words, its level or where it stands say that something failed."""


def speaks_of_error(text: str) -> bool:
    """Whether a text has a word that errors are told with."""
    return _ERROR_WORD.search(text.lower()) is not None
