"""Runs all lints on a file: hidden characters, prompt injection, dangerous commands.

An author who means it says so, in a comment that every reviewer sees:

    <!-- fixbook: allow instructions -->                     in the section it stands in
    <!-- fixbook: allow hidden-characters everywhere: why -->  in the whole document
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from corpus.lint.dangerous_commands import dangers
from corpus.lint.invisible_characters import hidden_characters
from corpus.lint.layout import Layout, LineSpan, LintFinding
from corpus.lint.prompt_injection import instructions
from corpus.lint.secrets import secrets
from corpus.lint.stubs import stubs

Looking = Callable[[Layout], Iterator[LintFinding]]

KINDS: Mapping[str, Looking] = {
    "hidden-characters": hidden_characters,
    "instructions": instructions,
    "dangerous-commands": dangers,
}
"""The lints, by their names in allowances."""
STRICT_KINDS: Mapping[str, Looking] = {**KINDS, "secrets": secrets, "stubs": stubs}
"""Those for a text of somebody unknown: real secrets and unwritten passages, too."""

_ALLOWANCE = re.compile(
    r"<!--\s*fixbook:\s*allow(?P<kinds>(?:[\s,]+(?!everywhere\b)[\w-]+)*)"
    r"(?P<everywhere>\s+everywhere)?\s*(?::.*?)?-->",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, order=True)
class Suspicion:
    """A finding: its line in the text (from 1), and whether it is an error."""

    line: int
    message: str
    error: bool


LOOKED_THROUGH = 300_000
"""Characters of a file: fifty patterns in four readings take under two seconds. The longest
of 2,000 real articles has 89,000."""
_MOST = 1_000
"""After this many findings of one kind, a file is not read further."""


@dataclass(frozen=True, slots=True)
class _Allowance:
    """An allowance of a lint in a section (None: in all of them), and where it is written."""

    kind: str
    at: int
    section: LineSpan | None


def suspicions(text: str, *, of_stranger: bool = False) -> list[Suspicion]:
    """All findings in a file that are not allowed there, by line.

    A text `of_stranger` goes through the strict lints, and cannot allow itself anything.
    """
    layout = Layout(text[:LOOKED_THROUGH])
    allowances = [] if of_stranger else list(_allowances(layout))
    allowed = {(allowance.kind, allowance.section) for allowance in allowances}
    found: set[Suspicion] = set()
    for kind, look in (STRICT_KINDS if of_stranger else KINDS).items():
        looked = (
            Suspicion(layout.line(finding.at), finding.message, finding.error)
            for finding in look(layout)
            if allowed.isdisjoint(((kind, None), (kind, layout.section(finding.at))))
        )
        first = list(islice(looked, _MOST))
        found.update(first)
        if len(first) == _MOST:  # never silently: what comes after may be worse
            message = f"{_MOST} {kind} up to here; what comes after was not looked at"
            found.add(Suspicion(first[-1].line, message, error=True))
    unknown = (allowance for allowance in allowances if allowance.kind not in KINDS)
    for allowance in unknown:
        message = f"allows {allowance.kind!r}; what can be allowed is {', '.join(KINDS)}"
        found.add(Suspicion(layout.line(allowance.at), message, error=False))
    if len(text) > LOOKED_THROUGH:
        message = f"longer than {LOOKED_THROUGH} characters; what follows is not looked through"
        found.add(Suspicion(layout.line(LOOKED_THROUGH), message, error=True))
    return sorted(found)


def _allowances(layout: Layout) -> Iterator[_Allowance]:
    for comment in layout.comments:
        match = _ALLOWANCE.fullmatch(layout.text, comment.start, comment.end)
        if match is None:
            continue
        section = None if match["everywhere"] else layout.section(comment.start)
        for kind in re.findall(r"[\w-]+", match["kinds"]):
            yield _Allowance(kind, comment.start, section)
