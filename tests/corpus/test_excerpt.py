"""Excerpts: which part is meant, and where a text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import fence_after
from corpus.excerpt import Part, characters, choose, excerpt, is_purpose, joined, parts_of
from corpus.outline import outline
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


def fenced(lines: int) -> str:
    return "```python\n" + "".join(f"line {number}\n" for number in range(lines)) + "```"


def part(text: str, *, title: str = "") -> Part:
    return Part(level=2 if title else 0, title=title, anchor=title, text=text)


def cut(text: str, budget: int) -> str:
    """What is left of a text that stands alone."""
    made = excerpt([part(text)], budget)
    assert (made.whole, made.is_cut) == (0, True)
    return made.text


# Parts


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
    assert parts("Only this.") == [part("Only this.")]


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
    assert joined(found) == text


def test_a_part_that_is_only_reproduced_is_better_than_nothing() -> None:
    assert chosen("fix", "## Reproduce and fix\n\nRun this.") == "Reproduce and fix"


def test_purposes_are_known_by_name() -> None:
    assert [is_purpose(name) for name in ("fix", "FAQ", "修复", "windows")] == [
        True, True, True, False,
    ]  # fmt: skip


# Where a text is cut


def test_what_fits_is_not_touched() -> None:
    made = excerpt([part("One."), part(""), part("## Two\n\nText.", title="Two")], 20)
    assert (made.text, made.whole, made.is_cut) == ("One.\n\n## Two\n\nText.", 3, False)


def test_whole_parts_come_first_then_whole_blocks() -> None:
    two = part("## Two\n\nFirst.\n\nSecond paragraph.\n\nThird.", title="Two")
    made = excerpt([part("One."), two, part("Last.")], 30)
    assert (made.text, made.whole, made.is_cut) == ("One.\n\n## Two\n\nFirst.", 1, True)


def test_a_heading_is_not_left_alone() -> None:
    made = excerpt([part("One."), part("## Two\n\n" + "word " * 50, title="Two")], 40)
    assert (made.text, made.whole) == ("One.", 1)


def test_a_fence_is_closed_and_says_what_is_missing() -> None:
    assert cut(fenced(30), 115) == (
        "```python\nline 0\nline 1\nline 2\nline 3\nline 4\n```\n\n"
        "[25 more lines of this code left out.]"
    )


def test_a_longer_fence_is_closed_as_it_was_opened() -> None:
    text = "~~~~\n" + "~~~\ninside\n" * 20 + "~~~~"
    assert cut(text, 90) == "~~~~\n~~~\ninside\n~~~\n~~~~\n\n[37 more lines of this code left out.]"


def test_a_table_keeps_its_header_and_whole_rows() -> None:
    rows = "".join(f"| {number} | x |\n" for number in range(20))
    assert cut("| a | b |\n|---|---|\n" + rows, 112) == (
        "| a | b |\n|---|---|\n| 0 | x |\n| 1 | x |\n| 2 | x |\n\n"
        "[17 more rows of this table left out.]"
    )


def test_a_list_keeps_whole_items_with_their_code() -> None:
    item = "- do this:\n\n  ```sh\n  run\n  ```\n"
    assert cut(item * 5, 100) == (
        "- do this:\n\n  ```sh\n  run\n  ```\n\n[4 more items of this list left out.]"
    )


def test_the_last_one_that_is_missing_is_one() -> None:
    assert cut("- a\n- " + "b" * 300, 100) == "- a\n\n[1 more item of this list left out.]"


def test_a_paragraph_is_cut_at_a_word_only_if_it_stands_alone() -> None:
    text = "word " * 100
    assert (
        cut(text, 90)
        == "word word word word word word …\n\n[471 characters of this paragraph left out.]"
    )
    assert excerpt([part("One."), part(text)], 90).text == "One."


def test_chinese_is_cut_after_a_sentence() -> None:
    text = "没有监听。" * 50
    assert cut(text, 82) == (
        "没有监听。没有监听。没有监听。没有监听。 …\n\n[230 characters of this paragraph left out.]"
    )


def test_a_block_that_cannot_be_taken_apart_is_named() -> None:
    text = "> ```\n" + "> quoted\n" * 100
    assert cut(text, 100) == (
        "[906 characters in one block that is longer than what was asked for.]"
    )
    assert cut(text, 20) == ""


def test_reference_definitions_stay_with_their_block() -> None:
    text = "A [link].\n\n[link]: https://example.org\n\n" + "word " * 50
    assert cut(text, 60) == "A [link].\n\n[link]: https://example.org"


PIECES = st.sampled_from(
    ["# One\n", "## Two\n", "\n", "Text and more text.\n", "```python\n", "```\n", "~~~~\n",
     "- a\n", "  - b\n", "| a | b |\n", "|---|---|\n", "> q\n", "    code\n", "中文。\n", "\r\n",
     "1. x\n"]
)  # fmt: skip


@given(pieces=st.lists(PIECES, max_size=40), budget=st.integers(min_value=0, max_value=300))
def test_any_text_keeps_to_the_budget_and_leaves_no_fence_open(
    pieces: list[str], budget: int
) -> None:
    found = parts("".join(pieces))
    made = excerpt(found, budget)
    assert len(made.text) <= budget
    assert made.is_cut == (len(joined(found)) > budget)
    fence = ""
    for line in made.text.split("\n"):
        fence = fence_after(line, fence)
    assert fence == ""
