"""`docs/benchmarks.md`: what was measured, as a page."""

from collections.abc import Iterator, Sequence

from bench.report import Result, Table

_INTRODUCTION = """\
<!-- Written by `make bench`; do not edit. -->
# Benchmarks

Two servers that are compared run at the same time on the same core, are asked in turns, and
the ratio is that of the medians. Ratios carry over to other machines; absolute figures do not.
The server has one core and the load generator, `wrk`, the other, unless a section says so.
Everything is switched on as it is by default, the access log too, except the limit of requests
for each client.

The articles are made up: 4 KB each, in invented words that are as frequent as words are,
each with a code of its own and a table of errors.
"""
_PLOT = "![Requests per second as ratios, and search times by number of articles](benchmarks.svg)"


def page(results: Sequence[Result]) -> str:
    """The whole page."""
    parts = [_INTRODUCTION, "## Goals\n", markdown(_goals(results)), _PLOT, ""]
    for result in results:
        parts += _section(result)
    return "\n".join(parts)


def markdown(table: Table) -> str:
    """A table in Markdown, with its title above."""
    lines = [f"**{table.title}**", ""] if table.title else []
    lines += [f"| {' | '.join(table.head)} |", "|---" * len(table.head) + "|"]
    lines += [f"| {' | '.join(row)} |" for row in table.rows]
    return "\n".join([*lines, ""])


def _goals(results: Sequence[Result]) -> Table:
    rows = (
        (goal.measure, goal.wanted, goal.measured, "yes" if goal.met else "**no**")
        for result in results
        for goal in result.section.goals
    )
    return Table(("measure", "goal", "measured", "met"), tuple(rows))


def _section(result: Result) -> Iterator[str]:
    section = result.section
    yield f"## {section.title}\n"
    yield f"{section.text}\n"
    yield from map(markdown, section.tables)
    yield f"<sub>{result.date}, `{result.command}`, {result.machine}</sub>\n"
