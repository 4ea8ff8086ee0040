"""Outlines: what a body contains, for any body."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document.outline import anchor, outline, plain_text, unique

FIXTURES = Path(__file__).parents[2] / "fixtures" / "outlines"
MARKUP = st.sampled_from(
    ["# ", "\n", "\r", "\r\n", "```\n", "| a | b |\n|---|---|\n", "| ", "> ", "- ", "[a](b)", "`"]
)


def files() -> Sequence[object]:
    """One test parameter for each file."""
    return [pytest.param(path, id=path.stem) for path in sorted(FIXTURES.glob("*.md"))]


@pytest.mark.parametrize("path", files())
def test_what_a_body_contains(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())

    found = {name: part for name, part in asdict(outline(path.read_text())).items() if part}

    assert json.loads(json.dumps(found)) == expected


@given(st.lists(MARKUP | st.text(max_size=5)).map("".join))
def test_any_text_has_an_outline(body: str) -> None:
    found = outline(body)

    anchors = [section.anchor for section in found.sections]
    assert len(set(anchors)) == len(anchors)
    ends = [section.end for section in found.sections]
    assert [section.start for section in found.sections[1:]] == ends[:-1]
    assert ends[-1:] in ([], [len(body)])


@pytest.mark.parametrize("body", ["a\r# H\r\nText", "a\n# H\nText", "a\r\n# H\r\nText"])
def test_sections_are_slices_whatever_ends_a_line(body: str) -> None:
    (section,) = outline(body).sections

    assert body[section.start : section.end].startswith("# H")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Step 1: Go!", "step-1-go"),
        ("C++ & `code`", "c--code"),
        ("错误 表", "错误-表"),
        ("snake_case-x", "snake_case-x"),
        ("?!", "section"),
        ("", "section"),
    ],
)
def test_anchors(title: str, expected: str) -> None:
    assert anchor(title) == expected


def test_anchors_are_used_once() -> None:
    taken: dict[str, int] = {}

    assert [unique(name, taken) for name in ("a", "a", "a-1", "a", "b")] == [
        "a",
        "a-1",
        "a-1-1",
        "a-2",
        "b",
    ]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**bold** _it_ `code`", "bold it code"),
        ("[label](target) ![image](x.png)", "label image"),
        ("two  \nlines", "two lines"),
        ("&lt;b&gt; \\* x", "<b> * x"),
        ("a <b\nc> d", "a <b c> d"),
        ("", ""),
    ],
)
def test_plain_text(markdown: str, expected: str) -> None:
    assert plain_text(markdown) == expected
