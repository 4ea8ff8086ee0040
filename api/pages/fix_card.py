"""The fix card: one error with its cause, its fix, and who ran it where."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.pages.html.markdown import PageContext, code_in, fragment_html
from api.responses.urls import error_anchors
from corpus.checks.claims import first_fix
from corpus.checks.trust import EntryTrust, Trust
from corpus.document.outline import ErrorEntry

_EXCERPT = 400
"""Characters of the section about the fix, where an article has no table of errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixCard:
    """An error, why it happens, what to do; without error and trust, of a whole article."""

    error: str = ""
    cause: Markup | str = ""
    solution: Markup
    trust: EntryTrust | None = None
    anchor: str
    """Of the row, or of the section that the solution is the beginning of."""


def card_of(error: ErrorEntry, trust: Trust) -> FixCard:
    """The card of one error."""
    return FixCard(
        error=error.error,
        cause=code_in(error.cause, error.code),
        solution=code_in(error.solution, error.code),
        trust=trust.of(error.anchor),
        anchor=error.anchor,
    )


def best_card(
    errors: Sequence[ErrorEntry], trust: Trust, *, wanted: str, body: str, context: PageContext
) -> FixCard | None:
    """The card of the error that is `wanted`, by anchor or page, else of the first with a fix.

    An article without such a table has a card with how its section about the fix begins.
    """
    asked = [error for error in errors if error.anchor in error_anchors(wanted)]
    error = next((each for each in (*asked, *errors) if each.solution), None)
    if error is not None:
        return card_of(error, trust)
    found = first_fix(body, most=_EXCERPT)
    return FixCard(solution=fragment_html(found[1], context), anchor=found[0]) if found else None
