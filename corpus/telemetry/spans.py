"""Where spans begin and end. Nothing happens, and nothing is imported, unless it is switched on."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Protocol

from corpus.errors import SettingsError

Value = str | int | float | bool
"""What an attribute may be. Never what a reader has sent, but for the path."""


class Span(Protocol):
    """A span that has not ended."""

    def set(self, name: str, value: Value) -> None:
        """Adds an attribute to the span and to its measurement."""

    def rename(self, name: str) -> None:
        """Changes its name."""


class Recorder(Protocol):
    """Records spans, and how long they took."""

    def span(
        self, name: str, *, metric: str, attributes: Mapping[str, Value]
    ) -> AbstractContextManager[Span]:
        """A span inside of the one around it; its duration is also measured as `metric`."""

    def request(self, method: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """The span of a request, inside of that of the client if its headers name one."""

    def close(self) -> None:
        """Sends what was not sent yet."""


class _NoSpan:
    def set(self, name: str, value: Value) -> None:
        """Nothing."""

    def rename(self, name: str) -> None:
        """Nothing."""


_NOTHING = nullcontext[Span](_NoSpan())
_recorders: list[Recorder] = []
"""The recorder of this process, if there is one."""


def span(
    name: str, *, metric: str, attributes: Mapping[str, Value]
) -> AbstractContextManager[Span]:
    """A span, if there is a recorder."""
    if not _recorders:
        return _NOTHING
    return _recorders[0].span(name, metric=metric, attributes=attributes)


def recorder() -> Recorder | None:
    """The recorder of this process; None if telemetry is off."""
    return _recorders[0] if _recorders else None


def record_with(recorder: Recorder) -> None:
    """Makes this the recorder of the process."""
    _recorders[:] = [recorder]


def start() -> None:
    """Sends telemetry as the OTEL_ variables say, if this process does not yet.

    Raises SettingsError if the extra is not installed.
    """
    if _recorders:
        return
    try:
        module = import_module("corpus.telemetry.otel")
    except ImportError as error:
        raise SettingsError(
            "FIXBOOK_OTEL: may be on only where the extra is installed: pip install '.[otel]'"
        ) from error
    record_with(module.exporting())


def stop() -> None:
    """Sends what was not sent yet, and records no more."""
    while _recorders:
        _recorders.pop().close()
