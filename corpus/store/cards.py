"""Cards: what a search shows of an article, made once at ingest and read back as one row.

A card has the article's short facts and its passages, which are the places that a hit
can point to: error rows, questions, headings, keywords and codes. Putting one together
from the tables takes fifty times as long as reading it back, and a search of a large corpus
meets articles that nobody asked for lately.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from sys import intern
from threading import Lock
from typing import Generic, TypeVar

import msgspec
from sqlalchemy import Connection, insert

from corpus.checks.trust import Trust
from corpus.diagnosis.extraction import row_messages
from corpus.diagnosis.signatures import Signature
from corpus.document.article import Risk, Status
from corpus.store import articles, schema
from corpus.store.entry import Entry
from corpus.text.analysis import terms

_KEPT_CARDS, _KEPT_SIGNATURES = 6_000_000, 2_500_000
"""Characters of JSON whose values are in memory, where they take some 16 and 10 MB: of 2,500
articles of 4 KB, fewer where there are long tables in two languages."""
_UNKNOWN = 10_000
"""What a value counts that was not made from JSON."""


class PassageKind(StrEnum):
    """What a passage is; the order says which one answers best."""

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
    terms: str
    """Each once, with a space between two: half the size of a tuple."""


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
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
    languages: tuple[str, ...]
    title: Mapping[str, str]
    summary: Mapping[str, str]
    passages: tuple[Passage, ...] = ()

    @property
    def changed_at(self) -> str | None:
        """See Metadata."""
        return self.updated_at or self.created_at

    def lang(self, wanted: str) -> str:
        """The language to show: the wanted one, or the original where that is missing."""
        return wanted if wanted in self.languages else self.languages[0]

    def row(self, claimed: Signature, lang: str) -> Passage | None:
        """The row of the error table that has a signature's message, if there is one.

        Tables hold the same messages in every language, so a row that another language's
        table has is looked for in `lang` as well.
        """
        rows = [
            passage
            for passage in self.passages
            if passage.kind is PassageKind.ERROR and _says(passage.text, claimed.text)
        ]
        rows.sort(key=lambda row: (row.lang != lang, len(row.text)))
        return rows[0] if rows else None


def _says(row: str, message: str) -> bool:
    """Whether a row of an error table has that message, as the log parser reads it."""
    return message in " ".join(row.split()) or message in row_messages(row)


class Cards:
    """What is kept of the articles of one generation: the most recently used ones in memory."""

    def __init__(self) -> None:
        self._cards = _Kept(_load_cards, most=_KEPT_CARDS)
        self._signatures = _Kept(_load_signatures, most=_KEPT_SIGNATURES)

    def load(self, connection: Connection, ids: Sequence[str]) -> list[Card]:
        """The cards of these articles, in order; unknown ids are left out."""
        return list(self._cards.load(connection, ids).values())

    def signatures(
        self, connection: Connection, ids: Sequence[str]
    ) -> Mapping[str, Sequence[Signature]]:
        """The error signatures of these articles, by article id."""
        return self._signatures.load(connection, ids)


_Value = TypeVar("_Value")
_Load = Callable[[Connection, Sequence[str]], Mapping[str, tuple[_Value, int]]]
"""Values with their sizes, by article id."""


class _Kept(Generic[_Value]):
    """Values by article id, loaded when they are asked for; safe to use from several threads."""

    def __init__(self, load: _Load[_Value], *, most: int) -> None:
        self._load = load
        self._most = most
        self._values: OrderedDict[str, tuple[_Value, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def load(self, connection: Connection, ids: Sequence[str]) -> dict[str, _Value]:
        """The values of these articles, in order; unknown ids are left out."""
        with self._lock:
            known = {id_: self._values[id_] for id_ in ids if id_ in self._values}
            for id_ in known:
                self._values.move_to_end(id_)
        missing = [id_ for id_ in ids if id_ not in known]
        made = self._load(connection, missing) if missing else {}
        self._keep(made)
        found = {**known, **made}
        return {id_: found[id_][0] for id_ in ids if id_ in found}

    def _keep(self, made: Mapping[str, tuple[_Value, int]]) -> None:
        with self._lock:
            for id_, (_, size) in made.items():
                if id_ not in self._values:
                    self._values[id_] = made[id_]
                    self._size += size
            while self._size > self._most:
                _, (_, size) = self._values.popitem(last=False)
                self._size -= size


# In the database


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A card and the signatures of its article, as JSON."""

    article_id: str
    card: str
    signatures: str


