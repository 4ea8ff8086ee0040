"""Bound methods with a weak reference to their object.

An index that keeps its own methods, in a cache say, is a circle. Nobody can free it but the
collector of garbage, which comes to what is old once in many million objects; until then its
files stay mapped, and the space that they take on the disk is not given back.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakMethod

Given = ParamSpec("Given")
Result = TypeVar("Result")


def weakly(method: Callable[Given, Result]) -> Callable[Given, Result]:
    """The bound method, for who is held by its object and so ends with it."""
    known = WeakMethod(method)

    def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        bound = known()
        if bound is None:
            raise ReferenceError("the object of this method has ended")
        return bound(*args, **kwargs)

    return call
