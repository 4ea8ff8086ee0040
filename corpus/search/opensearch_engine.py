"""Full-text search with OpenSearch: for corpora and traffic that outgrow a machine.

Each generation is an index of its own, `<prefix>-<name>`, written aside and then sealed:
its mapping says how many documents it has, nobody may write to it any more, and only then
is it ever opened. An index that lacks its seal was never finished and is swept later.
The alias `<prefix>` names the newest one, for people who look into the cluster.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from corpus.errors import FixbookError, IndexMissing, Unavailable
from corpus.search.engine import Change, Field, IndexDocument, OpenIndex, Removal
from corpus.search.opensearch_client import Answer, Cluster
from corpus.search.opensearch_index import LONGEST_TERM, MOST_HITS, OpenSearchIndex
from corpus.search.opensearch_server import Server

_LOG = logging.getLogger(__name__)
_FORMAT = "opensearch 1"
"""Names the mapping below: an index of another one is rebuilt."""
_BULK_BYTES = 4_000_000
_BUSY_ATTEMPTS = 12
_EXCLUDED_AT_ONCE = 50_000
"""Ids in one list: the server takes 65,536."""
_LONGEST_LABEL = 8_000
"""Characters: Lucene's limit is in bytes, of which one has four at most."""
_NO_TEXT = "\ue001"
"""Stands in an empty text: Lucene counts only documents that have a field, BM25 counts all."""
_POLL = 0.02
_LONGEST_POLL = 2.0
_OWN = re.compile(r"opensearch-(\d+)(?:-[0-9a-f]+)?")
"""The names of our indexes behind the prefix: nothing else is ever removed."""
_ROUTINGS_TRIED = 1_000


