"""The engines by the name that a setting gives them."""

from collections.abc import Callable, Mapping
from importlib import import_module

from corpus.errors import SettingsError
from corpus.search.engine import Engine
from corpus.search.whoosh_engine import WhooshEngine


def engine(url: str) -> Engine:
    """The engine of `FIXBOOK_SEARCH_URL`.

    Raises SettingsError for an engine that is unknown or not installed.
    """
    make = _ENGINES.get(url)
    if make is None:
        raise SettingsError(f"FIXBOOK_SEARCH_URL: may be {' or '.join(_ENGINES)}")
    return make()


def _tantivy() -> Engine:
    """Tantivy is an extra, so it is imported when it is asked for and not before."""
    try:
        module = import_module("corpus.search.tantivy_engine")
    except ModuleNotFoundError as error:
        if error.name != "tantivy":
            raise
        raise SettingsError(
            "FIXBOOK_SEARCH_URL: tantivy is not installed; pip install fixbook[tantivy]"
        ) from error
    made: Engine = module.TantivyEngine()
    return made


_ENGINES: Mapping[str, Callable[[], Engine]] = {"whoosh": WhooshEngine, "tantivy": _tantivy}
