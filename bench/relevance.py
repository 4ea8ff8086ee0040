"""How well the labelled set over `content/` is answered, by each engine."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.relevance import measure as labelled

ENGINES = ("whoosh", "tantivy")


def measure() -> None:
    """Prints the table; 1 is the best."""
    rows = []
    for engine in ENGINES:
        with TemporaryDirectory() as folder:
            rows += labelled.measure(engine, Path(folder))
    print(f"\n## Relevance on the labelled set\n\n{labelled.table(rows)}", flush=True)
