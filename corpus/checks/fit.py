"""Fit: whether a fix was run where the reader is.

What the reader has is given, or read in the log: `Python 3.13.0`, `/usr/lib/python3.11/`,
`Node.js v20.1`, `Debian GNU/Linux 12`. Versions are compared as far as they tell releases apart.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import EntryRun

_VERSION = r"v?(?P<version>\d+(?:\.\d+){0,3})"
_READ: Mapping[str, re.Pattern[str]] = {
    name: re.compile(expression, re.IGNORECASE)
    for name, expression in {
        "python": rf"(?:\bPython[ /]|/lib(?:64)?/python|\bpython(?=3\.\d)){_VERSION}",
        "node": rf"\bNode(?:\.js)?[ /@]{_VERSION}",
        "npm": rf"\bnpm[/@ ]{_VERSION}",
        "postgresql": rf"\bPostgreSQL (?:server )?{_VERSION}",
        "git": rf"\bgit (?:version |/){_VERSION}",
        "openssl": rf"\bOpenSSL {_VERSION}",
        "curl": rf"\bcurl[ /]{_VERSION}",
        "bash": rf"\bGNU bash, version {_VERSION}",
        "os": r"\b(?P<system>Debian|Ubuntu|Fedora|Alpine)(?: GNU/Linux| Linux)?[ :]"
        rf"{_VERSION}",
    }.items()
}
_TELLING = {"node": 1, "postgresql": 1, "npm": 1, "openssl": 1, "os": 2}
"""How many numbers of a version tell two releases apart; of all others two do."""
_NAMES = {"python3": "python", "nodejs": "node", "postgres": "postgresql"}
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


class Fit(StrEnum):
    """Whether a fix was run in an environment such as the reader's."""

    FITS = "fits"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


def environment_in(text: str) -> dict[str, str]:
    """The systems and programs that a text names with a version, the first of each."""
    found = {}
    for name, expression in _READ.items():
        if match := expression.search(text):
            system = match.groupdict().get("system")
            found[name] = f"{system.lower()} {match['version']}" if system else match["version"]
    return found


def canonical_names(given: Mapping[str, str]) -> dict[str, str]:
    """What a reader says of an environment, under the names that receipts use."""
    lower = {name.strip().lower(): value.strip() for name, value in given.items()}
    return {_NAMES.get(name, name): value for name, value in lower.items()}


def fit_of(runs: Iterable[EntryRun], reader: Mapping[str, str]) -> Fit:
    """Whether one of the runs in which the fix worked was where the reader is."""
    found = [_agree(run, reader) for run in runs if run.outcome is CheckOutcome.FIXED]
    if True in found:
        return Fit.FITS
    return Fit.DIFFERS if False in found else Fit.UNKNOWN


def fit_of_versions(versions: Iterable[str], reader: Mapping[str, str]) -> Fit:
    """Whether an article is for what the reader has, by its applicable versions: `Python 3.12`,
    `Node.js >= 20`, `Python 3.9+`."""
    stated = [match for text in versions if (match := _STATED.fullmatch(text.strip()))]
    about = [match for match in stated if _name_of(match["name"]) in reader]
    if not about:
        return Fit.UNKNOWN
    names = {_name_of(match["name"]) for match in about}
    fits = all(
        any(_allows(match, reader[name]) for match in about if _name_of(match["name"]) == name)
        for name in names
    )
    return Fit.FITS if fits else Fit.DIFFERS


_STATED = re.compile(
    r"(?P<name>[A-Za-z][\w.+-]{0,40}?) ?(?P<sign>[<>]=?|=)? ?v?(?P<version>\d+(?:\.\d+){0,3})"
    r"(?P<more>\+?)"
)


def _name_of(stated: str) -> str:
    name = stated.lower().replace(".", "")
    return _NAMES.get(name, name)


def _allows(stated: re.Match[str], theirs: str) -> bool:
    """Whether a stated version allows another one, as far as the stated one is told."""
    found = _NUMBERS.search(theirs)
    if found is None:
        return False
    mine = tuple(map(int, stated["version"].split(".")))
    given = tuple(map(int, found.group().split(".")))[: len(mine)]
    sign = ">=" if stated["more"] else stated["sign"] or "="
    return (
        (given < mine and "<" in sign)
        or (given > mine and ">" in sign)
        or (given == mine and "=" in sign)
    )


def _agree(run: EntryRun, reader: Mapping[str, str]) -> bool | None:
    """Whether all that both name is the same; None if they name nothing in common."""
    mine = {**run.telling, "os": run.os}
    common = [name for name in reader if name in mine and _NUMBERS.search(mine[name])]
    if not common:
        return None
    return all(_same(name, mine[name], reader[name]) for name in common)


def _same(name: str, mine: str, theirs: str) -> bool:
    if name == "os" and mine.split(maxsplit=1)[0].lower() != theirs.split(maxsplit=1)[0].lower():
        return False
    versions = [_NUMBERS.search(text) for text in (mine, theirs)]
    numbers = [found.group().split(".") if found else [] for found in versions]
    length = min(_TELLING.get(name, 2), *map(len, numbers))
    return numbers[0][:length] == numbers[1][:length]
