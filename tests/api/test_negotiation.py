"""Which of two forms a request wants more."""

import pytest

from api.negotiation import HTML, JSON, MARKDOWN, prefers


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
