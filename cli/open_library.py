"""The library that a command works on."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.loading import load
from corpus.library import Library
from corpus.settings import Settings
from corpus.telemetry import spans


@contextmanager
def open_library(settings: Settings) -> Iterator[Library]:
    """The library, with its database upgraded."""
    library = Library(settings)
    if settings.otel:
        spans.start()
    try:
        if not library.database.is_current():
            load("corpus.store.migrations.upgrade:upgrade")(library.database)
        yield library
    finally:
        library.close()
        spans.stop()
