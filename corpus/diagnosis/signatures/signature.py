"""An error signature: what stays the same in an error message when its values change.

A message keeps two keys: its words with typed gaps for the values, and its codes, which
are never masked.
"""

from enum import StrEnum

import msgspec


class Origin(StrEnum):
    """Where a signature was found, best evidence first."""

    RUN = "run"
    ERROR = "error"
    QUOTE = "quote"
    SYMPTOM = "symptom"
    CODE = "code"
    KEYWORD = "keyword"
    TITLE = "title"
    OBSERVED = "observed"


ROWS = (Origin.RUN, Origin.ERROR)
"""Origins of what stands in the error table, with a cause and a solution."""
NAMES = (Origin.KEYWORD, Origin.TITLE)
"""Origins of what names an article."""


class Signature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An error message, masked."""

    template: str
    """The message with placeholders: `connect ECONNREFUSED <addr>:<port>`."""
    terms: tuple[str, ...]
    """Its invariant words in order, without codes and placeholders."""
    codes: tuple[str, ...] = ()
    """Its codes in canonical form."""
    hints: tuple[str, ...] = ()
    """Words in quotes, which may be a value or a part of the message."""
    gaps: tuple[int, ...] = ()
    """For each placeholder, the number of terms before it."""
    blanks: tuple[int, ...] = ()
    """Those of them that the author left open for any value."""
    colons: tuple[int, ...] = ()
    """For each colon of an observed line, the number of terms before it: errors are wrapped as
    `what was tried: why it failed`."""
    ends: tuple[int, ...] = ()
    """For each end of a clause of a claim, the number of terms before it: people paste less than an
    article has."""
    text: str
    """The original message."""
    origin: Origin
    anchor: str = ""
    """The anchor of its section."""
    remedy: str = ""
    """A hash of the row's solution: rows with the same solution are one case."""
