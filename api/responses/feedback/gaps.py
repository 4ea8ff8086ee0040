"""Gaps as objects."""

from collections.abc import Iterable
from typing import Annotated

from api.responses.model import Model, doc
from corpus.feedback.gaps import Gap


class GapObject(Model):
    """An error that was asked about and not found."""

    signature: Annotated[str, doc("Its masked signature; the text is not stored.")]
    asked: int
    callers: Annotated[int, doc("How many API keys and addresses, up to 20.")]
    first_at: str
    last_at: str
    nearest: Annotated[str | None, doc("The slug of the nearest article.")]


class GapsObject(Model):
    """What was asked and not found, most asked first."""

    items: list[GapObject]


def gaps_object(found: Iterable[Gap]) -> GapsObject:
    """The gaps as an object."""
    return GapsObject(items=[GapObject.of(gap) for gap in found])
