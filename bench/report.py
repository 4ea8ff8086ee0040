"""What a part found: kept as JSON, shown as the page `docs/benchmarks.md` and as a plot."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A promise, and whether it was kept."""

    measure: str
    wanted: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The result of one part."""

    title: str
    text: str
    """What was measured and how, in a paragraph."""
    tables: tuple[Table, ...]
    goals: tuple[Goal, ...] = ()
    points: dict[str, dict[str, float]] = field(default_factory=dict)
    """Lines of the plot: by name, what was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A section, when it was measured and how."""

    part: str
    date: str
    commit: str
    command: str
    machine: str
    section: Section


def at_least(measure: str, least: float, measured: float, *, unit: str = "×") -> Goal:
    """A goal that a figure must reach."""
    return Goal(
        measure=measure,
        wanted=f"at least {least:g}{unit}",
        measured=f"{measured:.2f}{unit}",
        met=round(measured, 2) >= least,
    )


def at_most(measure: str, most: float, measured: float, *, unit: str) -> Goal:
    """A goal that a figure must not pass."""
    return Goal(
        measure=measure,
        wanted=f"at most {most:g}{unit}",
        measured=f"{measured:.2f}{unit}",
        met=round(measured, 2) <= most,
    )


def read(file: Path) -> list[Result]:
    """The results of a file; none if there is no file."""
    if not file.is_file():
        return []
    return [_result(value) for value in json.loads(file.read_text("utf-8"))]


def write(file: Path, results: Iterable[Result]) -> None:
    """Writes results, as `read` reads them."""
    values = [asdict(result) for result in results]
    file.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _result(value: dict[str, object]) -> Result:
    section = value.pop("section")
    if not isinstance(section, dict):
        raise TypeError("a result has a section")
    tables = tuple(
        Table(tuple(table["head"]), tuple(map(tuple, table["rows"])), table["title"])
        for table in section.pop("tables")
    )
    goals = tuple(Goal(**goal) for goal in section.pop("goals"))
    return Result(
        **{name: str(text) for name, text in value.items()},
        section=Section(**section, tables=tables, goals=goals),
    )


_INTRODUCTION = """\
<!-- Written by `make bench`; do not edit. -->
# Benchmarks

Two servers that are compared run at the same time on the same core, are asked in turns, and
the ratio is that of the medians. Ratios carry over to other machines; absolute figures do not.
The server has one core and the load generator, `wrk`, the other, unless a section says so.
Everything is switched on as it is by default, the access log too, except the limit of requests
for each client.

Not every part is measured again after each change. Each says when it was, and of which commit:
later ones may be faster or slower.

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
        (
            goal.measure,
            goal.wanted,
            goal.measured,
            "yes" if goal.met else "**no**",
            f"{result.date[:10]}, {result.commit}",
        )
        for result in results
        for goal in result.section.goals
    )
    return Table(("measure", "goal", "measured", "met", "on, commit"), tuple(rows))


def _section(result: Result) -> Iterator[str]:
    section = result.section
    yield f"## {section.title}\n"
    yield f"{section.text}\n"
    yield from map(markdown, section.tables)
    made = f"{result.date}, commit {result.commit}, `{result.command}`"
    yield f"<sub>{made}, {result.machine}</sub>\n"


_GREY, _FAINT = "#80868d", "#80868d55"
_COLOURS = ("#3987c9", "#c7762b", "#4a9a5b", "#a76bb8")
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "fixbook",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _GREY,
    "axes.labelcolor": _GREY,
    "axes.edgecolor": _FAINT,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
Points = Mapping[str, Mapping[str, float]]


def plot(results: Sequence[Result], file: Path) -> None:
    """Draws what there is: serving on the left, search by number of articles on the right."""
    points = {result.part: result.section.points for result in results}
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _draw_ratios(left, points.get("serving", {}))
        _draw_growth(right, points.get("sizes", {}))
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})


def _draw_ratios(axes: Axes, points: Points) -> None:
    ratios, goals = points.get("ratio", {}), points.get("goal", {})
    names = list(ratios)[::-1]
    axes.barh(names, [ratios[name] for name in names], color=_COLOURS[0], height=0.6)
    for at, name in enumerate(names):
        axes.text(ratios[name] + 0.01, at, f"{ratios[name]:.2f}", va="center", fontsize=9)
        if name in goals:
            axes.plot([goals[name]] * 2, [at - 0.42, at + 0.42], color=_COLOURS[1], linewidth=2)
    axes.set_xlim(0, 1.15 * max([1.0, *ratios.values()]))
    axes.set_title("Requests per second, bare ASGI = 1; the mark is the goal", fontsize=10)
    axes.tick_params(length=0)


def _draw_growth(axes: Axes, points: Points) -> None:
    lines = {name: line for name, line in points.items() if name.startswith("Tantivy")}
    for colour, (name, line) in zip(_COLOURS, lines.items(), strict=False):
        sizes = [int(size) for size in line]
        label = name.removeprefix("Tantivy, ")
        axes.plot(sizes, list(line.values()), color=colour, marker="o", markersize=4, label=label)
    sizes = sorted({int(size) for line in lines.values() for size in line})
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes], rotation=20)
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=_FAINT, linewidth=0.5)
    axes.set_title("First-time search, p50 in ms, by articles", fontsize=10)
    if lines:
        axes.legend(frameon=False, fontsize=9, labelcolor="linecolor", loc="upper left")
