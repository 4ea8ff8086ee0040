"""Finds prompt injection: text that gives instructions to an agent that reads it.

Articles about agents talk of prompts all the time, so this looks for what turns a reader
against the one it works for: dropping earlier instructions, taking on another role, keeping
something from the user. What only sounds like a prompt is not looked for in code, where
articles show prompts. What no reader sees has no business to address a machine at all.
"""

import re
from collections.abc import Iterator

from corpus.lint.layout import Layout, LintFinding
from corpus.lint.lookalikes import readings
from corpus.lint.vocabulary import any_of

_TEMPLATE = (
    r"<\|(?:im_start|im_end|system|endoftext|eot_id|start_header_id)\|>|\[/?INST\]|<</?SYS>>"
)
"""Control tokens of language models."""
_OVERRIDE = any_of("override", _TEMPLATE)
"""Suspicious anywhere, also in code."""
_SECRETS = any_of("secrets")
_ROLE = any_of("role")
"""Suspicious in prose. In code it is an example, or a program's own prompt."""
_ADDRESS = any_of("address")
"""Suspicious in text that readers do not see."""

_STYLES = (
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])|"
    r"color\s*:\s*(?:white|transparent|#fff(?:fff)?)\b"
)
_UNSEEN = re.compile(
    rf"<\w+\s[^<>]{{0,400}}?(?:style\s*=\s*[\"'][^\"'<>]{{0,400}}?(?:{_STYLES})|"
    r"\bhidden(?=[\s>=]))[^<>]{0,400}>",
    re.IGNORECASE,
)


def instructions(layout: Layout) -> Iterator[LintFinding]:
    """Every place that reads like an instruction to an agent."""
    orders: dict[int, LintFinding] = {}
    for text in readings(layout.text):
        for order in _orders(layout, text):
            orders.setdefault(order.at, order)
    yield from orders.values()
    for match in _UNSEEN.finditer(layout.text):
        if not layout.is_code(match.start()):
            yield _finding(layout, match, "text that readers do not see")


def _orders(layout: Layout, text: str) -> Iterator[LintFinding]:
    """Findings in one reading of a text."""
    for match in _OVERRIDE.finditer(text):
        yield _finding(layout, match, "reads like an order to an agent")
    for match in _SECRETS.finditer(text):
        yield _finding(layout, match, "reads like an order to give secrets away")
    for match in _ROLE.finditer(text):
        at = match.end() - len(match[0].lstrip())
        if not layout.is_code(at):
            yield _finding(layout, match, "reads like an order to an agent")
    for comment in layout.comments:
        for match in _ADDRESS.finditer(text, comment.start, comment.end):
            yield _finding(layout, match, "addresses an agent in a comment")


def _finding(layout: Layout, match: re.Match[str], what: str) -> LintFinding:
    """A finding that quotes the original text."""
    written = layout.text[match.start() : match.end()]
    at = match.end() - len(written.lstrip())
    return LintFinding(at, f"{what}: {_quote(written)}")


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return repr(words if len(words) <= 80 else f"{words[:79]}…")
