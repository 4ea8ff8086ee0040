"""`fixbook mcp`."""

import asyncio
from contextlib import nullcontext
from logging.config import dictConfig

from api.logging_config import log_config
from api.mcp.server import serve_stdio
from cli.bundle_settings import bundle_settings
from cli.open_library import open_library
from cli.options import Bundle
from corpus.settings import load_settings


def mcp(bundle: Bundle = None) -> None:
    with bundle_settings(bundle) if bundle else nullcontext():
        settings = load_settings()
        dictConfig(log_config(settings))
        with open_library(settings) as library:
            library.mend()
            asyncio.run(serve_stdio(library))
