"""Names that stand inside a text: the rule in a linter's line, the code in a log.

A name is spelled with hyphens, underscores or in camel case, and may have a scope before it:
`@scope/no-label-var`, `std::unused-result`, `PSAvoidLongLines`. A word of everyday language
counts as one only where it stands like a name: in brackets or code, behind a scope, at the end
of a line of columns, or behind `path:line:`.
"""

import re
from collections.abc import Iterator

from corpus.search.documents import inside

MOST = 48
"""Names that are looked up, the first ones of a text."""
_SHORTEST = 3
_TOKEN = re.compile(r"@?\w[\w@/.:#+-]{1,120}")
_SCOPE = re.compile(r"[/.:#]+")
_SHAPED = re.compile(
    r"(?=.*[A-Za-z]\w*[-_][A-Za-z0-9])|(?=.*[a-z][A-Z])|(?=...)(?=.*[A-Za-z][0-9]{2})|[A-Z]{4}"
)
_PREFIX = re.compile(r"-?(?:[A-Z]{1,3}(?=[A-Z][a-z])|W(?=[a-z]+-))")
_OPENING, _CLOSING = "`[(<", "`])>"
_COLUMN = re.compile(r"(?:\S {2,}|[.!?)'\"`] +)$")
_LEVELS = frozenset(("debug", "error", "fatal", "hint", "info", "note", "warning"))
_PLACE = re.compile(r"^\S+:\d+:(?:\d+:)? +$")


def names_inside(text: str) -> list[str]:
    """What may be names of articles in a text, as the index has them; each once."""
    found: dict[str, None] = {}
    for line in text.splitlines():
        for match in _TOKEN.finditer(line):
            for name in _readings(line, match):
                if len(name) >= _SHORTEST:
                    found[inside(name)] = None
        if len(found) > MOST:
            break
    return list(found)[:MOST]


def _readings(line: str, match: re.Match[str]) -> Iterator[str]:
    """What a token may be the name of: all of it, its last part, that without a prefix."""
    token = match.group().rstrip("-.:/#+")
    *scope, last = _SCOPE.split(token)
    if _SHAPED.match(token):
        yield token
    if _SHAPED.match(last):
        yield last
        if prefix := _PREFIX.match(last):
            yield last[prefix.end() :]
    elif _stands_alone(line, match.start(), match.start() + len(token), scope):
        yield last


def _stands_alone(line: str, start: int, end: int, scope: list[str]) -> bool:
    """Whether an everyday word stands like a name in a line."""
    before, after = line[:start], line[end:]
    if before[-1:] and before[-1] in _OPENING and after[:1] and after[0] in _CLOSING:
        return True
    if len(scope) == 1 and "/" in line[start:end] and not after.strip():
        return True
    if not scope and not after.strip() and _COLUMN.search(before):
        return True
    is_level = line[start:end].casefold() in _LEVELS
    return not (scope or is_level) and after[:1] in (":", "[") and bool(_PLACE.match(before))
