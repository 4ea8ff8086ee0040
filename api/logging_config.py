"""The log format: text for people, JSON for machines, one event a line in both.

What readers send must not end up in a log, and exception messages may quote it. So an exception
is logged by its type and place; its message only if it cannot quote a request, or at the level
`debug`. No line contains a path of this machine.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from corpus.errors import FixbookError
from corpus.settings import LogFormat, LogLevel, Settings
from corpus.store.database import driver_message
from corpus.text.escaping import one_line
from corpus.text.timestamps import now

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The request that is being answered, or ''."""

_OURS = ("api", "corpus", "ingest", "verify", "cli")
_LONGEST = 2_000
"""Characters of a message, since libraries may quote at any length."""

_LOG = logging.getLogger("fixbook")


class _Formatter(logging.Formatter):
    """What both formats share; `full` logs whole tracebacks, with messages."""

    def __init__(self, *, full: bool = False) -> None:
        super().__init__()
        self._full = full

    def trace(self, record: logging.LogRecord) -> str:
        """The exception, or ''."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return ""
        if self._full:
            return "".join(traceback.format_exception(error)).rstrip()
        return describe_exception(error)


class TextFormatter(_Formatter):
    """`time level logger message request id`, control characters escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, followed by the traceback in full mode."""
        parts = [now(), record.levelname.lower(), record.name, one_line(_message(record))]
        if request_id := REQUEST_ID.get():
            parts.append(request_id)
        if trace := self.trace(record):
            parts.append(f"\n{trace}" if self._full else one_line(trace))
        return " ".join(parts)


class JsonFormatter(_Formatter):
    """The same as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        fields = {
            "time": now(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if request_id := REQUEST_ID.get():
            fields["requestId"] = request_id
        if trace := self.trace(record):
            fields["trace"] = trace
        return json.dumps(fields)


def log_config(settings: Settings) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`."""
    formatter = JsonFormatter if settings.log_format is LogFormat.JSON else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "full": settings.log_level is LogLevel.DEBUG}},
        "handlers": {
            "errors": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            "alembic": {"level": "WARNING"},  # its info lines are of no use
            # Its debug and info lines quote requests, which contain what people paste.
            "mcp": {"level": "WARNING"},
        },
        "root": {"handlers": ["errors"], "level": settings.log_level.upper()},
    }


def install_hooks() -> None:
    """Logs what Python would print to standard error: warnings and uncaught exceptions."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def describe_exception(error: BaseException) -> str:
    """An exception and its causes in one line, without anything that a client may have sent."""
    return ", because of ".join(map(_one, _chain(error)))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        yield at
        seen.add(id(at))
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _one(error: BaseException) -> str:
    message = _harmless(error)
    return f"{type(error).__name__}{message and f' ({message})'}{_where(error)}"


def _harmless(error: BaseException) -> str:
    """The message of an error, if it cannot quote a request."""
    if isinstance(error, FixbookError):
        return error.message
    if isinstance(error, OSError):
        return error.strerror or ""  # without the path
    return driver_message(error)


def _where(error: BaseException) -> str:
    """The functions of this project in the traceback, and the one that raised."""
    frames = [*traceback.walk_tb(error.__traceback__)]
    names = [(frame.f_globals.get("__name__", "?"), line, frame) for frame, line in frames]
    shown = [
        f"{module}:{line} {frame.f_code.co_name}"
        for at, (module, line, frame) in enumerate(names, start=1)
        if at == len(names) or module.partition(".")[0] in _OURS
    ]
    return f" at {' > '.join(shown)}" if shown else ""


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage().strip()[:_LONGEST]
    except (TypeError, ValueError, KeyError):  # the arguments do not match the format
        return str(record.msg)[:_LONGEST]


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _LOG.critical("the process ends", exc_info=error)


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not issubclass(given.exc_type, SystemExit):
        _LOG.error("a thread has ended", exc_info=given.exc_value)
