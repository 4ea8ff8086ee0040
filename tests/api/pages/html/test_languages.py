"""What the pages say."""

import re
from pathlib import Path

from api.pages.html.languages import STRINGS, label
from languages.loader import fill

PAGES = Path(__file__).parents[4] / "api" / "pages"


def test_every_text_is_used() -> None:
    sources = [
        *PAGES.glob("*.py"),
        *(PAGES / "html").glob("*.py"),
        *(PAGES / "templates").glob("*.html"),
    ]
    source = "\n".join(file.read_text("utf-8") for file in sources)
    kinds = {*re.findall(r'label\(\w+, "(\w+)"', source), "problem", "domain", "status", "risk"}
    unused = [
        key
        for key in vars(STRINGS["en"])
        if not re.search(rf"\.{key}\b", source)
        and not any(key.startswith(f"{kind}_") for kind in (*kinds, "domains", "tags", "trust"))
    ]
    assert unused == []


def test_singular_and_plural() -> None:
    assert fill("{n} article|{n} articles", 1) == "1 article"
    assert fill("{n} article|{n} articles", 0) == "0 articles"
    assert fill("{n} 篇文章", 1234) == "1,234 篇文章"
    assert fill("Page {page}", page=2) == "Page 2"


def test_values_have_names_and_unknown_ones_are_as_written() -> None:
    assert label(STRINGS["en"], "outcome", "not fixed") == "not fixed"
    assert label(STRINGS["zh"], "domain", "tools_github") == "Git 与 GitHub"
    assert label(STRINGS["en"], "domain", "my_own") == "my own"
