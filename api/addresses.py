"""Where things are: the paths of articles, as data and as pages."""

from urllib.parse import quote


def article_path(slug: str) -> str:
    """The path of an article in the API."""
    return f"/api/v1/articles/{quote(slug)}"


def document_path(slug: str, lang: str) -> str:
    """The path of an article's document in one language, which any cache keeps apart."""
    return f"{article_path(slug)}.{lang}.md"


def page_path(slug: str, lang: str) -> str:
    """The path of an article's page for people."""
    return f"/{lang}/articles/{quote(slug)}"
