"""Text of others within a line of ours."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.responses.markdown.inline import link_text, one_line


def test_a_line_is_cut_between_words() -> None:
    assert one_line("one two\n three", most=13) == "one two three"
    assert one_line("one two three", most=12) == "one two…"
    assert one_line("onetwothree", most=5) == "onet…"
    assert one_line("", most=5) == ""


@given(st.text(), st.integers(2, 40))
def test_a_line_is_one_and_short(text: str, most: int) -> None:
    line = one_line(text, most=most)

    assert len(line) <= most
    assert len(line.splitlines()) <= 1


def test_brackets_do_not_end_the_text_of_a_link() -> None:
    for text in ("list[str]", "a ](x) b", "back\\slash]", "[", "]"):
        [paragraph] = [
            token
            for token in MarkdownIt().parse(f"[{link_text(text)}](http://a.example)")
            if token.type == "inline"
        ]
        opened, *shown, closed = paragraph.children or []
        assert (opened.type, closed.type) == ("link_open", "link_close")
        assert "".join(token.content for token in shown) == text
