"""What is made to be slow or large costs no more than a small multiple of ordinary text.

Each is compared with prose of the same size in the same run, so that it holds on any machine.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from api.pages.html.markdown import article_html
from corpus.diagnosis.matching.observed_line import observe
from corpus.errors import DocumentError
from corpus.library import Library
from corpus.search.query import read_query
from corpus.search.service import SearchRequest, search
from corpus.store.filters import Filters
from ingest.check import check
from ingest.files.stable_read import LARGEST_FILE
from tests.conftest import Ingested
from tests.factories import make_derived, make_document, make_translation
from tests.fuzz.targets import AROUND

SIZE = 65_536
"""Characters of each text."""
TIMES = 100
"""How many times the cost of prose of that size a hostile text may have.

A table of cells of one character costs sixty times as much as prose, and grows as its size;
what grows as the square of its size costs a thousand times as much.
"""
PROSE = "The server refused the connection, because *nothing* listens on port 8931.\n\n"

HOSTILE = {
    "quotes in quotes": ">" * SIZE,
    "lists in lists": "- " * (SIZE // 2),
    "lists, each deeper": "".join(" " * (2 * at) + "- a\n" for at in range(250)),
    "brackets": "[" * SIZE,
    "brackets that close": "[" * (SIZE // 2) + "]" * (SIZE // 2),
    "links in links": "[a](" * (SIZE // 4),
    "images in images": "![" * (SIZE // 2),
    "emphasis": "*a_" * (SIZE // 3),
    "emphasis that ends": "*a **b" * (SIZE // 12) + "** c*" * (SIZE // 12),
    "backticks": "`" * SIZE,
    "backticks of all lengths": " ".join("`" * at for at in range(1, 360)),
    "fences": "```\n" * (SIZE // 4),
    "definitions": "".join(f"[{at}]: /x\n" for at in range(SIZE // 11)),
    "definitions of the same": "[a]: /x\n" * (SIZE // 8),
    "uses of a definition": "[a]: /x\n\n" + "[a] " * (SIZE // 4),
    "one long line": "a" * SIZE,
    "rules": "---\n" * (SIZE // 4),
    "a table": "|a|b|\n|-|-|\n" + "|c|d|\n" * (SIZE // 6),
    "a wide table": "|" * (SIZE // 3) + "\n" + "|-" * (SIZE // 3),
    "an error table": "|Error|Cause|\n|-|-|\n" + "|`c`|d|\n" * (SIZE // 8),
    "headings": "# a\n" * (SIZE // 4),
    "entities": "&#106;" * (SIZE // 6),
    "HTML": "<a " * (SIZE // 3),
    "comments": "<!--" * (SIZE // 4),
    "right to left": "\u202e\u2066" * (SIZE // 2),
    "combining marks": "e" + "\u0301" * (SIZE - 1),
    "zero width": "\u200b" * SIZE,
    "versions": "0.0.a" + "a" * (SIZE - 6) + "_",
    "apostrophes": "a'" * (SIZE // 2),
    "quotes of messages": '"a b c d e" ' * (SIZE // 12),
    "exceptions": "Caused by: a.b.CError: x\n\tat a.b(C.java:1)\n" * (SIZE // 44),
    "objects": '{"code":1,"message":"' * (SIZE // 21),
}


def paste_into_diagnosis(text: str) -> object:
    return observe(text)


def type_into_search(text: str) -> object:
    return read_query(text[:16_384], Filters())


def show_as_page(text: str) -> object:
    return article_html(text, make_derived(make_translation(body=text)), AROUND)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("act", [paste_into_diagnosis, type_into_search, show_as_page])
def test_a_text_costs_what_its_size_costs(act: Callable[[str], object], text: str) -> None:
    ordinary = (PROSE * (SIZE // len(PROSE) + 1))[: len(text)]

    assert any(seconds(act, text) < TIMES * max(seconds(act, ordinary), 0.02) for _ in range(3))


def seconds(act: Callable[[str], object], text: str) -> float:
    """The CPU time that it takes, once; to be refused is an answer too."""
    start = time.process_time()
    with suppress(DocumentError):
        act(text)
    return time.process_time() - start


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_log_of_it_is_searched(ingested: Ingested, text: str) -> None:
    library: Library = ingested({"a.md": make_document()})
    with library.reading() as reading:
        start = time.process_time()
        search(reading, SearchRequest(q=text[:16_384]))
        assert time.process_time() - start < 5


BOMBS = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{n}: &{n} [{', '.join([f'*{m}'] * 9)}]\n" for m, n in pairwise("abcdefghi")),
    "depth": "a: " + "[" * 60_000,
    "size": "a: " + "x" * 70_000,
    "keys": "".join(f"k{at}: 1\n" for at in range(6_000)),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_front_matter_that_explodes_is_refused(tmp_path: Path, bomb: str) -> None:
    (tmp_path / "a.md").write_text(f"---\n{bomb}---\n\n# A\n")

    [problem] = check([tmp_path], default_lang="en")

    assert "front matter" in problem.message


def test_a_line_of_ten_megabytes_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a" * 10_000_000)

    assert [str(problem) for problem in check([tmp_path], default_lang="en")] == [
        f"{tmp_path}/a.md:1: larger than {LARGEST_FILE // 1024**2} MiB"
    ]
