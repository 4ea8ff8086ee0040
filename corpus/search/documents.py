"""From an entry to what engines index: one generator of terms, for builds and updates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from corpus.checks.trust import Level, Trust
from corpus.diagnosis.signatures.signature import Signature
from corpus.document.article import Article, Metadata, Translation
from corpus.search.engine import Field, IndexDocument
from corpus.search.tuning import NAME_TIMES, PAIRS_INDEXED, TITLE_TIMES
from corpus.store.entry import Entry
from corpus.store.filters import FACETS, label
from corpus.text import codes
from corpus.text.analysis import terms
from corpus.text.timestamps import milliseconds
from corpus.text.word_pairs import pairs

MARKUP = re.compile(r"[*`|>#]+|\]\((?:[^)\s\]]|\](?!\()){0,500}+\)|!?\[")
"""What surrounds words in Markdown: the words stay, link targets go."""
_SEPARATORS = re.compile(r"[-_\s]+")
FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
"""What begins and ends a block of code: every other piece between is code."""
_TABLE = re.compile(r"((?:^[ \t>]*\|.*(?:\n|\Z))+)", re.MULTILINE)
"""The rows of a table: every other piece between is one."""


def index_document(entry: Entry) -> IndexDocument:
    """An article as engines see it, all languages together."""
    metadata = entry.article.metadata
    said = _ArticleTerms()
    for text in (*_shared_texts(entry), metadata.author, metadata.domain, *metadata.versions):
        said.in_prose(text)
    for translation, derived in zip(entry.article.translations, entry.derived, strict=True):
        _read(translation, said, has_error_table=bool(derived.errors))
    return IndexDocument(
        id=metadata.id,
        names=tuple(dict.fromkeys(_names(entry.article))),
        texts={
            Field.KEY: " ".join(_key_terms(entry)),
            Field.TEXT: " ".join(said.counted_terms()),
            Field.BODY: " ".join(said.all),
            Field.PAIRS: " ".join(islice(said.pairs, PAIRS_INDEXED)),
            Field.SIGNATURE: " ".join(_signature_terms(entry)),
        },
        labels=tuple(_labels(entry)),
        confidence=metadata.confidence,
        updated_ms=milliseconds(metadata.changed_at),
        facets=_facets(metadata),
    )


class _ArticleTerms:
    """The terms of an article in their order, those of prose and of others apart as well."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.pairs: dict[str, None] = {}
        self._prose: list[str] = []
        self._listed: set[str] = set()

    def in_prose(self, text: str) -> None:
        """Takes a text that was written to be read."""
        found = terms(text)
        self.all += found
        self._prose += found
        if len(self.pairs) < PAIRS_INDEXED:
            self.pairs.update(dict.fromkeys(pairs(found)))

    def in_code(self, text: str) -> None:
        """Takes a sample of code: its names are told, how often does not matter."""
        self._list(terms(text))

    def in_table(self, text: str) -> None:
        """Takes a table of errors: how often matters of codes only, for a long table is about
        many things and has most words often."""
        found = terms(text)
        self._list(found)
        self._prose += filter(codes.is_code, found)

    def _list(self, found: Sequence[str]) -> None:
        self.all += found
        self._listed.update(found)

    def counted_terms(self) -> Sequence[str]:
        """The terms as often as they count: those of prose each time, others once."""
        return [*self._prose, *sorted(self._listed.difference(self._prose))]


def _read(translation: Translation, said: _ArticleTerms, *, has_error_table: bool) -> None:
    said.in_prose(translation.title)
    said.in_prose(translation.summary)
    for number, part in enumerate(FENCE.split(translation.body)):
        for place, text in enumerate(_TABLE.split(part) if has_error_table else [part]):
            add = said.in_code if number % 2 else said.in_table if place % 2 else said.in_prose
            add(MARKUP.sub(" ", text))
    for qa in translation.questions:
        said.in_prose(qa.question)
        said.in_prose(qa.answer)
    for block in translation.code_blocks:
        said.in_prose(block.description)
        said.in_code(block.content)


RANKS = ("name", "keyword", "tag")
"""What a whole query can be of an article. What is a name counts as a keyword as well, and a
keyword as a tag, so that whatever boosts all three puts names first and tags last."""


def whole(text: str) -> tuple[str, ...]:
    """A whole query as it is compared with names, keywords and tags."""
    return tuple(label(rank, text) for rank in RANKS)


def inside(name: str) -> str:
    """A name as it is looked for inside a text: spelled with hyphens, underscores, in camel
    case or without any of them."""
    return label("inside", _SEPARATORS.sub("", name))


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
    for known in (article.slug, *own_code, *metadata.aliases):
        yield inside(known)


def _labels(entry: Entry) -> Iterator[str]:
    article, metadata = entry.article, entry.article.metadata
    trusts = [entry.trust(lang) for lang in article.languages]
    yield label("level", trusts[0].level)
    for level in sorted(_levels(entry, trusts)):
        yield label("trust", level)
    yield label("domain", metadata.domain)
    yield label("status", metadata.status)
    yield label("risk", metadata.risk)
    yield label("author", metadata.author)
    for tag in dict.fromkeys(metadata.tags):
        yield label("tag", tag)
    for lang in article.languages:
        yield label("lang", lang)


def _levels(entry: Entry, trusts: Sequence[Trust]) -> set[Level]:
    """The levels of the error entries in all languages, or that of an article without any."""
    levels = {
        trust.of(error.anchor).level
        for trust, derived in zip(trusts, entry.derived, strict=True)
        for error in derived.errors
    }
    return levels or {trusts[0].level}


def _facets(metadata: Metadata) -> Mapping[str, tuple[str, ...]]:
    values = ((metadata.domain,), (metadata.status,), (metadata.risk,), tuple(metadata.tags))
    return dict(zip(FACETS, values, strict=True))


def _key_terms(entry: Entry) -> Iterator[str]:
    """The terms that say what an article is about, as often as they count."""
    for times, texts in ((NAME_TIMES, _shared_texts(entry)), (1, _headlines(entry))):
        for text in texts:
            yield from terms(text) * times
    for translation in entry.article.translations:
        yield from terms(translation.title) * TITLE_TIMES


def _headlines(entry: Entry) -> Iterator[str]:
    for translation, derived in zip(entry.article.translations, entry.derived, strict=True):
        yield translation.summary
        yield from (question.question for question in translation.questions)
        yield from (section.title for section in derived.sections)
        yield from (error.error for error in derived.errors)


def _shared_texts(entry: Entry) -> Iterator[str]:
    metadata = entry.article.metadata
    yield entry.article.slug
    yield from (metadata.code or "", *metadata.aliases, *metadata.tags, *metadata.keywords)


def _signature_terms(entry: Entry) -> Iterator[str]:
    for signature in entry.signatures:
        yield from signature_terms(signature)


def signature_terms(signature: Signature) -> Sequence[str]:
    """The terms under which a signature is found; a code counts with and without its namespace."""
    return (*signature.terms, *signature.codes, *map(codes.value, signature.codes))
