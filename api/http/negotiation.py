"""Content negotiation (RFC 9110, section 12): which format and language a request prefers."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.errors import FixbookError

HTML = "text/html"
JSON = "application/json"
MARKDOWN = "text/markdown"


class NotAcceptable(FixbookError):
    """The request accepts none of the available formats."""

    code = "NOT_ACCEPTABLE"
    status = 406


def prefers_markdown(accept: str) -> bool:
    """Whether Markdown is preferred to JSON, or ranks equal and is named first.

    Raises NotAcceptable if the header allows neither.
    """
    if not _accepts_any(accept):
        raise NotAcceptable(f"this resource is available as {JSON} and {MARKDOWN}")
    return wants_markdown(accept)


def wants_markdown(accept: str) -> bool:
    """The same for lists, which answer any other header with JSON."""
    return prefers(accept, MARKDOWN, over=JSON)


_REPRESENTATIVES = (
    "*/*",
    "application/json, text/markdown",
    "text/html",
    "text/html, text/markdown",
    "text/markdown, application/json",
    "text/markdown, text/html",
    "image/png",
)
"""An Accept header for each possible outcome of the negotiation; the last one allows nothing."""
LONGEST_CHOICE = 1_024
"""Bytes of a header that are read. No browser sends more."""
_MOST_LANGUAGES = 16
_MEDIA_RANGE = re.compile(r"[^\s/]+/[^\s/]+")
_LANGUAGE = re.compile(r"[a-z]{1,8}(?:[-_][a-z0-9]{1,8})*")


def canonical_choice(accept: bytes, accept_language: bytes) -> tuple[bytes, bytes]:
    """Both headers in a canonical form with the same outcome, so that a cache can use it as key."""
    form = _BY_CHOICE[_choice(accept.decode("latin-1"))]
    languages = ",".join(ranked_languages(accept_language.decode("latin-1")))
    return form.encode(), languages.encode()


def ranked_languages(header: str) -> list[str]:
    """The languages of an Accept-Language header, best first, each primary language once.

    A tag matches any variant of its primary language, so later variants make no difference.
    """
    ranked = sorted(weighted_items(header), key=lambda item: -item[1])
    names = [name for name, quality in ranked if quality > 0 and _LANGUAGE.fullmatch(name)]
    firsts: dict[str, str] = {}
    for name in map(_tag, names):
        firsts.setdefault(name.partition("-")[0], name)
    return list(firsts.values())[:_MOST_LANGUAGES]


@lru_cache(1024)
def prefers(accept: str, media_type: str, *, over: str) -> bool:
    """Whether one media type is preferred to another, which is the default."""
    ranges = _ranges(accept)
    wanted, other = _quality(media_type, ranges), _quality(over, ranges)
    named = [name for name, _ in ranges if name in (media_type, over)]
    return wanted > other or (wanted == other > 0 and named[:1] == [media_type])


@lru_cache(1024)
def best_language(wanted: str, header: str, available: tuple[str, ...], default: str) -> str:
    """The best available language: as `wanted`, else by the header, else the default."""
    if wanted:
        return _match(wanted, available) or _fallback(available, default)
    for name in ranked_languages(header):
        if found := _match(name, available):
            return found
    return _fallback(available, default)


def preferred_language(wanted: str, header: str, default: str) -> str:
    """The primary language that a list should prefer, whether or not articles have it."""
    if wanted:
        return _tag(wanted).split("-")[0]
    names = ranked_languages(header)
    return names[0].split("-")[0] if names else default


def _fallback(available: Sequence[str], default: str) -> str:
    return default if default in available else available[0]


def _match(wanted: str, available: Sequence[str]) -> str | None:
    """The same tag, or one with the same primary language (RFC 4647, lookup)."""
    lowered = {name.lower(): name for name in available}
    wanted = _tag(wanted)
    if wanted in lowered:
        return lowered[wanted]
    primary = wanted.split("-")[0]
    return next((n for low, n in lowered.items() if low.split("-")[0] == primary), None)


def _tag(language: str) -> str:
    return language.lower().replace("_", "-")


def weighted_items(header: str) -> Iterator[tuple[str, float]]:
    """The items of a header with their `q`, 0 if it is not a number (RFC 9110, 12.4.2)."""
    for item in header[:LONGEST_CHOICE].split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        if name:
            yield name, _q(parameters)


def _q(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that matches a media type."""
    family = media_type.partition("/")[0]
    for pattern in (media_type, f"{family}/*", "*/*"):
        for name, quality in ranges:
            if name == pattern:
                return quality
    return 0.0


def _accepts_any(accept: str) -> bool:
    """Whether the header allows any format. Without a header, all are allowed."""
    ranges = _ranges(accept)
    return any(_quality(family, ranges) > 0 for family in (MARKDOWN, JSON, HTML))


def _ranges(accept: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header; a header that names none allows all."""
    ranges = [item for item in weighted_items(accept) if _MEDIA_RANGE.fullmatch(item[0])]
    return ranges or [("*/*", 1.0)]


def _choice(accept: str) -> tuple[bool, ...]:
    """Every question that is asked of an Accept header."""
    return (
        _accepts_any(accept),
        prefers(accept, MARKDOWN, over=JSON),
        prefers(accept, MARKDOWN, over=HTML),
        prefers(accept, HTML, over=JSON),
    )


_BY_CHOICE = {_choice(accept): accept for accept in _REPRESENTATIVES}
