"""Which representation and which language a request wants (RFC 9110, section 12)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.errors import FixbookError

HTML = "text/html"
JSON = "application/json"
MARKDOWN = "text/markdown"


class NotAcceptable(FixbookError):
    """The request accepts nothing that there is."""

    code = "NOT_ACCEPTABLE"
    status = 406


def prefers_markdown(accept: str) -> bool:
    """Whether Markdown is wanted more than JSON, or just as much and named first.

    Raises NotAcceptable when the header allows neither.
    """
    ranges = list(_weighted(accept))
    families = (MARKDOWN, JSON, HTML)
    if accept.strip() and all(_quality(family, ranges) <= 0 for family in families):
        raise NotAcceptable(f"this resource comes as {JSON} and {MARKDOWN}")
    return wants_markdown(accept)


def wants_markdown(accept: str) -> bool:
    """The same where anything else is answered with JSON, as lists always did."""
    return prefers(accept, MARKDOWN, over=JSON)


@lru_cache(1024)
def prefers(accept: str, media_type: str, *, over: str) -> bool:
    """Whether one form is wanted more than another that comes by default."""
    ranges = list(_weighted(accept))
    wanted, other = _quality(media_type, ranges), _quality(over, ranges)
    named = [name for name, _ in ranges if name in (media_type, over)]
    return wanted > other or (wanted == other > 0 and named[:1] == [media_type])


@lru_cache(1024)
def best_language(wanted: str, header: str, available: tuple[str, ...], default: str) -> str:
    """The best of the available languages: the one named, else by header, else the default."""
    if wanted:
        return _match(wanted, available) or _fallback(available, default)
    for name, quality in sorted(_weighted(header), key=lambda item: -item[1]):
        if quality > 0 and (found := _match(name, available)):
            return found
    return _fallback(available, default)


def preferred_language(wanted: str, header: str, default: str) -> str:
    """The primary language that a list should prefer, whether or not an article has it."""
    if wanted:
        return _tag(wanted).split("-")[0]
    ranked = sorted(_weighted(header), key=lambda item: -item[1])
    names = [name.split("-")[0] for name, quality in ranked if quality > 0 and name != "*"]
    return names[0] if names else default


def in_own_words(lang: str) -> str:
    """The language in which Fixbook itself speaks to a reader of `lang`."""
    return "zh" if lang == "zh" else "en"


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


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    for item in header.split(","):
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
    """The weight of the most specific range that covers a media type."""
    family = media_type.partition("/")[0]
    for pattern in (media_type, f"{family}/*", "*/*"):
        for name, quality in ranges:
            if name == pattern:
                return quality
    return 0.0
