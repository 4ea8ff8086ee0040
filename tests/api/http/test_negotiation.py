"""Which of two forms a request wants more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.negotiation import (
    HTML,
    JSON,
    MARKDOWN,
    NotAcceptable,
    best_language,
    canonical_choice,
    preferred_language,
    prefers,
    prefers_markdown,
)


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", False),
        ("text/html, text/markdown", False),
        ("text/markdown", True),
        ("text/markdown, text/html, */*", True),
        ("text/html;q=0.8, text/markdown", True),
        ("text/*, application/json", False),
        ("text/html;q=0, */*", True),
        ("text/markdown;q=nonsense", False),
    ],
)
def test_markdown_over_html(accept: str, wanted: bool) -> None:
    assert prefers(accept, MARKDOWN, over=HTML) is wanted


def test_html_over_json_needs_a_browser() -> None:
    assert prefers("text/html,application/xhtml+xml,*/*;q=0.8", HTML, over=JSON)
    assert not prefers("*/*", HTML, over=JSON)
    assert not prefers("application/json, text/html", HTML, over=JSON)


# What headers mean


RANGES = st.lists(
    st.tuples(
        st.sampled_from(["text/markdown", "application/json", "text/html", "text/*", "*/*",
                         "application/*", "image/png", "TEXT/HTML"]),
        st.sampled_from(["", ";q=0", ";q=0.5", ";q=1", ";level=1;q=0.7", ";q=x"]),
    ).map("".join),
    max_size=5,
).map(", ".join)  # fmt: skip
LANGUAGES = st.lists(
    st.tuples(
        st.sampled_from(["en", "en-GB", "EN_us", "zh", "zh-TW", "fr", "*", "x{}", "-", ""]),
        st.sampled_from(["", ";q=0", ";q=0.5", ";q=0.9", ";q=x"]),
    ).map("".join),
    max_size=6,
).map(",".join)


def brief(accept: str, languages: str = "") -> tuple[str, str]:
    form, named = canonical_choice(accept.encode(), languages.encode())
    return form.decode(), named.decode()


def forms(accept: str) -> tuple[object, ...]:
    """All that is chosen by an Accept header."""
    try:
        chosen: object = prefers_markdown(accept)
    except NotAcceptable:
        chosen = None
    pairs = [("text/markdown", "text/html"), ("text/html", "application/json")]
    return (chosen, *(prefers(accept, one, over=other) for one, other in pairs))


@given(RANGES)
def test_what_is_said_briefly_chooses_the_same_form(accept: str) -> None:
    assert forms(brief(accept)[0]) == forms(accept)


@given(LANGUAGES, st.sampled_from([("en",), ("zh", "en"), ("zh-TW", "zh", "en-GB"), ("fr", "de")]))
def test_what_is_said_briefly_chooses_the_same_language(
    header: str, available: tuple[str, ...]
) -> None:
    short = brief("", header)[1]
    assert preferred_language("", short, "de") == preferred_language("", header, "de")
    assert best_language("", short, available, "en") == best_language("", header, available, "en")


@pytest.mark.parametrize(
    "headers",
    [
        [("", ""), ("*/*", "*"), ("application/json", "xx;q=0"), ("text/plain, */*;q=0.1", "-")],
        [("text/html,*/*;q=0.8", "de-AT,de;q=0.9"), ("text/html", " DE-at , de;q=0.1, *")],
        [("text/markdown", "en"), ("text/markdown;q=0.4", "en,en-GB;q=0.9,en-US;q=0.8")],
    ],
)
def test_headers_that_mean_the_same_are_one(headers: list[tuple[str, str]]) -> None:
    assert len({brief(*each) for each in headers}) == 1


def test_only_so_much_of_a_header_is_read() -> None:
    many = ",".join(f"{one}{other}" for one in "abcdefgh" for other in "ijklmnop")
    assert len(brief("", many)[1].split(",")) == 16
    assert best_language("", "x" * 2_000 + ",zh", ("en", "zh"), "en") == "en"


@pytest.mark.parametrize(
    "accept", ["garbage", ";q=1", "text", "/", "text/;q=0.3", ",,", "q=0.5, x"]
)
def test_a_header_without_a_media_range_allows_all(accept: str) -> None:
    assert brief(accept) == brief("*/*")
    assert not prefers_markdown(accept)
