"""Inputs that a regular expression may find hard, derived from the expression itself.

A backtracking engine is slow where two parts of a pattern can take the same characters. So
the characters that the pattern tells apart are repeated, alone, in pairs and as examples of
what the pattern's parts match, behind what has to come before them, with an end that does
not fit.
"""

import importlib
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

_parser: Any = importlib.import_module("re._parser")
"""What `re` itself reads patterns with; it has no public name."""

CATEGORIES = {
    "CATEGORY_DIGIT": "07",
    "CATEGORY_NOT_DIGIT": "a ",
    "CATEGORY_SPACE": " \t\n\r\u3000",
    "CATEGORY_NOT_SPACE": "a0-端",
    "CATEGORY_WORD": "aZ_0é端",
    "CATEGORY_NOT_WORD": " -.\n",
}
_ANY = 'a0 -\n"端'
"""What stands for a set that is told by what is not in it."""
ENDS = ("\0", "\n")
_PAIRS = 60
_EXAMPLES = 16
_MOST = 20
"""Characters of a pattern that are tried in pairs, and members of a set that are tried."""
_FEW = 6
"""Characters that are tried with each repetition."""


def pumps(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """What comes first, and what is to be repeated after it."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    chance = random.Random(pattern.pattern.encode(errors="surrogatepass"))  # noqa: S311 - the same inputs every time
    letters = list(dict.fromkeys(_letters(tree)))
    chance.shuffle(letters)
    pairs = [a + b for a in letters[:_MOST] for b in letters[:_MOST] if a != b]
    chance.shuffle(pairs)
    units = dict.fromkeys(["a", " ", "\n", *letters, *pairs[:_PAIRS]])
    units |= dict.fromkeys(_example(tree, chance) for _ in range(_EXAMPLES))
    for unit in filter(None, units):
        yield "", unit
    for before, repeated in dict.fromkeys(_repeats(tree, chance, "")):
        for unit in filter(None, (repeated, before, before + repeated)):
            yield before if unit == repeated else "", unit
        for letter in letters[:_FEW]:
            yield before, letter
            yield before, repeated + letter


def _letters(tree: Any) -> Iterator[str]:
    """The characters that the pattern names, and some of each set."""
    for operation, value in tree:
        yield from _of(str(operation), value)
        for inner in _inside(value):
            yield from _letters(inner)


def _of(operation: str, value: Any) -> Sequence[str]:
    if operation in ("LITERAL", "NOT_LITERAL"):
        return [chr(value)]
    if operation == "RANGE":
        return [chr(value[0]), chr(value[1])]
    if operation == "CATEGORY":
        return list(CATEGORIES[str(value)])
    if operation == "ANY":
        return list(_ANY)
    if operation == "IN":
        return [letter for kind, member in value for letter in _of(str(kind), member)][:_MOST]
    return []


def _inside(value: Any) -> Iterator[Any]:
    """The patterns inside of a node."""
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _inside(item)


def _repeats(tree: Any, chance: random.Random, before: str) -> Iterator[tuple[str, str]]:
    """What each repetition repeats, and an example of what has to come before it."""
    for operation, value in tree:
        if str(operation).endswith("_REPEAT") and value[1] > 1:
            for _ in range(3):
                yield before, _example(value[2], chance)
        for inner in _inside(value):
            yield from _repeats(inner, chance, before)
        before += _example([(operation, value)], chance)


def _example(tree: Any, chance: random.Random) -> str:
    """A text that the pattern might match, look-arounds and references aside."""
    return "".join(_sample(str(operation), value, chance) for operation, value in tree)


def _sample(operation: str, value: Any, chance: random.Random) -> str:
    if operation == "NOT_LITERAL":
        return chance.choice([letter for letter in _ANY if letter != chr(value)])
    if operation == "IN":
        if str(value[0][0]) == "NEGATE":
            excluded = {letter for kind, member in value for letter in _of(str(kind), member)}
            return chance.choice(sorted(set("ab~端\x7f") - excluded) or ["\0"])
        return chance.choice(_of(operation, value) or ["a"])
    if operation in ("LITERAL", "ANY"):
        return chance.choice(_of(operation, value))
    if operation.endswith("_REPEAT"):
        least, most, inner = value
        times = chance.randint(least, min(most, least + 2))
        return "".join(_example(inner, chance) for _ in range(times))
    if operation == "BRANCH":
        return _example(chance.choice(value[1]), chance)
    if operation in ("SUBPATTERN", "ATOMIC_GROUP"):
        return _example(value[-1] if operation == "SUBPATTERN" else value, chance)
    return ""
