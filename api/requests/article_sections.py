"""The section of an article that a request asks for."""

from collections.abc import Sequence

from api.responses.urls import error_anchors
from corpus.document.outline import ErrorEntry
from corpus.document.sections import Part, choose, parts_of
from corpus.errors import Complaint, InvalidRequest
from corpus.store.entry import Entry

LISTED = 100
"""Sections to name, at most."""
_PURPOSES = ("fix", "cause", "errors", "questions", "summary")


def named_section(
    parts: Sequence[Part], wanted: str, errors: Sequence[ErrorEntry]
) -> list[Part] | None:
    """The parts that a reader names; an error may be named as its own page is."""
    for name in (wanted, error_anchors(wanted)[0]):
        if found := choose(parts, name, errors):
            return found
    return None


def section_of(entry: Entry, lang: str, wanted: str) -> list[Part]:
    """A section of an article in one of its languages. Raises InvalidRequest."""
    text, derived = entry.article.translation(lang), entry.of(lang)
    parts = parts_of(text, derived.sections)
    found = named_section(parts, wanted, derived.errors) if wanted.strip() else parts
    if found is None:
        raise no_such_section(wanted, parts)
    return found


def no_such_section(wanted: str, parts: Sequence[Part]) -> InvalidRequest:
    """The error for a section that an article does not have, with those that it has."""
    anchors = tuple(part.anchor for part in parts if part.anchor)[:LISTED]
    allowed = tuple(dict.fromkeys((*_PURPOSES, *anchors)))
    complaint = Complaint("section", "is not a section of this article", wanted[:100], allowed)
    return InvalidRequest(complaint)
