"""A diagnosis in a few lines, and only if it is sure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cli.output import labelled_lines
from corpus.text.escaping import one_line

MOST_LINES = 12
SURE = ("exact", "likely")
"""Outcomes that speak up, in the words of an answer."""
_LONGEST = 400
"""Characters of a line."""


def advice(found: Mapping[str, Any]) -> list[str]:
    """What a sure diagnosis says: the message, cause, fix, who ran it where, the address."""
    if not is_sure(found):
        return []
    match = found["matches"][0]
    error = match["error"]
    lines = [
        f"fixbook: {match['outcome']}: {error['error']}",
        *(f"  {line}" for line in labelled_lines("cause", error["cause"])),
        *(f"  {line}" for line in labelled_lines("fix", error["solution"])),
        f"  trust: {_trust(error['trust'])}",
        f"  {address(match)}",
    ]
    shown = [_short(line) for line in lines]
    # What the fix has too many lines for: who ran it and the address stay.
    return [*shown[:-2][: MOST_LINES - 2], *shown[-2:]]


def is_sure(found: Mapping[str, Any]) -> bool:
    """Whether a diagnosis says enough to speak up."""
    matches = found["matches"]
    return found["outcome"] in SURE and bool(matches) and bool(matches[0]["error"])


def address(match: Mapping[str, Any]) -> str:
    """The page of the row that matches."""
    parts = urlsplit(match["url"])
    prefix = parts.path.partition("/api/v1/")[0]
    anchor = f"#{match['error']['anchor']}" if match["error"]["anchor"] else ""
    page = f"{prefix}/en/articles/{match['slug']}{anchor}"
    return f"{parts.scheme}://{parts.netloc}{page}"


def _trust(trust: Mapping[str, Any]) -> str:
    """Who ran the fix where, or what else is known of it."""
    places = [
        ", ".join((place["os"], *(f"{name} {v}" for name, v in place["programs"].items())))
        for place in trust["environments"]
        if place["outcome"] == "fixed"
    ]
    if trust["level"] != "executed" or not places:
        return f"{trust['level']}"
    return f"executed {trust['lastRun'][:10]} in {'; '.join(places)}"


def _short(line: str) -> str:
    shown = one_line(" ".join(line.split()) if not line.startswith("  ") else line.rstrip())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
