"""Full-text search with OpenSearch: for corpora and traffic that outgrow a machine.

Each generation is an index of its own, `<prefix>-<name>`, written aside and then sealed:
its mapping says how many documents it has, nobody may write to it any more, and only then
is it ever opened. The seal names its index, for a copy of an index has its seal as well. An
index that lacks its own seal was never finished and is swept later.
The alias `<prefix>` names the newest one, for people who look into the cluster.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import FixbookError, IndexMissing, Unavailable
from corpus.search.engine import Engine, Field, IndexWriter, OpenIndex
from corpus.search.engines.opensearch.bulk import LONGEST_TERM, Bulk
from corpus.search.engines.opensearch.client import Cluster, TransientFailure
from corpus.search.engines.opensearch.index import MOST_HITS, OpenSearchIndex
from corpus.search.engines.opensearch.server import Server
from corpus.store.filters import FACETS

_LOG = logging.getLogger(__name__)
_FORMAT = "opensearch 4"
"""Names the mapping below: an index of another one is rebuilt."""
_LONGEST_LABEL = 8_000
"""Characters: Lucene's limit is in bytes, of which one has four at most."""
_CLONE_SECONDS = 100
"""How long the server may take to link files and open them."""
_MERGE_SECONDS = 1_800
"""How long it may take to write files anew: what 10,000 articles take, 1,000 times."""
_COPIES_SECONDS = 60
"""How long further copies are waited for; they also come afterwards."""
_WHILE_WRITING = {
    "index.number_of_replicas": 0,
    "index.refresh_interval": "-1",
    "index.translog.durability": "async",
}
"""No copies, no refreshes, no waiting for the disk: an index that breaks off is thrown away."""
_OWN = re.compile(r"opensearch-(\d+)(?:-[0-9a-f]+)?")
"""The names of our indexes behind the prefix: nothing else is ever removed."""
_ROUTINGS_TRIED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _IndexSeal:
    """What the mapping of a finished index says of it."""

    documents: int
    scale: float
    """How many times too small the server's BM25 is."""
    shards: int


