"""Large sets of like cases, of which a run of the tests takes a part.

`FIXBOOK_TEST_ALL=1` takes all of them. Otherwise `FIXBOOK_TEST_TURN`, a number, says which part it
is; `.ci/run` counts commits, and without it every day has another. With `FIXBOOK_TEST_MODULES=6`,
only each sixth of the modules with slow tests has its turn.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

Case = TypeVar("Case")

ALL = "FIXBOOK_TEST_ALL" in os.environ
_MODULES = int(os.environ.get("FIXBOOK_TEST_MODULES", "1"))
# Workers inherit the turn: at midnight, they still agree on the tests that there are.
_TURN = int(os.environ.setdefault("FIXBOOK_TEST_TURN", str(datetime.now(UTC).toordinal())))


def part_of(cases: Sequence[Case], parts: int) -> list[Case]:
    """Every so many-th of the cases, others at each turn that their module has; or all."""
    return _part(cases, parts, _TURN // _MODULES)


def modules_of(modules: Sequence[Case]) -> list[Case]:
    """The modules with slow tests that have their turn."""
    return _part(modules, _MODULES, _TURN)


def _part(cases: Sequence[Case], parts: int, turn: int) -> list[Case]:
    return [*cases] if ALL else [*cases[turn % parts :: parts]]
