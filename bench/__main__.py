"""`python -m bench [PART…]`: measures on this machine and prints tables in Markdown.

Everything is a ratio or a median of runs in one session; absolute figures belong to the
machine that the first lines name.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import ingest, machine, relevance, serving


def _engines() -> None:
    print("\n## Engines alone, 10,000 articles of 4 KB\n", flush=True)
    script = Path(__file__).with_name("engines.py")
    subprocess.run([sys.executable, str(script)], check=True)


PARTS: Mapping[str, Callable[[], None]] = {
    "ingest": ingest.measure,
    "large": ingest.measure_large,
    "engines": _engines,
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
