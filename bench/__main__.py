"""`python -m bench [PART…]`: measures on this machine and writes `docs/benchmarks.md`.

A part that is measured again replaces what the page said of it; the others stay. The
figures are in `docs/benchmarks.json`, for the page to be made of and for other programs.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import alternatives, overload, search, servers, serving, vectors, wrapper
from bench.corpora import Sites
from bench.load import Options
from bench.report import Result, Section, markdown, page, plot, read, write

DOCS = Path(__file__).resolve().parents[1] / "docs"
PARTS: Mapping[str, Callable[[Sites, Options], Section]] = {
    "serving": serving.serving,
    "alternatives": alternatives.alternatives,
    "sizes": search.sizes,
    "workers": serving.workers,
    "private": serving.private,
    "soak": overload.soak,
    "engines": search.engines,
    "relevance": search.relevance,
    "vectors": vectors.vectors,
    "passes": search.passes,
    "wrapper": wrapper.wrapper,
    "overload": overload.overload,
    "hostile": overload.hostile,
}
"""By name, in the order of the page."""


def main() -> None:
    """Runs the parts that are named, or all."""
    arguments = _arguments()
    results = {result.part: result for result in read(arguments.docs / "benchmarks.json")}
    with Sites() as sites:
        options = Options(
            sizes=arguments.sizes,
            articles=arguments.articles,
            seconds=arguments.seconds,
            rounds=arguments.rounds,
            requests=arguments.requests,
            folder=sites.folder,
            corpora=arguments.corpora,
        )
        for part in arguments.parts or PARTS:
            section = PARTS[part](sites, options)
            results[part] = _result(part, section)
            _print(section)
            _publish([results[name] for name in PARTS if name in results], arguments.docs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--sizes", type=_sizes, default=Options.sizes, help="100,10000,100000")
    parser.add_argument("--articles", type=int, default=Options.articles, help="elsewhere")
    parser.add_argument("--seconds", type=float, default=Options.seconds, help="of a run of wrk")
    parser.add_argument("--rounds", type=int, default=Options.rounds, help="of runs in turns")
    parser.add_argument("--requests", type=int, default=Options.requests, help="of the soak")
    parser.add_argument("--corpora", type=Path, default=Options.corpora, help="for `relevance`")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where the page is written")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"{', '.join(sorted(unknown))}: may be {', '.join(PARTS)}")
    return arguments


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in text.split(",")))


def _result(part: str, section: Section) -> Result:
    return Result(
        part=part,
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        commit=_commit(),
        command=_command(sys.argv[1:]),
        machine=servers.describe(),
        section=section,
    )


def _commit() -> str:
    """The commit that is measured, marked if files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(
        command, cwd=DOCS, capture_output=True, check=True, text=True
    ).stdout.strip()


def _command(given: Sequence[str]) -> str:
    """As it was called, but for where the page is written: that is a path of this machine."""
    return re.sub(r" --docs[ =]\S+", "", " ".join(["python -m bench", *given]))


def _print(section: Section) -> None:
    print(f"\n## {section.title}\n\n{section.text}")
    for table in section.tables:
        print(markdown(table))
    for goal in section.goals:
        met = "met" if goal.met else "NOT met"
        print(f"{met}: {goal.measure}: {goal.measured}, {goal.wanted}", flush=True)


def _publish(results: list[Result], docs: Path) -> None:
    docs.mkdir(parents=True, exist_ok=True)
    write(docs / "benchmarks.json", results)
    (docs / "benchmarks.md").write_text(page(results), "utf-8")
    plot(results, docs / "benchmarks.svg")


if __name__ == "__main__":
    main()
