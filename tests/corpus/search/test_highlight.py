"""Tests of excerpts: what is marked, where they are cut, and that HTML stays whole."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.search.highlight import LONG, WIDTH, Excerpts, Highlight
from corpus.text.analysis import terms


def marked(text: str, query: str) -> str | None:
    return Excerpts(terms(query), Highlight.HTML).of(text)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Connection refused", "refused", "Connection <mark>refused</mark>"),
        ("Connections are refused", "connection", "<mark>Connections</mark> are refused"),
        ("read ECONNRESET here", "econnreset", "read <mark>ECONNRESET</mark> here"),
        ("exit code 137.", "137", "exit code <mark>137</mark>."),
        ("see package.json", "package.json", "see <mark>package.json</mark>"),
        ("端口被占用了", "占用", "端口被<mark>占用</mark>了"),
        ("端口3000被占用", "端口被占用", "<mark>端口</mark>3000<mark>被占用</mark>"),
        ("a\n\n  b c", "c", "a b <mark>c</mark>"),
        ("nothing", "else", None),
        ("", "x", None),
    ],
)
def test_what_is_marked(text: str, query: str, expected: str | None) -> None:
    assert marked(text, query) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>port</b> & 'x'", "&lt;b&gt;<mark>port</mark>&lt;/b&gt; &amp; &#x27;x&#x27;"),
        ("<script>port</script>", "&lt;script&gt;<mark>port</mark>&lt;/script&gt;"),
        ("</mark>port", "&lt;/mark&gt;<mark>port</mark>"),
    ],
)
def test_html_is_escaped(text: str, expected: str) -> None:
    assert marked(text, "port") == expected


def test_plain_text_stays_as_it_is() -> None:
    assert Excerpts(["port"], Highlight.TEXT).of("<b>port</b> & more") == "<b>port</b> & more"


def test_a_long_text_is_cut_at_words_around_the_find() -> None:
    text = "before " * 40 + "port" + " after" * 40
    assert Excerpts(["port"], Highlight.TEXT).of(text) == (
        "… " + "before " * 6 + "port" + " after" * 21 + " …"
    )


def test_of_a_very_long_text_the_part_with_most_of_the_words_is_shown() -> None:
    filler = "nothing to see here. " * 60
    text = f"port. {filler} The port is refused by the firewall. {filler}"
    shown = Excerpts(["port", "refus", "firewal"], Highlight.HTML).of(text)
    assert shown is not None
    assert "The <mark>port</mark> is <mark>refused</mark> by the <mark>firewall</mark>." in shown


@pytest.mark.parametrize(
    "character",
    ["e\u0301", "👩‍👩‍👧", "👍🏽", "🇨🇳", "का", "e\u0301\u0323"],
)
@pytest.mark.parametrize("before", range(4))
def test_no_character_is_cut(character: str, before: int) -> None:
    text = "x" * before + character * 200 + "端口" + character * 200
    shown = Excerpts(["端口"], Highlight.TEXT).of(text)
    assert shown is not None
    assert set(re.split(f"{character}|x|端口", shown)) == {"", "… ", " …"}


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert (tag, attrs) == ("mark", [])
        self.open += 1

    def handle_endtag(self, tag: str) -> None:
        assert tag == "mark"
        self.open -= 1
        assert self.open == 0

    def handle_data(self, data: str) -> None:
        self.text += data


PIECES = ("<", ">", "&", "port ", "端口", "e\u0301", "👩‍👩‍👧", "<mark>", "a b ", "\n", "x" * WIDTH)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=2 * LONG // WIDTH * 4))
def test_html_is_balanced_and_says_what_the_text_says(pieces: list[str]) -> None:
    text = "".join(pieces)
    wanted = ["port", "端口", "b", "x"]
    shown, plain = (Excerpts(wanted, style).of(text) for style in (Highlight.HTML, Highlight.TEXT))
    if shown is None or plain is None:
        assert shown is plain
        return
    reader = _Balance()
    reader.feed(shown)
    reader.close()
    assert reader.open == 0
    assert reader.text == plain
    assert not any(unicodedata.combining(after) for after in re.findall(r"<mark>(.)", shown))
