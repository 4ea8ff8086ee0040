"""The search engines, by name."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from types import ModuleType

from corpus.errors import SettingsError
from corpus.search.engine import Engine
from corpus.search.engines.opensearch.server import FORM, Server, is_address, read_server
from corpus.search.engines.whoosh.engine import WhooshEngine


def engine(url: str, server: Server | None = None) -> Engine:
    """The engine of `FIXBOOK_SEARCH_URL`; `server` is what it names, with further settings.

    Raises SettingsError for an engine that is unknown or not installed.
    """
    if is_address(url):
        return _opensearch(server or read_server(url))
    make = _ENGINES.get(url)
    if make is None:
        raise SettingsError(f"FIXBOOK_SEARCH_URL: may be {', '.join(_ENGINES)} or {FORM}")
    return make()


def embedded_engine(*wanted: str) -> str:
    """The first of these engines that keeps its index in a folder and is installed here."""
    for url in wanted:
        if url in _ENGINES:
            with suppress(SettingsError):
                engine(url)
                return url
    return "whoosh"


def _tantivy() -> Engine:
    made: Engine = _extra("tantivy", needs="tantivy").TantivyEngine()
    return made


def _opensearch(server: Server) -> Engine:
    made: Engine = _extra("opensearch", needs="opensearchpy").OpenSearchEngine(server)
    return made


def _extra(name: str, *, needs: str) -> ModuleType:
    """The module of an optional engine, imported on demand."""
    try:
        return import_module(f"corpus.search.engines.{name}.engine")
    except ModuleNotFoundError as error:
        if error.name != needs:
            raise
        raise SettingsError(
            f"FIXBOOK_SEARCH_URL: {name} is not installed; in a clone: pip install '.[{name}]'"
        ) from error


_ENGINES: Mapping[str, Callable[[], Engine]] = {"whoosh": WhooshEngine, "tantivy": _tantivy}
