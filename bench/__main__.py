"""`python -m bench [PART…]`: measures on this machine and prints tables in Markdown.

Everything is a ratio or a median of runs in one session; absolute figures belong to the
machine that the first lines name.
"""

import sys
from collections.abc import Callable, Mapping

from bench import ingest, machine, relevance, serving

PARTS: Mapping[str, Callable[[], None]] = {
    "ingest": ingest.measure,
    "serving": serving.measure,
    "relevance": relevance.measure,
}


def main() -> None:
    """Runs the parts that are named, or all."""
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"bench: {', '.join(sorted(unknown))}: may be {', '.join(PARTS)}")
    machine.describe()
    for part in wanted:
        PARTS[part]()


main()
