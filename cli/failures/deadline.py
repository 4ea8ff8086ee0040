"""A call that may take so long and no longer, whatever it waits for: name servers, too."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from corpus.errors import Unavailable

Result = TypeVar("Result")


def within(seconds: float, call: Callable[..., Result], *arguments: object) -> Result:
    """What a call returns. Raises Unavailable when the time is over, and what the call raises."""
    results: list[Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(call(*arguments))
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise Unavailable(f"there was no answer within {seconds:g} s")
    return results[0]
