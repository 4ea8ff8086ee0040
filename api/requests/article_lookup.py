"""Looks up articles by slug, id, code or alias, with or without `.md` or `.json`."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from api.dependencies import AppState
from corpus.errors import NotFound, Unavailable
from corpus.search.highlight import Highlight
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest, search
from corpus.store import articles
from corpus.store.articles import FoundArticle
from corpus.store.entry import Entry
from corpus.store.queries import catalog

_SUFFIXES = (".md", ".json")
_LANGUAGE_SUFFIX = re.compile(r"(?P<name>.+)\.(?P<lang>[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)")
_SUGGESTIONS = 5

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class NamedArticle:
    """An article and the suffix of the name that it was requested by: `.zh.md`, `.json`, none."""

    found: FoundArticle
    suffix: str = ""
    lang: str = ""

    @property
    def entry(self) -> Entry:
        """The article."""
        return self.found.entry

    @property
    def canonical(self) -> str:
        """The canonical name of the article, with the same suffix."""
        return self.found.slug + self.suffix


async def read_article(
    state: AppState,
    name: str,
    question: Callable[[Reading, NamedArticle], Result],
    *,
    missing: str = "there is no such article",
) -> Result:
    """Runs a query about the article of that name.

    Raises NotFound with the message `missing` and suggestions of similar articles.
    """

    def ask(reading: Reading) -> Result | None:
        named = find(reading, name)
        return None if named is None else question(reading, named)

    found = await state.read(ask)
    if found is None:
        alike = await state.read(lambda reading: nearest(reading, name), search=True)
        raise NotFound(missing, suggestions=alike)
    return found


def find(reading: Reading, name: str) -> NamedArticle | None:
    """The article of that name. The whole name takes precedence, since slugs may contain dots.

    A name in other case than its own is tried last.
    """
    stem = _stem(name)
    candidates = [(name, ""), (stem, "")]
    if (match := _LANGUAGE_SUFFIX.fullmatch(stem)) is not None:
        candidates.append((match["name"], match["lang"]))
    candidates = candidates[: 1 if stem == name else 3]
    for in_case in (str, str.upper, str.lower):
        for candidate, lang in candidates:
            found = articles.find(reading.connection, in_case(candidate))
            if found is not None and _is_written_in(found, lang):
                return NamedArticle(found, name[len(candidate) :], lang)
    return None


def _is_written_in(found: FoundArticle, lang: str) -> bool:
    """Whether the article has a text in the language that its name ends with, if with any."""
    primary = lang.lower().partition("-")[0]
    return not lang or primary in {
        each.lower().partition("-")[0] for each in found.entry.article.languages
    }


def _stem(name: str) -> str:
    """The name without the suffix of a format."""
    return next((name.removesuffix(end) for end in _SUFFIXES if name.endswith(end)), name)


def nearest(reading: Reading, name: str) -> list[str]:
    """Suggestions: articles with a similar name, then those that a search finds."""
    name = _stem(name)
    alike = catalog.nearest(reading.connection, name, limit=_SUGGESTIONS)
    with suppress(Unavailable):  # a 404 needs no index
        alike += [slug for slug in _about(reading, name) if slug not in alike]
    return alike[:_SUGGESTIONS]


def _about(reading: Reading, name: str) -> list[str]:
    words = " ".join(re.split(r"[-_.\s]+", name))
    found = search(
        reading, SearchRequest(q=words, page_size=_SUGGESTIONS, highlight=Highlight.NONE)
    )
    return [item.summary.slug for item in found.items]
