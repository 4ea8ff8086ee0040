"""Summaries: what lists show of an article, computed at ingest and stored as JSON.

A summary has the article's metadata and its passages, the places that a hit can point to: error
rows, questions, headings, keywords and codes.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

import msgspec

from corpus.checks.trust import Level, Trust
from corpus.diagnosis.signatures.extraction import row_messages
from corpus.diagnosis.signatures.signature import Signature
from corpus.document.article import Risk, Status
from corpus.store.entry import Entry
from corpus.text.analysis import terms


class PassageKind(StrEnum):
    """The kinds of passages, those that answer best first."""

    ERROR = "error"
    CODE = "code"
    QUESTION = "qa"
    KEYWORD = "keyword"
    SECTION = "section"


class Passage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A place in an article that a hit can point to."""

    kind: PassageKind
    lang: str
    text: str
    anchor: str = ""
    cause: str | None = None
    solution: str | None = None
    code: tuple[str, ...] = ()
    """What these two have in code spans, in order."""


class ArticleSummary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An article as a list shows it; the fields are those of `Metadata` and `Article`."""

    id: str
    slug: str
    code: str | None = None
    author: str
    domain: str
    tags: tuple[str, ...] = ()
    status: Status = Status.PENDING
    confidence: int = 0
    risk: Risk = Risk.LOW
    published_at: str | None = None
    updated_at: str | None = None
    created_at: str | None = None
    trust: Trust
    """Of the original."""
    other_trust: Mapping[str, Trust] = {}
    """Of translations of which it is another."""
    languages: tuple[str, ...]
    title: Mapping[str, str]
    summary: Mapping[str, str]
    versions: tuple[str, ...] = ()
    said: str = ""
    """The passages as a search sees them, a line for each: `|kind|lang term term `."""
    stored_passages: tuple[msgspec.Raw, ...] = ()
    """What they say, read when it is shown."""

    @property
    def passages(self) -> list[Passage]:
        """All passages."""
        return [self.passage(number) for number in range(len(self.stored_passages))]

    def passage(self, number: int) -> Passage:
        """The passage of a line of `said`, counted from 0."""
        return _passage_of(self.stored_passages[number])

    @property
    def changed_at(self) -> str | None:
        """See Metadata."""
        return self.updated_at or self.created_at

    def lang(self, wanted: str) -> str:
        """The language to show: the preferred one, or the original if that is missing."""
        return wanted if wanted in self.languages else self.languages[0]

    def trust_in(self, lang: str) -> Trust:
        """The trust in the language that is shown."""
        return self.other_trust.get(self.lang(lang), self.trust)

    def trusted_rows(self, levels: Collection[Level], lang: str) -> list[Passage]:
        """The rows of the error table with one of these levels, those in `lang` first."""
        rows = [
            passage
            for passage in self.passages
            if passage.kind is PassageKind.ERROR
            and self.trust_in(passage.lang).of(passage.anchor).level in levels
        ]
        return sorted(rows, key=lambda row: row.lang != lang)

    def row(self, claimed: Signature, lang: str) -> Passage | None:
        """The first row of the error table that has a signature's message, if there is one."""
        return next(self.rows(claimed, lang), None)

    def rows(self, claimed: Signature, lang: str) -> Iterator[Passage]:
        """The rows of the error table that have a signature's message.

        Tables hold the same messages in every language, so a row that another language's
        table has is looked for in `lang` as well.
        """
        rows = sorted(self._rows(), key=lambda row: (row.lang != lang, len(row.text)))
        return (row for row in rows if _says(row.text, claimed.text))

    def row_at(self, anchor: str, lang: str) -> Passage | None:
        """The row of the error table of a language with an anchor."""
        return next((r for r in self._rows() if (r.anchor, r.lang) == (anchor, lang)), None)

    def _rows(self) -> Iterator[Passage]:
        for number, line in enumerate(self.said.split("\n")):
            if line.startswith(_ROW):
                yield self.passage(number)


def _says(row: str, message: str) -> bool:
    """Whether a row of an error table has that message, as the log parser reads it."""
    return message in " ".join(row.split()) or message in row_messages(row)


def summary_of(entry: Entry) -> ArticleSummary:
    """What a list shows of an entry."""
    article, metadata = entry.article, entry.article.metadata
    original, *others = article.languages
    trust = entry.trust(original)
    passages = list(_passages(entry))
    return ArticleSummary(
        id=metadata.id,
        slug=article.slug,
        code=metadata.code,
        author=metadata.author,
        domain=metadata.domain,
        tags=metadata.tags,
        status=metadata.status,
        confidence=metadata.confidence,
        risk=metadata.risk,
        published_at=metadata.published_at,
        updated_at=metadata.updated_at,
        created_at=metadata.created_at,
        trust=trust,
        other_trust={lang: own for lang in others if (own := entry.trust(lang)) != trust},
        versions=metadata.versions,
        languages=article.languages,
        title={text.lang: text.title for text in article.translations},
        summary={text.lang: text.summary for text in article.translations},
        said="\n".join(map(_terms_line, passages)),
        stored_passages=tuple(msgspec.Raw(msgspec.json.encode(each)) for each in passages),
    )


def _passages(entry: Entry) -> Iterator[Passage]:
    article, metadata = entry.article, entry.article.metadata
    for translation, derived in zip(article.translations, entry.derived, strict=True):
        lang = translation.lang
        for error in derived.errors:
            yield Passage(
                kind=PassageKind.ERROR,
                lang=lang,
                text=error.error,
                anchor=error.anchor,
                cause=error.cause,
                solution=error.solution,
                code=error.code,
            )
        for number, qa in enumerate(translation.questions, start=1):
            yield Passage(
                kind=PassageKind.QUESTION, lang=lang, text=qa.question, anchor=f"question-{number}"
            )
        for section in derived.sections:
            yield Passage(
                kind=PassageKind.SECTION, lang=lang, text=section.title, anchor=section.anchor
            )
    for word in metadata.keywords:
        yield Passage(kind=PassageKind.KEYWORD, lang="", text=word)
    if metadata.code:
        yield Passage(kind=PassageKind.CODE, lang="", text=metadata.code)


def _terms_line(passage: Passage) -> str:
    return f"|{passage.kind}|{passage.lang} {_terms(passage.text)} "


@lru_cache(2_048)
def _terms(text: str) -> str:
    """The terms of a passage; languages and articles share what they have in common."""
    return " ".join(dict.fromkeys(terms(text)))


_ROW = f"|{PassageKind.ERROR}|"
_passage_of = msgspec.json.Decoder(Passage).decode
