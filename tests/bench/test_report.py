"""Results survive being written down, and the page is made of them alone."""

from pathlib import Path

from bench.report import Result, Section, Table, at_least, at_most, page, read, write

RESULT = Result(
    part="serving",
    date="2026-11-22 18:30 UTC",
    commit="3a1fa6c",
    command="python -m bench serving",
    machine="two cores",
    section=Section(
        title="Serving",
        text="One worker.",
        tables=(Table(("request", "ratio"), (("article", "0.82"),)),),
        goals=(
            at_least("article, to bare ASGI", 0.8, 0.817, unit=""),
            at_most("memory", 200, 200.004, unit=" MB"),
            at_most("search", 3, 3.01, unit=" ms"),
        ),
        points={"ratio": {"article": 0.82}},
    ),
)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write(tmp_path / "results.json", [RESULT])
    assert read(tmp_path / "results.json") == [RESULT]
    assert read(tmp_path / "missing.json") == []


def test_the_page_says_which_goals_were_met() -> None:
    lines = page([RESULT]).splitlines()
    assert [line for line in lines if line.startswith("| ")] == [
        "| measure | goal | measured | met | on, commit |",
        "| article, to bare ASGI | at least 0.8 | 0.82 | yes | 2026-11-22, 3a1fa6c |",
        "| memory | at most 200 MB | 200.00 MB | yes | 2026-11-22, 3a1fa6c |",
        "| search | at most 3 ms | 3.01 ms | **no** | 2026-11-22, 3a1fa6c |",
        "| request | ratio |",
        "| article | 0.82 |",
    ]
