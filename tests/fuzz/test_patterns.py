"""No regular expression is slow: 64 KiB of anything take none of them more than 50 ms.

Inputs are made for each pattern (`pumps.py`). Small ones are tried first, and what looks
slow is tried at full size, so that only what is really slow fails.
"""

import heapq
import re
from collections.abc import Callable, Mapping

import pytest

from corpus.diagnosis.signatures.signature_parser import LONGEST_MESSAGE
from corpus.diagnosis.tuning import LONGEST_LINE
from tests.fuzz.patterns import Use, uses
from tests.fuzz.pumps import ENDS, pumps
from tests.fuzz.stopwatch import is_slow, seconds

SIZE = 65_536
"""Characters of the largest text that a reader can send."""
TRIED = 2_048
"""Characters of the inputs that all patterns are tried with."""
HOPELESS = 0.5
"""Seconds after which a small input needs no larger one."""
AGAIN, WORST = 24, 4
"""How many of them are measured again, and how many of those are tried at full size."""
TRUSTED = frozenset(("api.pages.html.assets", "api.specification", "api.responses.models"))
"""They read files and names of this repository."""
PIECES: Mapping[str, int] = {
    "corpus.diagnosis.logs.log_formats": LONGEST_LINE,
    "corpus.diagnosis.signatures.masking": LONGEST_MESSAGE,
    "corpus.diagnosis.signatures.signature_parser": LONGEST_MESSAGE,
    "corpus.diagnosis.logs.log_parser": LONGEST_LINE,
    "corpus.diagnosis.logs.prefixes": LONGEST_LINE,
}
"""Modules that hand their patterns no more than so many characters at a time."""
MESSAGES: Mapping[str, int] = {
    "corpus.diagnosis.signatures.masking": 16 * LONGEST_MESSAGE,
    "corpus.diagnosis.signatures.signature_parser": 16 * LONGEST_MESSAGE,
    "corpus.search.names:_SHAPED": 128,
}
"""Characters that a module sees of the largest text: a diagnosis reads sixteen messages, and a
name is looked for in one token."""


def known() -> dict[str, Use]:
    """Each pattern and method once, under a name."""
    found: dict[tuple[str, int, str, int], Use] = {}
    for use in uses():
        if use.module not in TRUSTED:
            pattern = use.pattern
            found.setdefault((pattern.pattern, pattern.flags, use.method, piece(use)), use)
    return {f"{use.module}:{use.name}.{use.method}": use for use in found.values()}


def piece(use: Use) -> int:
    """How many characters the pattern is given at a time."""
    return PIECES.get(use.module, SIZE)


def asked(pattern: re.Pattern[str], method: str, *, at_a_time: int = SIZE) -> Callable[[str], None]:
    """What a module does with a text: all of it, piece by piece."""
    function = getattr(pattern, method)
    arguments = ("",) if method == "sub" else ()

    def ask(text: str) -> None:
        for start in range(0, len(text), at_a_time):
            answer = function(*arguments, text[start : start + at_a_time])
            if method == "finditer":
                for _ in answer:
                    pass

    return ask


def slow_input(
    pattern: re.Pattern[str], ask: Callable[[str], None], *, size: int = SIZE
) -> str | None:
    """An input that takes too long, shortened, or None.

    Small ones are measured, and the worst of them are tried at full size.
    """
    tried: list[tuple[float, tuple[str, str, str]]] = []
    for pump in ((before, unit, end) for before, unit in pumps(pattern) for end in ENDS):
        tried.append((seconds(ask, _filled(*pump, TRIED)), pump))
        if tried[-1][0] > HOPELESS and is_slow(ask, _filled(*pump, TRIED)):
            return f"{pump[0]!r} + {pump[1]!r} * n + {pump[2]!r}"
    again = [
        (min(took, *(seconds(ask, _filled(*pump, TRIED)) for _ in range(2))), pump)
        for took, pump in heapq.nlargest(AGAIN, tried)
    ]
    for _, (before, unit, end) in heapq.nlargest(WORST, again):
        if is_slow(ask, _filled(before, unit, end, size)):
            return f"{before!r} + {unit!r} * n + {end!r}"
    return None


def _filled(before: str, unit: str, end: str, size: int) -> str:
    room = size - len(before) - len(end)
    return before + (unit * (room // len(unit) + 1))[:room] + end


USES = known()


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_pattern_takes_linear_time(use: Use) -> None:
    ask = asked(use.pattern, use.method, at_a_time=piece(use))

    size = MESSAGES.get(f"{use.module}:{use.name}", MESSAGES.get(use.module, SIZE))
    assert slow_input(use.pattern, ask, size=size) is None, use.pattern.pattern


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+b", "match"),
        (r"(?:a|a)*b", "fullmatch"),
        (r"\s+$", "search"),
        (r"x*y", "search"),
        (r".*fix.*x", "fullmatch"),
        (r"[^\]]*\w[^\]]*", "finditer"),
        (r"[vV]?([0-9]+(?:\.[0-9]+)+(?:[-.]?[A-Za-z0-9]+)*)", "fullmatch"),
        (r'\s+(?P<key>\w+)="(?P<value>[^"]*)"', "sub"),
        (r"(\w+)\s*=\s*(\w+)?\s*;", "search"),
    ],
)
def test_bad_patterns_are_found(pattern: str, method: str) -> None:
    bad = re.compile(pattern)

    assert slow_input(bad, asked(bad, method)) is not None


def test_patterns_are_found_wherever_they_are() -> None:
    assert {
        "corpus.document.article_document:_CODE_BLOCK.match",
        "corpus.diagnosis.signatures.masking:_PATTERNS (False, False).finditer",
        "corpus.diagnosis.logs.log_formats:SHAPES 0 pattern.match",
        "corpus.text.analysis:_VERSION.fullmatch",
        "ingest.front_matter:_BLOCK.match",
    } <= USES.keys()
