"""The passages of an article that get vectors: short texts, each about one thing."""

import re
from collections.abc import Iterator
from itertools import islice

from corpus.document.article import Translation
from corpus.search.documents import FENCE, MARKUP
from corpus.search.tuning import PASSAGE_CHARACTERS, PASSAGES
from corpus.store.entry import DerivedText, Entry
from corpus.text.scripts import language_of

FORM = 1
"""Counts the ways in which articles were divided: vectors of another one are made anew."""
_BETWEEN = re.compile(r"\n\s*\n|(?<=[.!?])\s+(?=[A-Z])")
"""What stands between paragraphs, and between sentences."""


def passages_of(entry: Entry) -> list[str]:
    """The passages of all languages but those of whose script a model of English knows nothing.

    An article without any goes by its name.
    """
    article = entry.article
    found: dict[str, None] = {}
    for translation, derived in zip(article.translations, entry.derived, strict=True):
        for text in _texts(translation, derived):
            if text and language_of(text) is None:
                found[text] = None
    return list(islice(found, PASSAGES)) or [article.slug.replace("-", " ")]


def _texts(translation: Translation, derived: DerivedText) -> Iterator[str]:
    """What says most comes first, for long articles are not read to the end."""
    yield translation.title
    yield f"{translation.title}. {translation.summary}"
    yield from (each.question for each in translation.questions)
    yield from (f"{row.error}. {row.cause}. {row.solution}" for row in derived.errors)
    yield from (f"{each.question} {each.answer}" for each in translation.questions)
    body, starts = translation.body, [section.start for section in derived.sections]
    for start, end in zip([0, *starts], [*starts, len(body)], strict=True):
        yield from _divided(body[start:end])


def _divided(text: str) -> Iterator[str]:
    """The prose of a text in pieces of whole sentences, joined as long as they are short."""
    piece = ""
    for sentence in _BETWEEN.split("\n".join(FENCE.split(text)[::2])):
        words = " ".join(MARKUP.sub(" ", sentence).split())
        if piece and len(piece) + len(words) > PASSAGE_CHARACTERS:
            yield piece
            piece = ""
        piece = f"{piece} {words}".strip()
    yield piece
