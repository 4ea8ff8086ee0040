"""How well the labelled set over `content/` is answered, by each engine."""

from bench.options import Options
from bench.report import Section
from bench.site import Sites
from tests.relevance import measure as labelled

_ENGINES = ("whoosh", "tantivy")


def measure(_sites: Sites, _options: Options) -> Section:
    """The same numbers that the tests hold; 1 is the best."""
    rows = [row for engine in _ENGINES for row in labelled.measure(engine)]
    text = "The labelled questions of `tests/relevance`, asked over `content/`; 1 is the best."
    return Section(title="Relevance", text=f"{text}\n\n{labelled.table(rows)}", tables=())
