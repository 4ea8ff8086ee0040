"""A shelf of indexes, and what is written into them and asked of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from corpus.search.engine import (
    Alternative,
    Change,
    Clause,
    Engine,
    Field,
    Hits,
    IndexDocument,
    OpenIndex,
    Plan,
)
from corpus.search.engines.registry import engine as engine_of
from corpus.store.filters import name
from tests.opensearch import address

EMBEDDED = ("whoosh", "tantivy")
"""Engines whose indexes are folders of files."""
ENGINES = (*EMBEDDED, "opensearch") if address.IS_THERE else EMBEDDED
BODY_ONLY: Mapping[Field, float] = {Field.BODY: 1.0}


def made(name_: str) -> Engine:
    """An engine that shares nothing with those of other tests."""
    return engine_of(address.private() if name_ == "opensearch" else name_)


def cleared(engine: Engine, root: Path) -> None:
    """Removes what a test left on a server."""
    if engine.is_shared:
        engine.sweep(root, keep=lambda _name: False)


files_only = pytest.mark.parametrize("engine", EMBEDDED, indirect=True)
"""For what is about the files of an index."""


class Shelf:
    """Writes indexes one after the other, each from the one before, and opens them."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self.engine = engine
        self.root = root
        self.folders: list[Path] = []
        self._open: list[OpenIndex] = []

    def write(self, *changes: Change) -> OpenIndex:
        previous = self.folders[-1] if self.folders else None
        folder = self.root / f"{self.engine.name}-{len(self.folders)}"
        self.engine.write(folder, previous=previous, changes=changes)
        self.folders.append(folder)
        return self.open(folder)

    def open(self, folder: Path) -> OpenIndex:
        self._open.append(self.engine.open(folder))
        return self._open[-1]

    def close(self) -> None:
        for index in self._open:
            index.close()


def document(
    id_: str,
    body: str = "",
    *,
    key: str = "",
    signature: str = "",
    pairs: str = "",
    names: Iterable[str] = (),
    labels: Iterable[str] = (),
    confidence: int = 0,
    updated_ms: int = 0,
    facets: Mapping[str, tuple[str, ...]] | None = None,
) -> IndexDocument:
    return IndexDocument(
        id=id_,
        names=tuple(map(name, names)),
        texts={
            Field.KEY: key,
            Field.BODY: body,
            Field.PAIRS: pairs,
            Field.SIGNATURE: signature,
        },
        labels=tuple(labels),
        confidence=confidence,
        updated_ms=updated_ms,
        facets=facets or {},
    )


def any_of(*alternatives: str | tuple[str, float]) -> Clause:
    """A clause from alternatives written as words, with their weights where not 1."""
    pairs = [(each, 1.0) if isinstance(each, str) else each for each in alternatives]
    return Clause(tuple(Alternative(tuple(text.split()), weight) for text, weight in pairs))


def words(text: str, *, minimum: int = 1, **others: object) -> Plan:
    """A plan with one clause for each word, in the body."""
    given: dict[str, object] = {"boosts": BODY_ONLY, **others}
    clauses = tuple(any_of(word) for word in text.split())
    return Plan(clauses=clauses, minimum=minimum, **given)  # type: ignore[arg-type]


def everything(index: OpenIndex, plan: Plan) -> Hits:
    return index.search(plan, offset=0, limit=1000)


def found(index: OpenIndex, plan: Plan) -> list[str]:
    """The ids of all hits, in order; the total must agree."""
    hits = everything(index, plan)
    assert hits.total == len(hits.items)
    return [hit.id for hit in hits.items]
