"""What is too long for some database is refused for all, by file and line; the rest goes in."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from corpus.checks.checks import MOST_CHECKS
from corpus.document import blocks, limits
from corpus.document.limits import SECONDS, time_limit
from corpus.errors import DocumentError
from corpus.library import Library
from corpus.lint.findings import LOOKED_THROUGH
from corpus.store import articles
from ingest.check import check
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import write_files
from tests.factories import make_article, make_document, make_metadata, make_translation

ROOT = Path(__file__).parents[3]
GOOD = make_document()
LIMITS = "200 characters or 600 bytes"
WIDE = "错" * 201
LONG = "a1" * 1_400
"""More than PostgreSQL indexes, were it not compressed."""
LONGEST = {"slug": "s" * 200, "tag": "错" * 200, "domain": "😀" * 150}

FRONT_MATTER = {
    "domain": (f"domain: {WIDE}", f"2: the domain {WIDE[:60]!r}… is longer than {LIMITS}"),
    "tag": (f"tags:\n- b\n- {LONG}", f"4: the tag {LONG[:60]!r}… is longer than {LIMITS}"),
    "tag of four bytes each": (
        f"tags: [{'😀' * 151}]", f"2: the tag {'😀' * 60!r}… is longer than {LIMITS}",
    ),
    "title": (f"title: {'a ' * 501}", "2: the title is longer than 1000 characters"),
    "keyword": (f"keywords: [{LONG}]", "2: the keyword is longer than 1000 characters"),
    "author": (f"author: {LONG}", "2: the author is longer than 1000 characters"),
    "tags": (
        f"tags: [{', '.join(f't{at}' for at in range(1_001))}]", "2: more than 1000 tags",
    ),
}  # fmt: skip


NAMES = {
    "slug": (f"slug: {LONG}", f"2: warning: the slug {LONG[:60]!r}… is longer than {LIMITS}"),
    "id": (f"title: A\nid: {LONG}", f"3: warning: the id {LONG[:60]!r}… is longer than {LIMITS}"),
    "code": (f"code: {LONG}", f"2: warning: the code {LONG[:60]!r}… is longer than {LIMITS}"),
    "alias": (
        f"aliases: [a, {WIDE}]",
        f"2: warning: the aliases {WIDE[:60]!r} are left out: no slugs, or already used",
    ),
}


def found(folder: Path) -> list[str]:
    """What `check` says, by path from the folder."""
    problems = check([folder], default_lang="en")
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]


@pytest.mark.parametrize(("yaml", "expected"), FRONT_MATTER.values(), ids=FRONT_MATTER)
def test_what_is_too_long_rejects_only_its_document(
    library: Library, yaml: str, expected: str
) -> None:
    content = library.settings.content_dir
    write_files(content, {"a.md": GOOD, "b.md": f"---\n{yaml}\n---\n\n# B\n\nText.\n"})

    report = ingest(library, [content], options=IngestOptions(processes=1))

    assert [str(problem).removeprefix(f"{content}/") for problem in report.problems] == [
        f"b.md:{expected}"
    ]
    assert (report.articles, report.rejected) == (1, 1)
    assert found(content) == [f"b.md:{expected}"]


@pytest.mark.parametrize(("yaml", "expected"), NAMES.values(), ids=NAMES)
def test_a_name_of_front_matter_that_is_too_long_is_left_out(
    library: Library, yaml: str, expected: str
) -> None:
    content = library.settings.content_dir
    write_files(content, {"b.md": f"---\n{yaml}\n---\n\n# B\n\nText.\n"})

    report = ingest(library, [content], options=IngestOptions(processes=1))

    assert found(content) == [f"b.md:{expected}"]
    assert (report.articles, report.rejected, report.good) == (1, 0, True)


def test_the_longest_names_are_in_every_database(library: Library) -> None:
    front = "\n".join(f"{name}: {value}" for name, value in LONGEST.items() if name != "tag")
    text = f"---\n{front}\ntags: [{LONGEST['tag']}]\ncode: {'C' * 200}\n---\n\n# A\n\nText.\n"
    write_files(library.settings.content_dir, {"a.md": text})

    report = ingest(library, [library.settings.content_dir], options=IngestOptions(processes=1))

    assert (report.problems, report.articles) == ((), 1)
    with library.reading() as reading:
        assert articles.find(reading.connection, LONGEST["slug"]) is not None


STATED: Mapping[str, Mapping[str, Any]] = {
    "ID": {"id": f"art_{LONG}"},
    "related ID": {"related_ids": (LONG,)},
    "domain": {"domain": LONG},
}


@pytest.mark.parametrize(("what", "stated"), STATED.items(), ids=STATED)
def test_an_article_document_has_the_same_limits(
    tmp_path: Path, what: str, stated: Mapping[str, Any]
) -> None:
    article = make_article(metadata=replace(make_metadata(), **stated))
    text = make_document(article)
    (value,) = (one if isinstance(one, str) else one[0] for one in stated.values())
    line = text[: text.index(value)].count("\n") + 1
    write_files(tmp_path, {"a.md": text})

    assert found(tmp_path) == [f"a.md:{line}: the {what} {value[:60]!r}… is longer than {LIMITS}"]


def test_a_file_name_that_is_too_long_for_a_slug(tmp_path: Path) -> None:
    write_files(tmp_path, {f"{'n' * 201}.md": "# A\n\nText.\n"})

    what = f"the slug, which is made of its file name, {'n' * 60!r}…"
    assert found(tmp_path) == [f"{'n' * 201}.md:1: {what} is longer than {LIMITS}"]


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    folders = "/".join(["f" * 200] * 5)
    write_files(tmp_path, {f"{folders}/a.md": "# A\n\nText.\n"})

    assert found(tmp_path) == [f"{folders}/a.md:1: its path is longer than 1000 bytes"]


def test_what_is_too_much_to_read_names_its_line(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "brackets.md": "# A\n\nText.\n\n" + "[" * 524_288,
            "lines.md": "# A\n" + "a\n" * 50_000,
            "rows.md": "# A\n\n|a|b|\n|-|-|\n" + "|c|d|\n" * 20_000,
            "quote.md": make_document(
                make_article(translations=[make_translation(summary="*a " * 2_001)])
            ),
        },
    )

    assert found(tmp_path) == [
        "brackets.md:5: more than 2000 brackets and marks in one paragraph",
        "lines.md:50000: more than 50000 lines",
        "quote.md:3: more than 2000 brackets and marks in one paragraph",
        "rows.md:7503: more than 60000 blocks and cells",
    ]


def test_a_document_has_a_limit_of_time() -> None:
    with pytest.raises(DocumentError, match=r"^takes more than 0\.1 s to read$"), time_limit(0.1):
        sum(1 for _ in count())


def test_the_limits_are_documented() -> None:
    """Each with the commas that people read."""
    documentation = (ROOT / "docs" / "articles.md").read_text("utf-8")
    documented = (
        limits.NAME_CHARACTERS, limits.NAME_BYTES, limits.TEXT_CHARACTERS, limits.LISTED,
        limits.PATH_BYTES, blocks.MOST_LINES, blocks.MOST_TOKENS, blocks.MOST_MARKS,
        blocks.MOST_MARKS_OF_A_PARAGRAPH, MOST_CHECKS, int(SECONDS), LOOKED_THROUGH,
    )  # fmt: skip
    assert [limit for limit in documented if f"{limit:,}" not in documentation] == []