class OpenSearchEngine:
    """The engine that keeps its indexes on a server."""

    name = "opensearch"
    is_shared = True
    comfortable: int | None = None
    blocking_ms = 20.0

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cluster = Cluster(server)

    def write(self, folder: Path, *, previous: Path | None, changes: Iterable[Change]) -> None:
        """See Engine. What stays as it was is copied by the server itself."""
        before = self._sealed(self._index(previous)) if previous is not None else None
        index = self._index(folder)
        scale = self._create(index)
        writing = _Writing(self._cluster, index)
        writing.apply(changes)
        documents = writing.added
        if before is not None and previous is not None:
            documents += self._copy(self._index(previous), index, without=writing.touched)
        self._cluster.change("POST", f"/{index}/_refresh")
        counted = self._cluster.read(f"/{index}/_count")["count"]
        if counted != documents:
            raise Unavailable(f"the search server has {counted} of {documents} articles")
        self._seal(index, documents=documents, scale=scale)

    def open(self, folder: Path) -> OpenIndex:
        """See Engine."""
        index = self._index(folder)
        seal = self._sealed(index)
        return OpenSearchIndex(
            self._cluster,
            index,
            documents=seal["documents"],
            scale=seal["scale"],
            routings=self._routings(index, seal["shards"]),
        )

    def sweep(self, folder: Path, *, keep: Callable[[str], bool]) -> None:  # noqa: ARG002 - of files
        """See Engine. The alias is drawn to the newest of what is kept."""
        try:
            names = self._names()
            for name in names:
                if not keep(name):
                    self._cluster.change("DELETE", f"/{self._server.prefix}-{name}")
            sealed = [name for name, is_sealed in names.items() if is_sealed and keep(name)]
            if sealed:
                self._point_to(f"{self._server.prefix}-{max(sealed, key=_number)}")
        except FixbookError as error:
            _LOG.warning("old search indexes are left for the next time: %s", error.message)

    def _index(self, folder: Path) -> str:
        return f"{self._server.prefix}-{folder.name}"

    # Writing

    def _create(self, index: str) -> float:
        """An empty index in the place of whatever had its name, and its factor of BM25."""
        version = self._cluster.read("/")["version"]["number"]
        self._cluster.change("DELETE", f"/{index}", params={"ignore_unavailable": "true"})
        self._cluster.change("PUT", f"/{index}", _layout(self._server))
        return 1.0 if int(version.partition(".")[0]) < 3 else 2.2

    def _copy(self, source: str, target: str, *, without: Sequence[str]) -> int:
        """Copies what has not been touched; says how many documents that were."""
        parts = range(0, len(without), _EXCLUDED_AT_ONCE)
        skipped = [{"terms": {"id": without[at : at + _EXCLUDED_AT_ONCE]}} for at in parts]
        asked = {
            "source": {"index": source, "query": {"bool": {"must_not": skipped}}},
            "dest": {"index": target, "op_type": "create"},
        }
        params = {"wait_for_completion": "false", "slices": "auto"}
        task = self._cluster.change("POST", "/_reindex", asked, params=params)["task"]
        done = self._finished(task)
        if done.get("failures") or done["created"] != done["total"]:
            raise Unavailable("the search server could not copy its index")
        return int(done["created"])

    def _finished(self, task: str) -> Answer:
        """What came of a task, when it is done."""
        pause = _POLL
        while not (told := self._cluster.read(f"/_tasks/{task}"))["completed"]:
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_POLL)
        if "error" in told:
            raise Unavailable("the search server could not copy its index")
        response: Answer = told["response"]
        return response

    def _seal(self, index: str, *, documents: int, scale: float) -> None:
        """Says that the index is whole, when every copy of it that can be there is there."""
        self._cluster.change("POST", f"/{index}/_flush")
        settings = {
            "index.number_of_replicas": self._server.replicas,
            "index.translog.durability": "request",
            "index.blocks.write": True,
        }
        self._cluster.change("PUT", f"/{index}/_settings", settings)
        # Copies for which there is no node are not waited for.
        params = {"wait_for_no_initializing_shards": "true", "wait_for_events": "languid"}
        self._cluster.change("GET", f"/_cluster/health/{index}", params=params)
        seal = {"format": _FORMAT, "documents": documents, "scale": scale}
        self._cluster.change("PUT", f"/{index}/_mapping", {"_meta": seal})

    # Reading

    def _sealed(self, index: str) -> Answer:
        """The seal of an index, and its number of shards. Raises IndexMissing without one."""
        told = self._cluster.read(f"/{index}").get(index, {})
        seal: Answer = told.get("mappings", {}).get("_meta", {})
        if seal.get("format") != _FORMAT:
            raise IndexMissing("the search index was never finished, or is of another format")
        if self._cluster.read(f"/{index}/_count")["count"] != seal["documents"]:
            raise IndexMissing("the search index is damaged")
        return {**seal, "shards": int(told["settings"]["index"]["number_of_shards"])}

    def _routings(self, index: str, shards: int) -> Sequence[str]:
        """For each shard a value that leads to it, found by trying."""
        found: dict[int, str] = {}
        for number in range(_ROUTINGS_TRIED if shards > 1 else 0):
            params = {"routing": str(number)}
            told = self._cluster.read(f"/{index}/_search_shards", params=params)
            found.setdefault(told["shards"][0][0]["shard"], str(number))
            if len(found) == shards:
                break
        return [*found.values()] or ["0"]

    def _names(self) -> dict[str, bool]:
        """The names of our indexes without the prefix, and whether they are sealed."""
        start = f"{self._server.prefix}-"
        told = self._cluster.read(f"/{start}opensearch-*/_mapping")
        indexes = ((name.removeprefix(start), about["mappings"]) for name, about in told.items())
        return {name: "_meta" in mapping for name, mapping in indexes if _OWN.fullmatch(name)}

    def _point_to(self, index: str) -> None:
        alias = self._server.prefix
        actions = [
            {"remove": {"index": f"{alias}-opensearch-*", "alias": alias, "must_exist": False}},
            {"add": {"index": index, "alias": alias}},
        ]
        self._cluster.change("POST", "/_aliases", {"actions": actions})


