"""Sends articles to an OpenSearch index: in order, in requests of bounded size."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from corpus.errors import Unavailable
from corpus.search.engine import Change, Field, IndexDocument, Removal
from corpus.search.engines.opensearch.client import BUSY, Answer, Cluster

LONGEST_TERM = 32_766
"""Bytes: Lucene's limit."""
NO_TEXT = "\ue001"
"""Replaces an empty text, because Lucene's BM25 counts only documents that have the field."""
_BYTES = 4_000_000
"""Bytes of one request, unless one article is longer."""
_ATTEMPTS = 12


class Bulk:
    """Sends changes to one index, and counts its articles."""

    def __init__(self, cluster: Cluster, index: str, *, documents: int) -> None:
        self._cluster = cluster
        self._path = f"/{index}/_bulk"
        self._lines: dict[str, bytes] = {}
        self._bytes = 0
        self.documents = documents

    def apply(self, changes: Iterable[Change]) -> None:
        """See IndexWriter. Raises Unavailable when the server refuses a change."""
        for change in changes:
            if self._bytes >= _BYTES:
                self.flush()
            lines = _lines(change)
            self._bytes += len(lines) - len(self._lines.get(change.id, b""))
            self._lines[change.id] = lines  # of several changes to one article the last counts

    def flush(self) -> None:
        """Sends the pending changes; those that a busy server rejects are sent again later."""
        left, attempt = self._lines, 0
        while left:
            if attempt:
                self._cluster.wait(attempt)
            attempt += 1
            refused = self._send(b"".join(left.values()))
            if set(refused.values()) - {BUSY} or (refused and attempt == _ATTEMPTS):
                raise Unavailable("the search server refused an article")
            left = {id_: left[id_] for id_ in refused}
        self._lines, self._bytes = {}, 0

    def _send(self, lines: bytes) -> Mapping[str, int]:
        """Sends and counts changes; returns those that were rejected, with their HTTP status."""
        refused: dict[str, int] = {}
        answer: Answer = self._cluster.change("POST", self._path, lines)
        for item in answer["items"]:
            ((_, told),) = item.items()
            self.documents += _COUNTS.get(told.get("result"), 0)
            if told["status"] >= 400 and told.get("result") != "not_found":
                refused[told["_id"]] = told["status"]
        return refused


_COUNTS = {"created": 1, "deleted": -1}
"""How the result of a change affects the number of articles."""


def _lines(change: Change) -> bytes:
    if isinstance(change, Removal):
        return msgspec.json.encode({"delete": {"_id": change.id}}) + b"\n"
    head = msgspec.json.encode({"index": {"_id": change.id}})
    return head + b"\n" + msgspec.json.encode(_source_of(change)) + b"\n"


def _source_of(document: IndexDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "names": document.names,
        "labels": document.labels,
        **{field.value: _indexable(document.texts.get(field, "")) for field in Field},
        "confidence": document.confidence,
        "updated_ms": document.updated_ms,
        "facets": document.facets,
    }


def _indexable(text: str) -> str:
    """A text without terms that are too long; never empty."""
    if len(text) > LONGEST_TERM // 4:
        text = " ".join(term for term in text.split() if len(term.encode()) <= LONGEST_TERM)
    return text or NO_TEXT
