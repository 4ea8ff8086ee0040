"""Code in colours: the same text, escaped, in few classes."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.html.syntax_highlighting import LONGEST, highlighted


def test_tokens_of_a_kind_have_a_class() -> None:
    assert highlighted("def f():\n    return 'a' # b", "python") == (
        '<i class="k">def </i><i class="f">f</i>():\n    <i class="k">return </i>'
        '<i class="s">\'a\' </i><i class="c"># b</i>'
    )


def test_unknown_languages_and_long_code_are_plain() -> None:
    assert highlighted("if a < b", "no-such-language") == "if a &lt; b"
    assert highlighted("if a < b", "text") == "if a &lt; b"
    long = "if a:\n" * (LONGEST // 6 + 1)
    assert highlighted(long, "python") == long


@pytest.mark.parametrize("language", ["python", "bash", "javascript", "json", "diff", "console"])
@given(code=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=60))
def test_the_text_stays_what_it_is(language: str, code: str) -> None:
    html = str(highlighted(code, language))

    assert unescape(re.sub(r"</?i(?: class=\"\w\")?>", "", html)) == code
    assert "<" not in re.sub(r"</?i(?: class=\"\w\")?>", "", html)
