"""Gaps as objects."""

from typing import Annotated

from api.responses.model import Model, doc


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
