"""How well the labelled set over `content/` is answered, by each engine."""

from tests.relevance import measure as labelled

ENGINES = ("whoosh", "tantivy")


def measure() -> None:
    """Prints the table; 1 is the best."""
    rows = [row for engine in ENGINES for row in labelled.measure(engine)]
    print(f"\n## Relevance on the labelled set\n\n{labelled.table(rows)}", flush=True)
