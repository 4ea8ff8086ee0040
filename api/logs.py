"""How log lines look: text for people, JSON for machines, one event a line in both."""

import json
import logging
from typing import Any

from corpus.generation import now
from corpus.settings import LogFormat, Settings


class TextFormatter(logging.Formatter):
    """`time level logger message`, control characters escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """One event; only a trace has further lines."""
        message = record.getMessage().encode("unicode_escape").decode()
        line = f"{now()} {record.levelname.lower()} {record.name} {message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """The same as an object."""

    def format(self, record: logging.LogRecord) -> str:
        """One event, one line."""
        fields = {
            "time": now(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def log_config(settings: Settings) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`."""
    formatter = JsonFormatter if settings.log_format is LogFormat.JSON else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {
            "errors": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "stream": "ext://sys.stderr",
            }
        },
        # Its debug and info lines quote messages, and messages hold what people paste.
        "loggers": {"mcp": {"level": "WARNING"}},
        "root": {"handlers": ["errors"], "level": settings.log_level.upper()},
    }