class _Writing:
    """Sends changes in order, in requests of bounded size."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._path = f"/{index}/_bulk"
        self._present: dict[str, bool] = {}
        self._lines: dict[str, bytes] = {}
        self._bytes = 0

    @property
    def touched(self) -> Sequence[str]:
        """The ids of all articles that were added or removed."""
        return [*self._present]

    @property
    def added(self) -> int:
        """How many articles there are because of these changes."""
        return sum(self._present.values())

    def apply(self, changes: Iterable[Change]) -> None:
        """Makes all of the changes."""
        for change in changes:
            # Changes to one article in one request could be made in another order.
            if change.id in self._lines:
                self._flush()
            is_removal = isinstance(change, Removal)
            if not is_removal or self._present.get(change.id):
                self._add(change)
            self._present[change.id] = not is_removal
        self._flush()

    def _add(self, change: Change) -> None:
        lines = _lines(change)
        self._lines[change.id] = lines
        self._bytes += len(lines)
        if self._bytes >= _BULK_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Sends what is there; what a busy server did not take is sent again, later."""
        left, attempt = self._lines, 0
        while left:
            answer = self._cluster.change("POST", self._path, b"".join(left.values()))
            refused = [*_refused(answer)]
            if any(status != _BUSY for _, status in refused) or attempt == _BUSY_ATTEMPTS:
                raise Unavailable("the search server refused an article")
            left = {id_: left[id_] for id_, _ in refused}
            if left:
                self._cluster.wait(attempt)
                attempt += 1
        self._lines, self._bytes = {}, 0


_BUSY = 429


def _refused(answer: Answer) -> Iterator[tuple[str, int]]:
    """The ids that a bulk request did not bring in, and why, as a status of HTTP."""
    if answer["errors"]:
        for item in answer["items"]:
            ((_, result),) = item.items()
            if result["status"] >= 400:
                yield result["_id"], result["status"]


def _lines(change: Change) -> bytes:
    if isinstance(change, Removal):
        return orjson.dumps({"delete": {"_id": change.id}}) + b"\n"
    head = orjson.dumps({"index": {"_id": change.id}})
    return head + b"\n" + orjson.dumps(_stored(change)) + b"\n"


def _stored(document: IndexDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "names": document.names,
        "labels": document.labels,
        **{field.value: _indexable(document.texts.get(field, "")) for field in Field},
        "confidence": document.confidence,
        "updated_ms": document.updated_ms,
    }


def _indexable(text: str) -> str:
    """A text without terms that are too long; never empty."""
    if len(text) > LONGEST_TERM // 4:
        text = " ".join(term for term in text.split() if len(term.encode()) <= LONGEST_TERM)
    return text or _NO_TEXT


def _number(name: str) -> int:
    found = _OWN.fullmatch(name)
    return int(found[1]) if found else -1


def _layout(server: Server) -> dict[str, Any]:
    """Settings and mapping of an index that is being written: no copies, no refreshes."""
    label = {"type": "keyword", "ignore_above": _LONGEST_LABEL}
    text = {"type": "text", "analyzer": "terms"}
    counted = {**text, "index_options": "freqs"}
    return {
        "settings": {
            "number_of_shards": server.shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "max_result_window": MOST_HITS,
            "translog.durability": "async",
            "similarity.default": {"type": "BM25", "k1": 1.2, "b": 0.75},
            "analysis": {
                "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
                "tokenizer": {"terms": {"type": "whitespace", "max_token_length": LONGEST_TERM}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "id": label,
                "names": {**label, "doc_values": False},
                "labels": {**label, "doc_values": False},
                **{field.value: text if field is Field.BODY else counted for field in Field},
                "confidence": {"type": "integer"},
                "updated_ms": {"type": "long"},
            },
        },
    }
