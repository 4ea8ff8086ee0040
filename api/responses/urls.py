"""The paths of articles, as data and as pages."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from languages.loader import spoken_languages

PAGE_LANGUAGES = spoken_languages()
"""The languages of the pages."""


@lru_cache(4_096)
def article_path(slug: str) -> str:
    """The path of an article in the API."""
    return f"/api/v1/articles/{quote(slug)}"


def document_path(slug: str, lang: str) -> str:
    """The path of an article's document in one language, which needs no `Vary` by language."""
    return f"{article_path(slug)}.{lang}.md"


def page_path(slug: str, lang: str) -> str:
    """The path of an article's page."""
    return f"/{lang}/articles/{quote(slug)}"


def error_slug(anchor: str) -> str:
    """The name of an error's own page, which is its anchor without what all of them begin with."""
    return anchor.removeprefix("error-") or anchor


def error_page_path(anchor: str, lang: str) -> str:
    """The path of the page of one error."""
    return f"/{lang}/errors/{quote(error_slug(anchor))}"


def error_anchors(slug: str) -> tuple[str, ...]:
    """The anchors that the name of an error's page may stand for, or an anchor itself."""
    return f"error-{slug}", slug


def row_path(slug: str, lang: str, anchor: str) -> str:
    """The path of an article's page with one of its errors at the top."""
    return f"{page_path(slug, lang)}?error={quote(error_slug(anchor))}"


def page_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """The languages in which an article has a page, given those it is written in.

    If none of them is a language of the pages, it is shown on the page of the first.
    """
    return tuple(lang for lang in languages if lang in PAGE_LANGUAGES) or PAGE_LANGUAGES[:1]
