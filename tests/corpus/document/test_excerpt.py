"""Excerpts: where a text is cut."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.document.article_document import fence_after
from corpus.document.excerpt import excerpt
from corpus.document.outline import outline
from corpus.document.sections import Part, join_parts, parts_of
from tests.factories import make_translation


def fenced(lines: int) -> str:
    return "```python\n" + "".join(f"line {number}\n" for number in range(lines)) + "```"


def part(text: str, *, title: str = "") -> Part:
    return Part(level=2 if title else 0, title=title, anchor=title, text=text)


def cut(text: str, budget: int) -> str:
    """What is left of a text that stands alone."""
    made = excerpt([part(text)], budget)
    assert (made.whole, made.is_cut) == (0, True)
    return made.text


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


def test_line_ends_of_any_kind_do_not_count_at_the_end() -> None:
    assert cut("Text.\n\r\n" + "word " * 50, 60) == "Text."


PIECES = st.sampled_from(
    ["# One\n", "## Two\n", "\n", "Text and more text.\n", "```python\n", "```\n", "~~~~\n",
     "- a\n", "  - b\n", "| a | b |\n", "|---|---|\n", "> q\n", "    code\n", "中文。\n", "\r\n",
     "1. x\n"]
)  # fmt: skip


@given(pieces=st.lists(PIECES, max_size=40), budget=st.integers(min_value=0, max_value=300))
def test_any_text_keeps_to_the_budget_and_leaves_no_fence_open(
    pieces: list[str], budget: int
) -> None:
    body = "".join(pieces)
    found = parts_of(make_translation(body=body), outline(body).sections)
    made = excerpt(found, budget)
    assert len(made.text) <= budget
    assert made.is_cut == (len(join_parts(found)) > budget)
    fence = ""
    for line in made.text.split("\n"):
        fence = fence_after(line, fence)
    assert fence == ""
