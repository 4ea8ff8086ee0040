"""The languages of the pages, and their strings: `languages/*/pages.toml`.
An article in none of these languages is shown in its own.
"""

from typing import Annotated

from fastapi import Path
from starlette.convertors import Convertor, register_url_convertor

from api.http.negotiation import best_language
from languages.loader import Texts, spoken_languages, texts

LANGUAGES = spoken_languages()
STRINGS = texts("pages")
NAMES = {lang: text.name for lang, text in STRINGS.items()}
DEFAULT = LANGUAGES[0]


class _PageLanguage(Convertor[str]):
    """`/{lang:page_language}` matches the languages of the pages and nothing else."""

    regex = "|".join(LANGUAGES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page_language", _PageLanguage())

PageLang = Annotated[str, Path()]
LANG_PATH = "/{lang:page_language}"
"""The first part of the path of every page."""


def reader_language(accept_language: str, default: str) -> str:
    """The best language of the pages for an Accept-Language header."""
    fallback = default if default in LANGUAGES else DEFAULT
    return best_language("", accept_language, LANGUAGES, fallback)


def language_of_path(path: str) -> str | None:
    """The language that a path begins with, if it is one of the pages."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in LANGUAGES else None


def label(texts: Texts, kind: str, value: str) -> str:
    """The name of one of a fixed set of values; by default the value itself."""
    name: str = getattr(texts, f"{kind}_{value.replace(' ', '_')}", value.replace("_", " "))
    return name
