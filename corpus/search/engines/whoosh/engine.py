"""Full-text search in pure Python: the default, for it needs nothing but Python.

Terms come counted, and postings are gathered in memory: of what Whoosh does on the way
from a text to a file only the writing of the file is left. `whoosh_index` reads it.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index

from corpus.search.engine import (
    Change,
    Engine,
    Field,
    IndexDocument,
    IndexWriter,
    OpenIndex,
    Removal,
)
from corpus.search.engines import index_folder as folders
from corpus.search.engines.whoosh.index import WhooshIndex, damage_as_missing, pack_facts

COMFORTABLE = 20_000
"""Articles up to which Whoosh builds and answers in good time (`python -m bench engines`)."""

_FORMAT = "whoosh 4"
"""Names the schema below: a folder of another one is rebuilt."""
_LONGEST_TERM = 65_530
"""Bytes: Tantivy's limit."""
_MOSTLY_REMOVED = 0.3
"""The part of removed documents from which on an index is written anew."""


class _Terms(fields.FieldType):  # type: ignore[misc]  # whoosh ships no types
    """Terms joined by spaces, counted. An analyzer of Whoosh's takes ten times as long."""

    def __init__(self, *, scorable: bool) -> None:
        super().__init__(formats.Existence(), None, scorable=scorable)

    def index(self, value: str, **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Each term with its frequency, which serves as its weight."""
        for term, frequency in Counter(value.split()).items():
            encoded = term.encode()
            if len(encoded) <= _LONGEST_TERM:
                yield encoded, frequency, float(frequency), b""


def _schema() -> fields.Schema:
    return fields.Schema(
        id=_Terms(scorable=False),
        names=_Terms(scorable=False),
        labels=_Terms(scorable=False),
        **{str(field): _Terms(scorable=False) for field in Field},
        facts=fields.COLUMN(columns.VarBytesColumn()),
        sequence=fields.COLUMN(columns.VarBytesColumn()),
    )


class WhooshEngine(Engine):
    """The embedded default: right for a few thousand articles."""

    name = "whoosh"
    is_shared = False
    comfortable: int | None = COMFORTABLE
    blocking_ms = 20.0

    @contextmanager
    def writing(self, folder: Path, *, previous: Path | None) -> Iterator[IndexWriter]:
        """See Engine. Segments are never changed, so the old ones are linked, not copied."""
        with (
            folders.replacing(folder, engine=_FORMAT, previous=previous) as aside,
            closing(_open(aside) if previous else index.create_in(aside, _schema())) as opened,
        ):
            writer = _Writing(opened)
            try:
                yield writer
            except BaseException:
                writer.cancel()
                raise
            writer.finish()

    def open(self, folder: Path) -> OpenIndex:
        """See Engine."""
        folders.check(folder, engine=_FORMAT)
        with damage_as_missing():
            return WhooshIndex(index.open_dir(folder, readonly=True).reader())

    def sweep(self, folder: Path, *, keep: Callable[[str], bool]) -> None:
        """See Engine."""
        folders.sweep(folder, keep=keep)


def _open(folder: Path) -> index.FileIndex:
    with damage_as_missing():
        return index.open_dir(folder)


class _Writing:
    """Applies changes in order, though Whoosh removes only what was there before a commit."""

    def __init__(self, opened: Any) -> None:
        self._open = opened
        self._writer = self._start()
        self._added: set[str] = set()

    def _start(self) -> Any:
        # The files of a compound one would all be copied to memory when it is opened.
        writer = self._open.writer(compound=False)
        writer.pool = _Postings()
        return writer

    def apply(self, changes: Iterable[Change]) -> None:
        """See IndexWriter."""
        for change in changes:
            if isinstance(change, Removal):
                self._remove(change.id)
            else:
                self._added.add(change.id)
                self._writer.add_document(**_fields_of(change))

    def cancel(self) -> None:
        """Lets go of the files."""
        self._writer.cancel()

    def _remove(self, id_: str) -> None:
        if id_ in self._added:
            self._writer.commit(merge=False)
            self._writer = self._start()
            self._added.clear()
        self._writer.delete_by_term("id", id_)

    def finish(self) -> None:
        """Makes the changes visible; what is mostly removed is written anew."""
        removed = self._writer.deleted_count()
        documents = sum(segment.doc_count_all() for segment in self._writer.segments)
        self._writer.commit(optimize=removed > _MOSTLY_REMOVED * max(1, documents))


def _fields_of(document: IndexDocument) -> dict[str, Any]:
    texts = {field: document.texts.get(field, "") for field in Field}
    return {
        "id": document.id,
        "names": " ".join(document.names),
        "labels": " ".join(document.labels),
        **{str(field): text for field, text in texts.items()},
        "facts": pack_facts(document),
        "sequence": texts[Field.BODY].encode(),
    }


class _Postings:
    """The postings of a segment in the making: per term, numbers and frequencies in turn.

    It stands in for Whoosh's, which sorts one tuple for each posting, most of them on disk.
    Eight bytes a posting are 3 MB for 1,000 articles of 4 KB.
    """

    def __init__(self) -> None:
        self._fields: dict[str, dict[bytes, MutableSequence[int]]] = {}

    def add(self, posting: tuple[str, bytes, int, float, bytes]) -> None:
        """Takes one posting; those of a term come in the order of documents."""
        where, term, number, weight, _ = posting
        terms = self._fields.setdefault(where, {})
        known = terms.get(term)
        if known is None:
            terms[term] = array("I", (number, int(weight)))
        else:
            known.append(number)
            known.append(int(weight))

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """All postings, by field, term and document."""
        for where, terms in sorted(self._fields.items()):
            for term in sorted(terms):
                postings = terms[term]
                for at in range(0, len(postings), 2):
                    yield where, term, postings[at], float(postings[at + 1]), b""

    def cleanup(self) -> None:
        """There is nothing on disk."""
