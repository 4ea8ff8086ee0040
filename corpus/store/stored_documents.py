"""Stored documents: an article with everything derived from it, as one row of JSON.

Whatever is served of an article comes from its row, so reading one is one query; the other tables
are for lists, filters and people. The summary and the signatures, of which a search reads many, are
separate columns.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection

from corpus.checks.receipts import Receipt
from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures
from corpus.store.database import rows
from corpus.store.entry import Entry
from corpus.store.summaries import ArticleSummary, summary_of
from corpus.store.tuning import BATCH, SIGNATURE_CHARACTERS, SUMMARY_CHARACTERS, VECTOR_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """The row of an article. What is read most comes first, for a row is read in order."""

    article_id: str
    summary: str
    signatures: str
    """Many, and readers of an article see none of them."""
    document: str
    """The entry without its signatures."""


def stored_document(entry: Entry) -> StoredDocument:
    """An entry as it is stored."""
    signatures = [
        msgspec.structs.replace(signature, colons=())  # which only observed lines have
        for signature in entry.signatures
    ]
    return StoredDocument(
        article_id=entry.article.metadata.id,
        summary=msgspec.json.encode(summary_of(entry)).decode(),
        signatures=IndexedSignatures.of(signatures).json(),
        document=entry_json(replace(entry, signatures=())).decode(),
    )


def load_entry(document: str, signatures: str = "") -> Entry:
    """The entry of a row, with its signatures if they are given."""
    entry = entry_of(document)
    if not signatures:
        return entry
    return replace(entry, signatures=tuple(IndexedSignatures.load(signatures)))


def entry_json(entry: Entry) -> bytes:
    """A whole entry, signatures and all."""
    return msgspec.json.encode(entry, enc_hook=_values_of)


def entry_of(document: str | bytes) -> Entry:
    """The entry that JSON holds. Raises ValueError where it holds something else."""
    return _entry_of(document)


def _values_of(value: Any) -> Any:
    if isinstance(value, Receipt):
        return value.model_dump(mode="json", by_alias=True)
    raise NotImplementedError(type(value))


def _receipt_of(kind: type, value: Any) -> Any:
    if kind is Receipt:
        return Receipt.model_validate(value)
    raise NotImplementedError(kind)


_entry_of = msgspec.json.Decoder(Entry, dec_hook=_receipt_of).decode
_summary_of = msgspec.json.Decoder(ArticleSummary).decode


# In the database


def marks(values: Sequence[object]) -> str:
    """The placeholders for values in an `IN`."""
    return f"({', '.join('?' * len(values))})"


def batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in batches for one `IN` each."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def stored_columns(
    connection: Connection, columns: str, ids: Sequence[str], *, table: str = "stored_documents"
) -> Iterator[tuple[Any, ...]]:
    """Columns of the rows of some articles."""
    for batch in batches(ids):
        where = f"FROM {table} WHERE article_id IN {marks(batch)}"
        yield from rows(connection, f"SELECT {columns} {where}", *batch)


def bodies(
    connection: Connection, summaries: Sequence[ArticleSummary], lang: str
) -> dict[str, str]:
    """The body of each article in the language that is shown, by article id."""
    shown = {summary.id: summary.lang(lang) for summary in summaries}
    found: dict[str, str] = {}
    for own in dict.fromkeys(shown.values()):
        for ids in batches([id_ for id_, each in shown.items() if each == own]):
            where = f"FROM translations WHERE lang = ? AND article_id IN {marks(ids)}"
            found |= dict(rows(connection, f"SELECT article_id, body {where}", own, *ids))
    return found


class Summaries:
    """The summaries, signatures and vectors of one generation, the recently read ones in memory."""

    def __init__(self) -> None:
        self._summaries = _ColumnCache("summary", _summary_of, most=SUMMARY_CHARACTERS)
        self._signatures = _ColumnCache(
            "signatures", IndexedSignatures.load, most=SIGNATURE_CHARACTERS
        )
        self._vectors = _ColumnCache("vectors", bytes, most=VECTOR_BYTES, table="passage_vectors")

    def load(self, connection: Connection, ids: Sequence[str]) -> list[ArticleSummary]:
        """The summaries of these articles, in order; unknown ids are left out."""
        return list(self._summaries.load(connection, ids).values())

    def signatures(
        self, connection: Connection, ids: Sequence[str]
    ) -> Mapping[str, IndexedSignatures]:
        """The error signatures of these articles, by article id."""
        return self._signatures.load(connection, ids)

    def vectors(self, connection: Connection, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The vectors of the passages of these articles, by article id."""
        return self._vectors.load(connection, ids)


_Value = TypeVar("_Value")


class _ColumnCache(Generic[_Value]):
    """A thread-safe cache of a column's values, by article id.

    When it is full, what was read first goes first, which costs less than to note what was used
    when.
    """

    def __init__(
        self,
        column: str,
        value_of: Callable[[Any], _Value],
        *,
        most: int,
        table: str = "stored_documents",
    ) -> None:
        self._columns, self._table = f"article_id, {column}", table
        self._value_of = value_of
        self._most = most
        self._values: dict[str, tuple[_Value, int]] = {}
        """Each with its size, in the order in which they were read."""
        self._size = 0
        self._lock = Lock()

    def load(self, connection: Connection, ids: Sequence[str]) -> dict[str, _Value]:
        """The values of these articles, in order; unknown ids are left out."""
        known = ((id_, self._values.get(id_)) for id_ in ids)
        found = {id_: value[0] for id_, value in known if value is not None}
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            found |= self._read(connection, missing)
        return {id_: found[id_] for id_ in ids if id_ in found}

    def _read(self, connection: Connection, ids: Sequence[str]) -> dict[str, _Value]:
        read = dict(stored_columns(connection, self._columns, ids, table=self._table))
        made = {id_: self._value_of(text) for id_, text in read.items()}
        with self._lock:
            for id_, text in read.items():
                self._add(id_, made[id_], size=len(text))
        return made

    def _add(self, id_: str, value: _Value, *, size: int) -> None:
        _, before = self._values.get(id_, (value, 0))
        self._values[id_] = value, size
        self._size += size - before
        while self._size > self._most:
            _, gone = self._values.pop(next(iter(self._values)))
            self._size -= gone
