"""The settings of a process that serves a bundle."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.ingest_run import print_problems, run_ingest
from cli.open_library import open_library
from corpus.bundle.archive import unpacked_bundle
from corpus.bundle.manifest import ARTICLES, DOCUMENTS
from corpus.bundle.restore import publish
from corpus.search.engines.registry import embedded_engine
from corpus.settings import load_settings
from ingest.prepare import READER_VERSION


@contextmanager
def bundle_settings(file: Path) -> Iterator[None]:
    """Sets up this process, and those that it starts, to serve a bundle.

    Its articles are written into a temporary database; of another version's bundle, its documents
    are ingested.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(0))  # uvicorn passes it on when it is done
    with unpacked_bundle(file, reader_version=READER_VERSION) as (folder, manifest):
        os.environ |= {
            "FIXBOOK_DATA_DIR": str(folder / "data"),
            "FIXBOOK_DATABASE_URL": "",
            "FIXBOOK_DATABASE_READ_URL": "",
            "FIXBOOK_SEARCH_URL": embedded_engine(manifest.engine, load_settings().search_url),
            "FIXBOOK_DEFAULT_LANG": manifest.default_lang,
        }
        with open_library(load_settings()) as library:
            if manifest.has_articles_for(READER_VERSION):
                publish(library, folder / ARTICLES, manifest)
                (folder / ARTICLES).unlink()
            else:
                print_problems(run_ingest(library, [folder / DOCUMENTS]).problems)
        yield
