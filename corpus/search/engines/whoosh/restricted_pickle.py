"""Restricts unpickling to the expected classes.

Whoosh pickles its schema, its segments and short lists of postings, and unpickles
them with the standard library's `pickle.loads`, which imports and calls whatever a file names.
It offers no place for an unpickler of our own. But before `pickle` looks a name up it raises
the auditing event `pickle.find_class` (PEP 578), and a hook may refuse it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

Names = frozenset[tuple[object, ...]]
"""Pairs of module and name, as in the audit event."""

_expected: ContextVar[Names | None] = ContextVar("expected", default=None)
"""None: unrestricted."""


def names_of(*classes: type) -> Names:
    """The names of these classes in a pickle."""
    return frozenset((each.__module__, each.__qualname__) for each in classes)


@contextmanager
def unpickling_only(expected: Names) -> Iterator[None]:
    """A context in which pickles with other names raise ValueError, in this thread or task."""
    _install()
    token = _expected.set(expected)
    try:
        yield
    finally:
        _expected.reset(token)


@cache
def _install() -> None:
    sys.addaudithook(_refuse)  # for good: hooks cannot be removed


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event != "pickle.find_class":
        return
    expected = _expected.get()
    if expected is not None and arguments not in expected:
        raise ValueError(f"{arguments} is not expected here")
