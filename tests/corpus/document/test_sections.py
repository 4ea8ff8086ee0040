"""Parts: what an article falls into, and which of it is meant."""

import pytest

from corpus.document.outline import outline
from corpus.document.sections import Part, characters, choose, is_purpose, join_parts, parts_of
from tests.factories import make_code_block, make_question, make_translation

BODY = """\
What it is about.

## Symptoms

- one

## Cause

Nothing listens.

## Fix

Start it.

### On Windows

Start it there.

## Reproduce and fix

Run this.

## Error table

| Error | Cause | Solution |
|---|---|---|
| `E4711` | Too many | Remove one |
| `E4712` | Too few | |"""
CHINESE = "摘要。\n\n## 原因\n\n没有监听。\n\n## 解决方法\n\n启动它。\n\n## 错误对照表\n\n无。"


def parts(body: str = BODY) -> list[Part]:
    return parts_of(make_translation(body=body), outline(body).sections)


def chosen(wanted: str, body: str = BODY) -> str | None:
    """The headings that a reader gets, or the text where there are none."""
    found = choose(parts(body), wanted, outline(body).errors)
    if found is None:
        return None
    return " + ".join(part.title or part.text for part in found)


def test_an_article_falls_into_its_parts() -> None:
    text = make_translation(
        body="Lead.\n\n# One\n\nFirst.\n\n## Two\n\n## Q&A\n\nOwn.",
        code_blocks=[make_code_block()],
        questions=[make_question()],
    )
    found = parts_of(text, outline(text.body).sections)
    assert [(one.level, one.title, one.anchor, one.text) for one in found] == [
        (0, "", "", "Lead."),
        (1, "One", "one", "# One\n\nFirst."),
        (2, "Two", "two", "## Two"),
        (2, "Q&A", "qa", "## Q&A\n\nOwn."),
        (1, "Code Blocks", "code-blocks",
         "## Code Blocks\n\n### What listens\n\n```bash\nss -ltn\n```"),
        (1, "Q&A", "qa-1", "## Q&A\n\n**Q: What does it mean?**\n\nThe port is closed."),
    ]  # fmt: skip
    assert [characters(found, at) for at in range(6)] == [5, 35, 6, 12, 53, 54]


def test_a_fence_that_was_left_open_swallows_nothing() -> None:
    text = make_translation(body="## A\n\n~~~~\ncode", questions=[make_question()])
    found = parts_of(text, outline(text.body).sections)
    assert [one.text for one in found][1:] == [
        "## A\n\n~~~~\ncode\n~~~~",
        "## Q&A\n\n**Q: What does it mean?**\n\nThe port is closed.",
    ]


def test_a_body_without_headings_is_one_part() -> None:
    assert parts("Only this.") == [Part(level=0, title="", anchor="", text="Only this.")]


# Which part is meant


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ("fix", "Fix + On Windows"),
        ("Solution", "Fix + On Windows"),
        (" #fix ", "Fix + On Windows"),
        ("cause", "Cause"),
        ("errors", "Error table"),
        ("summary", "What it is about."),
        ("on-windows", "On Windows"),
        ("#on-windows", "On Windows"),
        ("ON WINDOWS", "On Windows"),
        ("reproduce", "Reproduce and fix"),
        ("windows", "On Windows"),
        ("error-e4711", "E4711"),
        ("nowhere", None),
        ("", None),
    ],
)
def test_a_part_is_found_by_what_a_reader_calls_it(wanted: str, titles: str | None) -> None:
    assert chosen(wanted) == titles


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [("fix", "解决方法"), ("cause", "原因"), ("errors", "错误对照表"), ("解决", "解决方法"),
     ("summary", "摘要。"), ("对照", "错误对照表")],
)  # fmt: skip
def test_chinese_headings_mean_the_same(wanted: str, titles: str) -> None:
    assert chosen(wanted, CHINESE) == titles


def test_questions_are_those_of_the_article() -> None:
    text = make_translation(body="## Frequently asked questions\n\nSee below.\n\n## More",
                            questions=[make_question()])  # fmt: skip
    found = choose(parts_of(text, outline(text.body).sections), "questions")
    assert found is not None
    assert [one.title for one in found] == ["Frequently asked questions", "Q&A"]


TABLE = "## What you see\n\n" + BODY.partition("## Error table\n\n")[2]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("fix", "- Error: E4711\n  - Cause: Too many\n  - Solution: Remove one"),
        (
            "cause",
            ("- Error: E4711\n  - Cause: Too many\n  - Solution: Remove one\n\n"
             "- Error: E4712\n  - Cause: Too few"),
        ),
    ],
)  # fmt: skip
def test_where_no_heading_says_so_the_rows_of_the_error_table_do(wanted: str, text: str) -> None:
    found = choose(parts(TABLE), wanted, outline(TABLE).errors)
    assert found is not None
    assert join_parts(found) == text


def test_a_part_that_is_only_reproduced_is_better_than_nothing() -> None:
    assert chosen("fix", "## Reproduce and fix\n\nRun this.") == "Reproduce and fix"


def test_purposes_are_known_by_name() -> None:
    assert [is_purpose(name) for name in ("fix", "FAQ", "修复", "windows")] == [
        True, True, True, False,
    ]  # fmt: skip
