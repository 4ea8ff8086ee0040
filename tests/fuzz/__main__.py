"""Searches for inputs that break a parser: `python -m tests.fuzz [TARGET…] [--seconds N]`.

Each target runs under atheris in a process of its own, from the kept corpus and the
articles of `content/`. What breaks it is kept in `tests/fuzz/corpus/TARGET`, where the
ordinary tests try it ever after.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.targets import TARGETS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LONGEST = {"document": 1_500}
"""Bytes of an input, where it is not `_LENGTH`: a whole document takes more."""
_LENGTH = 200
_SLOW = 10
"""Seconds for one input."""
_MEMORY = 1024
"""Megabytes."""


def main(arguments: Sequence[str]) -> int:
    """Runs the targets one after the other; 1 if any of them broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the parsers.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--runs", type=int, default=0, help="inputs per target, however long")
    parser.add_argument("--seed", type=int, default=0, help="the same inputs again; 0 is chance")
    given = parser.parse_args(arguments)
    names = given.targets or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    bounds = _bounds(runs=given.runs, seconds=given.seconds // len(names) or 1)
    bounds.append(f"-seed={given.seed}")
    broken = [name for name in names if _search(name, bounds)]
    return int(bool(broken))


def _bounds(*, runs: int, seconds: int) -> list[str]:
    return [f"-runs={runs}"] if runs else [f"-max_total_time={seconds}"]


def _search(name: str, bounds: Sequence[str]) -> bool:
    """Whether the target broke."""
    kept = HERE / "corpus" / name
    print(f"== {name}", flush=True)
    with tempfile.TemporaryDirectory() as new:
        command = [sys.executable, "-m", "tests.fuzz.atheris_target", name, *bounds]
        options = [
            f"-max_len={LONGEST.get(name, _LENGTH)}",
            f"-timeout={_SLOW}",
            f"-rss_limit_mb={_MEMORY}",
            f"-dict={HERE / 'tokens.dict'}",
            f"-artifact_prefix={kept}/",
            "-verbosity=0",
            "-print_final_stats=1",
        ]
        folders = [new, str(kept), str(ROOT / "content")]
        return subprocess.run([*command, *options, *folders], cwd=ROOT, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
