"""Pairs of files: what others write, and the plain Markdown that it becomes."""

import time
from pathlib import Path

import pytest

from ingest.foreign.translate import translate

FIXTURES = Path(__file__).parents[2] / "fixtures" / "foreign"
SOURCES = sorted(path for path in FIXTURES.iterdir() if path.suffix != ".txt")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_it_becomes_plain_markdown(path: Path) -> None:
    found = translate(path.read_text(), is_mdx=path.suffix == ".mdx")

    assert found == path.with_suffix(".txt").read_text()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_lines_stay_where_they_are(path: Path) -> None:
    text = path.read_text()

    found = translate(text, is_mdx=path.suffix == ".mdx")

    assert found.count("\n") == text.count("\n")


HOSTILE = {
    "tags": "<A {",
    "tags in braces": "<A {<B } <",
    "quotes in tags": "<A '",
    "tags that end": "<A>\n",
    "fragments": "<>",
    "shortcodes": "{{< a",
    "shortcodes on one line": "{{< a >}}",
    "wiki links": "[[a",
    "attributes": "{.a} ",
    "containers": ":::a\n",
    "closing containers": ":::a\n:::\n",
    "indented": "!!! a\n    ",
    "tables": "<table>\n",
    "tables that end": "<table><tr><td>a</table>\n",
    "comments": "{/*",
    "backticks": "``` ` ",
    "fences": "```\n~~~\n",
    "imports": "import " + " " * 50,
    "spaces": " " * 50,
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_the_time_is_that_of_the_length(piece: str) -> None:
    """Twice as long takes about twice as long, and no text takes as long as its square."""
    text = piece * (400_000 // len(piece))
    start = time.process_time()
    translate(text, is_mdx=True)
    assert time.process_time() - start < 5
