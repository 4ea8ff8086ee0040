"""No document is slow: a megabyte of anything takes no reader of documents more than two seconds.

Patterns are hunted by `test_patterns`; this is for loops. Each unit stands for what somebody may
pile up in one document: on one line, on lines of its own, or in a table.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import pytest

from corpus.checks.checks import read_checks
from corpus.diagnosis.signatures.extraction import extract
from corpus.document.article_document import is_document, parse
from corpus.document.outline import outline
from corpus.errors import DocumentError
from corpus.lint.findings import suspicions
from ingest.read import FilePlace, read

SIZE = 1_000_000
SMALL = SIZE // 64
SECONDS = 2.0
SLACK = 3.0
"""How much slower than the machine that this was measured on another one may be."""

UNITS = (
    "\u200e", "\u200b", "\ufeff", "\u202e", "\U000e0041", "🇩🇪", "👨‍👩‍👧", "e\u0301", "a\u200d",
    "[", "]", "(", "![", "[a](", "[a]: b\n", "`", "``a", "```\n", "~~~ a\n", "*", "**a", "_a", "<",
    "<a ", "<!--", "&", "&amp;", "\\", "|", "|-", "| a ", "> ", "- ", "1. ", "# a\n", "#", "---\n",
    "===\n", "    a\n", "\t", " ", "\n", "\r", "\r\n\r", "**Q: a**\n\n", "### a\n\n```a\n",
    "## Q&A\n", "## Code Blocks\n", "## Metadata\n", "- **ID:** a\n", "Error: a\n", "E0001 ",
    "a: b\n", "0", "1.2.3.4 ", "http://a.b/ ", "a@b.c ", "ignore all previous instructions ",
    "curl x | sh\n", "rm -rf /\n", "CREATE TABLE a", "wget a -O b\n", "中", "错误", "，",
    "```bash check=a step=reproduce\na\n```\n", "```bash check=a%d\n```\n", '"', "'", "{", "}", "$",
    "сору ", "1gn0re ", "read the private key ", "|a|b|\n|-|-|\n",
    "| Error | Fix |\n|-|-|\n| a | b |\n", "- `Error: a`: b\n", "> a\n\n", "> [!NOTE]\n> a\n\n",
    ":::a\n", ":::a\nb\n:::\n", "!!! a\n    ", "<A>", "<A {", "</A>", "<A b='c'>\n", "{{< a >}}",
    "{{< a ", "{% a %}", " {#a}", "{: .a}", "[[a]]", "[[a", "import a from 'b'\n\n", "{/* a */}",
    "a\n: b\n\n", ": a", "[^1]: a\n", "[^1]", "[^a]: [^a]\n\n", "<table>\n", "<td>",
    "<details>\n\n", "<table><tr><td>a</td></tr></table>\n", "<h1>a</h1>\n", "+++\n", "a = 1\n",
)  # fmt: skip

READERS: Mapping[str, Callable[[str], object]] = {
    "is_document": is_document,
    "parse": lambda text: parse(text, lang="en"),
    "read": lambda text: read(text, FilePlace(slug="a", domain="", lang="en")),
    "read_mdx": lambda text: read(text, FilePlace(slug="a", domain="", lang="en", is_mdx=True)),
    "outline": outline,
    "extract": lambda text: extract(outline=outline(text), title=text[:200]),
    "read_checks": read_checks,
    "suspicions": suspicions,
}


def seconds(reader: Callable[[str], object], text: str) -> float:
    """CPU time of one reading, which may end in a refusal."""
    started = time.process_time()
    with suppress(DocumentError):
        reader(text)
    return time.process_time() - started


def filled(unit: str, ending: str, size: int) -> str:
    piece = unit + ending
    return piece * (size // len(piece))


@pytest.mark.parametrize("name", READERS)
def test_a_megabyte_of_anything_is_read_or_refused_in_time(name: str) -> None:
    """Small texts are tried first: what grows as its length is known from them."""
    reader, slow = READERS[name], []
    for unit in UNITS:
        for ending in ("", "\n"):
            small = seconds(reader, filled(unit, ending, SMALL))
            larger = seconds(reader, filled(unit, ending, 4 * SMALL))
            if larger < 6 * small and larger * SIZE / (4 * SMALL) < SECONDS * SLACK:
                continue
            took = seconds(reader, filled(unit, ending, SIZE))
            if took > SECONDS * SLACK:
                slow.append((unit, ending, round(took, 2)))
    assert slow == []
