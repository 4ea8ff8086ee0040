"""Excerpts with the words that were asked for marked, as text or as safe HTML."""

import html
from collections.abc import Collection, Sequence
from enum import StrEnum

from corpus.search.analysis import Kind, tokenize

WIDTH = 180
"""Characters of an excerpt, about."""


class Highlight(StrEnum):
    """How found words are marked."""

    TEXT = "text"
    HTML = "html"
    NONE = "none"


Span = tuple[int, int]


def excerpt(text: str, wanted: Collection[str], style: Highlight) -> str | None:
    """The part of a text with the most of the wanted terms; None if it has none of them.

    Plain text comes back as it is, cut at white space; HTML is escaped, with `<mark>`
    around what was found.
    """
    spans = _found(text, wanted)
    if not spans:
        return None
    start, end = _window(text, spans)
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    shown = _marked(text[start:end], [(a - start, b - start) for a, b in inside], style)
    shown = shown.strip()
    return f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}"


def _found(text: str, wanted: Collection[str]) -> list[Span]:
    """Where wanted terms stand: apart, in order, overlapping ones joined."""
    spans: list[Span] = []
    for token in tokenize(text):
        if token.term not in wanted:
            continue
        if spans and token.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], token.end))
        elif spans and token.kind is Kind.CJK and token.start == spans[-1][1]:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return spans


def _window(text: str, spans: Sequence[Span]) -> Span:
    """The slice of about WIDTH characters that holds most spans, cut at white space."""
    if len(text) <= WIDTH:
        return 0, len(text)
    best = max(
        spans, key=lambda span: sum(span[0] <= a < span[0] + WIDTH * 3 // 4 for a, _ in spans)
    )
    start = max(best[0] - WIDTH // 4, 0)
    end = min(max(start + WIDTH, best[1]), len(text))
    if start:
        space = _space(text, start, best[0])
        start = space if space >= 0 else start
    if end < len(text):
        last = max(b for a, b in spans if a < end)
        space = text.rfind(" ", max(last, start), end)
        end = max(space if space > 0 else end, min(last, len(text)))
    return start, end


def _space(text: str, start: int, end: int) -> int:
    return next((at + 1 for at in range(start, end) if text[at].isspace()), -1)


def _marked(text: str, spans: Sequence[Span], style: Highlight) -> str:
    if style is not Highlight.HTML:
        return text
    pieces, at = [], 0
    for start, end in spans:
        pieces.append(html.escape(text[at:start]))
        pieces.append(f"<mark>{html.escape(text[start:end])}</mark>")
        at = end
    return "".join(pieces) + html.escape(text[at:])
