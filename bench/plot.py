"""`docs/benchmarks.svg`: one picture, in a grey that reads on white and on black."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.report import Result

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
