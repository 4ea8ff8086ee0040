"""axe-core finds nothing serious on any kind of page, light or dark."""

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.places import KINDS, open_diagnosis


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_pages(open_page: OpenPage, kind: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(KINDS[kind])
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_diagnosis(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    open_diagnosis(page)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_article_with_everything_unfolded(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": 375, "height": 800})
    page.goto(KINDS["article"])
    page.evaluate("() => document.querySelectorAll('details').forEach((it) => (it.open = true))")
    assert violations(page) == []


def test_axe_sees_what_is_wrong(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/en")
    page.evaluate("() => document.documentElement.removeAttribute('lang')")
    assert [found.partition(":")[0] for found in violations(page)] == ["html-has-lang"]
