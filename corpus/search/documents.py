"""From an entry to what engines index: one generator of terms, for builds and updates."""

import re
from collections.abc import Iterator, Mapping, Sequence

from corpus.diagnosis.signatures import Signature
from corpus.document.article import Article, Metadata, Translation
from corpus.search.engine import Field, IndexDocument
from corpus.store.entry import Entry
from corpus.store.filters import FACETS, label
from corpus.text import codes
from corpus.text.analysis import terms
from corpus.text.timestamps import milliseconds

_MARKUP = re.compile(r"[*`|>#]+|\]\((?:[^)\s\]]|\](?!\()){0,500}+\)|!?\[")
"""What surrounds words in Markdown: the words stay, link targets go."""
_TITLE = 3
"""How often a title counts among the key texts, for it says most."""


def index_document(entry: Entry) -> IndexDocument:
    """An article as engines see it, all languages together."""
    metadata = entry.article.metadata
    return IndexDocument(
        id=metadata.id,
        names=tuple(dict.fromkeys(_names(entry.article))),
        texts={
            Field.KEY: _joined(_key_texts(entry)),
            Field.BODY: _joined(_body_texts(entry)),
            Field.SIGNATURE: " ".join(_signature_terms(entry)),
        },
        labels=tuple(_labels(entry)),
        confidence=metadata.confidence,
        updated_ms=milliseconds(metadata.changed_at),
        facets=_facets(metadata),
    )


def _joined(texts: Iterator[str]) -> str:
    return " ".join(term for text in texts for term in terms(text))


RANKS = ("name", "keyword", "tag")
"""What a whole query can be of an article. What is a name counts as a keyword as well, and a
keyword as a tag, so that whatever boosts all three puts names first and tags last."""


def whole(text: str) -> tuple[str, ...]:
    """A whole query as it is compared with names, keywords and tags."""
    return tuple(label(rank, text) for rank in RANKS)


def _names(article: Article) -> Iterator[str]:
    metadata = article.metadata
    titles = [translation.title for translation in article.translations]
    own_code = (metadata.code,) if metadata.code else ()
    for known in (article.slug, metadata.id, *own_code, *metadata.aliases, *titles):
        yield from whole(known)
    questions = [qa.question for text in article.translations for qa in text.questions]
    for known in (*metadata.keywords, *questions):
        yield from whole(known)[1:]
    for known in metadata.tags:
        yield from whole(known)[2:]


def _labels(entry: Entry) -> Iterator[str]:
    article, metadata = entry.article, entry.article.metadata
    yield label("trust", entry.trust.level)
    yield label("domain", metadata.domain)
    yield label("status", metadata.status)
    yield label("risk", metadata.risk)
    yield label("author", metadata.author)
    for tag in dict.fromkeys(metadata.tags):
        yield label("tag", tag)
    for lang in article.languages:
        yield label("lang", lang)


def _facets(metadata: Metadata) -> Mapping[str, tuple[str, ...]]:
    values = ((metadata.domain,), (metadata.status,), (metadata.risk,), tuple(metadata.tags))
    return dict(zip(FACETS, values, strict=True))


def _key_texts(entry: Entry) -> Iterator[str]:
    yield from _shared_texts(entry)
    for translation, derived in zip(entry.article.translations, entry.derived, strict=True):
        yield from (translation.title,) * _TITLE
        yield from (question.question for question in translation.questions)
        yield from (section.title for section in derived.sections)
        yield from (error.error for error in derived.errors)


def _shared_texts(entry: Entry) -> Iterator[str]:
    metadata = entry.article.metadata
    yield entry.article.slug
    yield from (metadata.code or "", *metadata.aliases, *metadata.tags, *metadata.keywords)


def _signature_terms(entry: Entry) -> Iterator[str]:
    for derived in entry.derived:
        for signature in derived.signatures:
            yield from signature_terms(signature)


def signature_terms(signature: Signature) -> Sequence[str]:
    """The terms under which a signature is found; a code counts with and without its namespace."""
    return (*signature.terms, *signature.codes, *map(codes.value, signature.codes))


def _body_texts(entry: Entry) -> Iterator[str]:
    yield from _shared_texts(entry)
    metadata = entry.article.metadata
    yield from (metadata.author, metadata.domain, *metadata.versions)
    for translation in entry.article.translations:
        yield from _translation_texts(translation)


def _translation_texts(translation: Translation) -> Sequence[str]:
    return [
        translation.title,
        translation.summary,
        _MARKUP.sub(" ", translation.body),
        *(text for qa in translation.questions for text in (qa.question, qa.answer)),
        *(text for block in translation.code_blocks for text in (block.description, block.content)),
    ]