def card_row(entry: Entry) -> CardRow:
    """What `write` keeps of an entry."""
    signatures = [
        msgspec.structs.replace(signature, joints=())  # which only observed lines have
        for derived in sorted(entry.derived, key=lambda derived: derived.lang)
        for signature in derived.signatures
    ]
    return CardRow(
        article_id=entry.article.metadata.id,
        card=msgspec.json.encode(_card(entry)).decode(),
        signatures=msgspec.json.encode(signatures).decode(),
    )


def write(connection: Connection, rows: Sequence[CardRow]) -> None:
    """Keeps the cards of articles that have just been written, which took the old ones along."""
    values = [
        {"article_id": row.article_id, "card": row.card, "signatures": row.signatures}
        for row in rows
    ]
    if values:
        connection.execute(insert(schema.cards), values)


_card_of = msgspec.json.Decoder(Card).decode
_signatures_of = msgspec.json.Decoder(list[Signature]).decode


def _load_cards(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Card, int]]:
    rows = _rows(connection, "SELECT article_id, card FROM cards WHERE article_id", ids)
    found = {id_: (_card_of(card), len(card)) for id_, card in rows}
    if missing := [id_ for id_ in ids if id_ not in found]:  # written before there were cards
        for entry in articles.load(connection, missing):
            found[entry.article.metadata.id] = _card(entry), _UNKNOWN
    return found


def _load_signatures(
    connection: Connection, ids: Sequence[str]
) -> dict[str, tuple[list[Signature], int]]:
    rows = _rows(connection, "SELECT article_id, signatures FROM cards WHERE article_id", ids)
    found = {id_: (_signatures_of(signatures), len(signatures)) for id_, signatures in rows}
    if missing := [id_ for id_ in ids if id_ not in found]:
        for id_, signatures in articles.signatures(connection, missing).items():
            found[id_] = signatures, _UNKNOWN
    return found


def _rows(
    connection: Connection, query: str, ids: Sequence[str], *others: str
) -> Iterable[tuple[str, str]]:
    """Two columns of some articles. As plain SQL: composing it costs as much as reading them."""
    if not ids:
        return ()
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    listed = f"{query} IN ({', '.join([mark] * len(ids))})"
    result = connection.exec_driver_sql(listed.replace("=?", f"={mark}"), (*others, *ids))
    return ((row[0], row[1]) for row in result.all())


def bodies(connection: Connection, cards: Sequence[Card], lang: str) -> dict[str, str]:
    """The body of each article in the language that is shown, by article id."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for card in cards:
        ids[card.lang(lang)].append(card.id)
    query = "SELECT article_id, body FROM translations WHERE lang =? AND article_id"
    found: dict[str, str] = {}
    for shown, wanted in ids.items():
        found.update((id_, body) for id_, body in _rows(connection, query, wanted, shown))
    return found


def _card(entry: Entry) -> Card:
    article, metadata = entry.article, entry.article.metadata
    return Card(
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
        trust=entry.trust,
        languages=article.languages,
        title={text.lang: text.title for text in article.translations},
        summary={text.lang: text.summary for text in article.translations},
        passages=tuple(_passages(entry)),
    )


def _passages(entry: Entry) -> Iterator[Passage]:
    article, metadata = entry.article, entry.article.metadata
    for translation, derived in zip(article.translations, entry.derived, strict=True):
        lang = translation.lang
        for error in derived.errors:
            yield Passage(
                kind=PassageKind.ERROR,
                lang=lang,
                text=intern(error.error),
                anchor=error.anchor,
                cause=error.cause,
                solution=error.solution,
                terms=_terms(error.error),
            )
        for number, qa in enumerate(translation.questions, start=1):
            anchor = f"question-{number}"
            yield _passage(PassageKind.QUESTION, lang, qa.question, anchor=anchor)
        for section in derived.sections:
            yield _passage(PassageKind.SECTION, lang, section.title, anchor=section.anchor)
    for word in metadata.keywords:
        yield _passage(PassageKind.KEYWORD, "", word)
    if metadata.code:
        yield _passage(PassageKind.CODE, "", metadata.code)


def _passage(kind: PassageKind, lang: str, text: str, *, anchor: str = "") -> Passage:
    return Passage(kind=kind, lang=lang, text=text, anchor=anchor, terms=_terms(text))


@lru_cache(2_048)
def _terms(text: str) -> str:
    """The terms of a passage; languages and cards share what they have in common."""
    return " ".join(dict.fromkeys(terms(text)))
