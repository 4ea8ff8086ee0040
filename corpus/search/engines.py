"""The engines by the name that a setting gives them."""

from corpus.search.engine import Engine
from corpus.search.whoosh_engine import WhooshEngine


def engine(url: str) -> Engine:
    """The engine of `FIXBOOK_SEARCH_URL`."""
    return _ENGINES[url]


_ENGINES: dict[str, Engine] = {"whoosh": WhooshEngine()}
