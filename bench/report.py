"""What a part found: tables, goals and points of the plot, kept as JSON beside the page."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path


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