class OpenSearchEngine(Engine):
    """The engine that keeps its indexes on a server."""

    name = "opensearch"
    is_shared = True
    comfortable: int | None = None
    blocking_ms = 20.0

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cluster = Cluster(server)

    @contextmanager
    def writing(self, folder: Path, *, previous: Path | None) -> Iterator[IndexWriter]:
        """See Engine. The server itself copies `previous`, by links to its files."""
        index = self._index(folder)
        if previous is None:
            seal = self._create(index)
        else:
            seal = self._clone(self._index(previous), index)
        bulk = Bulk(self._cluster, index, documents=seal.documents)
        yield bulk
        bulk.flush()
        self._tidy(index)
        counted = self._cluster.read(f"/{index}/_count")["count"]
        if counted != bulk.documents:
            raise Unavailable(f"the search server has {counted} of {bulk.documents} articles")
        self._seal(index, replace(seal, documents=counted))

    def open(self, folder: Path) -> OpenIndex:
        """See Engine."""
        index = self._index(folder)
        seal = self._read_seal(index)
        return OpenSearchIndex(
            self._cluster,
            index,
            documents=seal.documents,
            scale=seal.scale,
            routings=self._routings(index, seal.shards),
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

    def _create(self, index: str) -> _IndexSeal:
        """An empty index in the place of whatever had its name."""
        version = self._cluster.read("/")["version"]["number"]
        self._remove(index)
        self._cluster.change("PUT", f"/{index}", _layout(self._server))
        scale = 1.0 if int(version.partition(".")[0]) < 3 else 2.2
        return _IndexSeal(documents=0, scale=scale, shards=self._server.shards)

    def _clone(self, source: str, index: str) -> _IndexSeal:
        """A copy of an index in the place of whatever had its name, open to changes."""
        seal = self._read_seal(source)
        self._remove(index)
        settings = {**_WHILE_WRITING, "index.blocks.write": None}
        params = {"timeout": f"{_CLONE_SECONDS}s"}
        done = self._cluster.change(
            "PUT", f"/{source}/_clone/{index}", {"settings": settings}, params=params
        )
        if not done["shards_acknowledged"]:
            raise Unavailable("the search server could not copy its index")
        return seal

    def _remove(self, index: str) -> None:
        self._cluster.change("DELETE", f"/{index}", params={"ignore_unavailable": "true"})

    def _tidy(self, index: str) -> None:
        """Rids the index of removed articles, which would still count as having their words."""
        self._cluster.change("POST", f"/{index}/_refresh")
        told = self._cluster.read(f"/{index}/_stats/docs")
        if told["_all"]["primaries"]["docs"]["deleted"]:
            self._cluster.change(
                "POST",
                f"/{index}/_forcemerge",
                params={"only_expunge_deletes": "true"},
                seconds=_MERGE_SECONDS,
            )
            self._cluster.change("POST", f"/{index}/_refresh")

    def _seal(self, index: str, seal: _IndexSeal) -> None:
        """Says that the index is whole, when every copy of it that can be there is there."""
        self._cluster.change("POST", f"/{index}/_flush")
        settings = {
            "index.number_of_replicas": self._server.replicas,
            "index.translog.durability": "request",
            "index.blocks.write": True,
        }
        self._cluster.change("PUT", f"/{index}/_settings", settings)
        params = {  # copies for which there is no node are not waited for
            "wait_for_no_initializing_shards": "true",
            "wait_for_events": "languid",
            "timeout": f"{_COPIES_SECONDS}s",
        }
        with suppress(TransientFailure):
            self._cluster.change("GET", f"/_cluster/health/{index}", params=params)
        told = {"format": _FORMAT, "of": index, **asdict(seal)}
        self._cluster.change("PUT", f"/{index}/_mapping", {"_meta": told})

    # Reading

    def _read_seal(self, index: str) -> _IndexSeal:
        """The seal of an index. Raises IndexMissing if it has none, or not its own."""
        told = self._cluster.read(f"/{index}").get(index, {})
        if not _is_sealed(index, told):
            raise IndexMissing("the search index was never finished, or is of another format")
        meta = told["mappings"]["_meta"]
        seal = _IndexSeal(**{name: meta[name] for name in ("documents", "scale", "shards")})
        if self._cluster.read(f"/{index}/_count")["count"] != seal.documents:
            raise IndexMissing("the search index is damaged")
        return seal

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
        ours = {index.removeprefix(start): index for index in told}
        return {
            name: _is_sealed(index, told[index])
            for name, index in ours.items()
            if _OWN.fullmatch(name)
        }

    def _point_to(self, index: str) -> None:
        alias = self._server.prefix
        actions = [
            {"remove": {"index": f"{alias}-opensearch-*", "alias": alias, "must_exist": False}},
            {"add": {"index": index, "alias": alias}},
        ]
        self._cluster.change("POST", "/_aliases", {"actions": actions})


def _is_sealed(index: str, told: Mapping[str, Any]) -> bool:
    meta = told.get("mappings", {}).get("_meta", {})
    return bool(meta.get("format") == _FORMAT and meta.get("of") == index)


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
            **_WHILE_WRITING,
            "index.number_of_shards": server.shards,
            "index.max_result_window": MOST_HITS,
            "index.merge.policy.expunge_deletes_allowed": 0,
            "index.similarity.default": {"type": "BM25", "k1": 1.2, "b": 0.75},
            "index.analysis": {
                "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
                "tokenizer": {"terms": {"type": "whitespace", "max_token_length": LONGEST_TERM}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"enabled": False},
            "properties": {
                "id": label,
                "names": {**label, "doc_values": False},
                "labels": {**label, "doc_values": False},
                **{field.value: text if field is Field.BODY else counted for field in Field},
                "confidence": {"type": "integer"},
                "updated_ms": {"type": "long"},
                "facets": {"properties": dict.fromkeys(FACETS, label)},
            },
        },
    }
