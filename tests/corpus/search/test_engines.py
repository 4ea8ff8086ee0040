# ruff: noqa: S311 - the same documents and plans on every run
"""The contract of the engine port: every test here runs unchanged on every engine."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import IndexMissing, SettingsError
from corpus.filters import Filters, label, name
from corpus.search.analysis import terms
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
    Removal,
    Sort,
)
from corpus.search.engines import engine as engine_of
from tests.opensearch import address

EMBEDDED = ("whoosh", "tantivy")
"""Engines whose indexes are folders of files."""
ENGINES = (*EMBEDDED, "opensearch") if address.IS_THERE else EMBEDDED
ROOT = Path(__file__).parents[3]
BODY_ONLY: Mapping[Field, float] = {Field.BODY: 1.0}


def made(name_: str) -> Engine:
    """An engine that shares nothing with those of other tests."""
    return engine_of(address.private() if name_ == "opensearch" else name_)


def cleared(engine: Engine, root: Path) -> None:
    """Removes what a test left on a server."""
    if engine.is_shared:
        engine.sweep(root, keep=lambda _name: False)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return made(request.param)


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


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(engine, tmp_path)
    yield opened
    opened.close()
    cleared(engine, tmp_path)


def document(
    id_: str,
    body: str = "",
    *,
    key: str = "",
    signature: str = "",
    names: Iterable[str] = (),
    labels: Iterable[str] = (),
    confidence: int = 0,
    updated_ms: int = 0,
    facets: Mapping[str, tuple[str, ...]] | None = None,
) -> IndexDocument:
    return IndexDocument(
        id=id_,
        names=tuple(map(name, names)),
        texts={Field.KEY: key, Field.BODY: body, Field.SIGNATURE: signature},
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


# Life of an index


def test_an_index_is_built_and_asked(shelf: Shelf) -> None:
    index = shelf.write(document("a", "connection refused"), document("b", "file not found"))
    assert index.count() == 2
    assert found(index, words("refused")) == ["a"]


def test_an_empty_index_finds_nothing(shelf: Shelf) -> None:
    index = shelf.write()
    preferred = {"lang:en": 1e-3}
    plan = words("a b", names=("a",), name_boost=9.0, pinned={"a": 1.0}, preferred=preferred)
    assert index.count() == 0
    assert found(index, plan) == []
    assert index.frequency("a", Field.BODY) == 0
    assert index.similar("refused", limit=5) == []


def test_an_empty_index_can_be_added_to(shelf: Shelf) -> None:
    shelf.write()
    assert found(shelf.write(document("a", "x")), words("x")) == ["a"]


def test_an_index_can_become_empty(shelf: Shelf) -> None:
    shelf.write(document("a", "x"), document("b", "x"))
    index = shelf.write(Removal("a"), Removal("b"))
    assert index.count() == 0
    assert found(index, words("x")) == []


def test_an_update_adds_and_leaves_the_rest(shelf: Shelf) -> None:
    shelf.write(document("a", "x"))
    index = shelf.write(document("b", "x y"))
    assert index.count() == 2
    assert found(index, words("y")) == ["b"]
    assert sorted(found(index, words("x"))) == ["a", "b"]


def test_a_removed_document_is_gone_everywhere(shelf: Shelf) -> None:
    gone = document("a", "x unique", names=["the name"], labels=["tag:t"])
    shelf.write(gone, document("b", "x"))
    index = shelf.write(Removal("a"))
    asked = words("x unique", names=("the_name",), name_boost=1.0, pinned={"a": 5.0})
    assert found(index, asked) == ["b"]
    assert index.count() == 1
    assert index.frequency("x", Field.BODY) == 1
    assert index.frequency("unique", Field.BODY) == 0
    assert index.similar("uniqe", limit=3) == []


def test_removing_what_is_not_there_does_nothing(shelf: Shelf) -> None:
    index = shelf.write(Removal("a"), document("b", "x"), Removal("c"))
    assert found(index, words("x")) == ["b"]


def test_a_document_is_replaced_by_one_of_its_id(shelf: Shelf) -> None:
    shelf.write(document("a", "old", confidence=1), document("b", "other"))
    index = shelf.write(Removal("a"), document("a", "new", confidence=90))
    assert index.count() == 2
    assert found(index, words("old")) == []
    confident = Filters(minimum_confidence=50)
    assert found(index, words("new", filters=confident, pinned={"a": 3.0})) == ["a"]


def test_changes_to_one_document_happen_in_order(shelf: Shelf) -> None:
    versions = [document("a", f"version{number}") for number in range(3)]
    index = shelf.write(
        versions[0],
        document("b", "x"),
        Removal("a"),
        versions[1],
        Removal("a"),
        versions[2],
        Removal("b"),
    )
    assert index.count() == 1
    assert found(index, words("version0 version1 x")) == []
    assert found(index, words("version2")) == ["a"]


def test_an_index_is_the_same_after_reopening(shelf: Shelf) -> None:
    index = shelf.write(*(document(str(n), f"x {'y ' * n}z") for n in range(20)))
    before = everything(index, words("x y"))
    index.close()
    assert everything(shelf.open(shelf.folders[0]), words("x y")) == before


def test_the_previous_index_can_still_be_read(shelf: Shelf) -> None:
    first = shelf.write(document("a", "x"), document("b", "x"))
    shelf.write(Removal("a"), document("c", "x"))
    assert found(first, words("x")) == ["a", "b"]
    assert found(shelf.open(shelf.folders[0]), words("x")) == ["a", "b"]


@files_only
def test_the_files_of_the_previous_index_stay_as_they_are(shelf: Shelf) -> None:
    shelf.write(document("a", "x"), document("b", "x"))
    bytes_before = {file.name: file.read_bytes() for file in shelf.folders[0].iterdir()}
    shelf.write(Removal("a"), document("c", "x"))
    bytes_after = {file.name: file.read_bytes() for file in shelf.folders[0].iterdir()}
    assert bytes_after == bytes_before


def test_an_index_does_not_need_the_one_before(shelf: Shelf) -> None:
    shelf.write(document("a", "x"))
    shelf.write(document("b", "x"))
    shelf.engine.sweep(shelf.root, keep=shelf.folders[1].name.__eq__)
    with pytest.raises(IndexMissing):
        shelf.open(shelf.folders[0])
    assert sorted(found(shelf.open(shelf.folders[1]), words("x"))) == ["a", "b"]


def test_many_small_updates_add_up(shelf: Shelf) -> None:
    for number in range(25):
        index = shelf.write(document(f"{number:02}", f"x n{number}"))
    index = shelf.write(Removal("07"))
    assert found(index, words("x")) == [f"{number:02}" for number in range(25) if number != 7]
    assert found(index, words("n24")) == ["24"]


def test_rewriting_most_of_an_index_keeps_all_of_it(shelf: Shelf) -> None:
    shelf.write(*(document(str(n), "x old") for n in range(9)))
    changes = [change for n in range(1, 9) for change in (Removal(str(n)), document(str(n), "x"))]
    index = shelf.write(*changes)
    assert found(index, words("x")) == [str(n) for n in range(1, 9)] + ["0"]
    assert found(index, words("old")) == ["0"]
    assert index.frequency("x", Field.BODY) == 9


def test_an_index_of_the_same_name_is_replaced(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write(document("a", "x"), document("b", "x"))
    folder = tmp_path / shelf.folders[0].name
    shelf.engine.write(folder, previous=None, changes=[document("c", "x")])
    assert found(shelf.open(folder), words("x")) == ["c"]


@files_only
def test_what_is_in_the_way_of_a_new_index_is_replaced(shelf: Shelf, tmp_path: Path) -> None:
    leftover = tmp_path / f"{shelf.engine.name}-0"
    leftover.mkdir()
    (leftover / "rubbish").write_text("x")
    assert found(shelf.write(document("a", "x")), words("x")) == ["a"]
    assert not (leftover / "rubbish").exists()


# Damage


def _rewrite(file: Path, content: bytes) -> None:
    """In its place, for a file that is cut while it is mapped somewhere kills the process."""
    file.unlink()
    file.write_bytes(content)


def _truncate_all(folder: Path) -> None:
    for file in list(folder.iterdir()):
        _rewrite(file, file.read_bytes()[: file.stat().st_size // 2])


def _truncate_largest(folder: Path) -> None:
    largest = max(folder.iterdir(), key=lambda file: (file.stat().st_size, file.name))
    _rewrite(largest, largest.read_bytes()[:-1])


def _remove_largest(folder: Path) -> None:
    max(folder.iterdir(), key=lambda file: (file.stat().st_size, file.name)).unlink()


def _fill_with_rubbish(folder: Path) -> None:
    for file in list(folder.iterdir()):
        _rewrite(file, b"\x8a" * file.stat().st_size)


def _spoil_postings_in_place(folder: Path) -> None:
    for file in (*folder.glob("*.pst"), *folder.glob("*.idx")):
        with file.open("r+b") as opened:
            opened.write(b"\x8a" * file.stat().st_size)


def _empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def _make_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("x")


DAMAGE = [
    _truncate_all,
    _truncate_largest,
    _remove_largest,
    _fill_with_rubbish,
    _empty,
    _make_a_file,
    shutil.rmtree,
]


@files_only
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_missing(shelf: Shelf, damage: Callable[[Path], None]) -> None:
    shelf.write(*(document(str(n), "x y z") for n in range(50))).close()
    damage(shelf.folders[0])
    with pytest.raises(IndexMissing):
        shelf.open(shelf.folders[0])
    with pytest.raises(IndexMissing):
        shelf.write(document("a", "x"))


@files_only
def test_damage_to_an_open_index_is_noticed_when_it_is_read(shelf: Shelf) -> None:
    index = shelf.write(*(document(str(n), f"x y{n}") for n in range(50)))
    _spoil_postings_in_place(shelf.folders[0])
    with pytest.raises(IndexMissing):
        index.search(words("x y1"), offset=0, limit=5)


def test_an_index_of_another_engine_is_missing(tmp_path: Path) -> None:
    for name_ in EMBEDDED:
        engine_of(name_).write(tmp_path / name_, previous=None, changes=[document("a", "x")])
    for name_, other in zip(EMBEDDED, reversed(EMBEDDED), strict=True):
        with pytest.raises(IndexMissing):
            engine_of(name_).open(tmp_path / other)


def test_an_unfinished_index_is_missing(shelf: Shelf, tmp_path: Path) -> None:
    def interrupted() -> Iterator[Change]:
        yield document("a", "x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.engine.write(tmp_path / "new", previous=None, changes=interrupted())
    with pytest.raises(IndexMissing):
        shelf.open(tmp_path / "new")
    shelf.engine.write(tmp_path / "new", previous=None, changes=[document("a", "x")])
    assert found(shelf.open(tmp_path / "new"), words("x")) == ["a"]


# What matches


def test_a_name_must_be_whole(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", names=["Fix the port", "fix-the-port", "TRANS-002"]),
        document("b", names=["Fix the"]),
    )
    for asked in ("FIX  the port", "fix-the-port", "trans-002"):
        plan = Plan(boosts=BODY_ONLY, names=(name(asked),), name_boost=10_000.0)
        assert [(hit.id, hit.score) for hit in everything(index, plan).items] == [("a", 10_000.0)]


def test_a_name_comes_before_any_words(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "x " * 40), document("b", "y", names=["x"]), document("c", "x")
    )
    assert found(index, words("x", names=("x",), name_boost=10_000.0)) == ["b", "a", "c"]


def test_pinned_documents_match_by_themselves(shelf: Shelf) -> None:
    index = shelf.write(*(document(id_, "x") for id_ in "abc"), document("d", "y"))
    plan = words("x", pinned={"c": 20.0, "d": 30.0, "unknown": 40.0})
    assert found(index, plan) == ["d", "c", "a", "b"]


def test_enough_clauses_must_match(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x y z"), document("b", "x y"), document("c", "x"))
    asked = {minimum: found(index, words("x y z", minimum=minimum)) for minimum in range(5)}
    assert {minimum: sorted(ids) for minimum, ids in asked.items()} == {
        0: ["a", "b", "c"],
        1: ["a", "b", "c"],
        2: ["a", "b"],
        3: ["a"],
        4: [],
    }


def test_clauses_that_are_not_enough_add_nothing_to_a_name(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x", names=["n"]), document("b", "x y"))
    plan = words("x y", minimum=2, names=("n",), name_boost=50.0)
    scores = {hit.id: hit.score for hit in everything(index, plan).items}
    assert list(scores) == ["a", "b"]
    assert scores["a"] == 50.0


def test_without_clauses_nothing_matches(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x"))
    assert found(index, Plan(boosts=BODY_ONLY, phrases=(("x",),))) == []
    assert found(index, Plan(boosts={}, clauses=(any_of("x"),))) == []
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(Clause(()),))) == []


def test_a_clause_counts_its_best_alternative(shelf: Shelf) -> None:
    index = shelf.write(
        document("both", "x y"),
        document("one", "x z"),
        document("less", "y z"),
        document("no", "z"),
    )
    plan = Plan(boosts=BODY_ONLY, clauses=(any_of("x", ("y", 0.5)),))
    scores = {hit.id: hit.score for hit in everything(index, plan).items}
    assert list(scores) == ["both", "one", "less"]
    assert scores["both"] == scores["one"]
    assert scores["less"] == pytest.approx(scores["one"] / 2, abs=1e-3)


def test_an_alternative_of_several_terms_needs_them_all(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x y"), document("b", "x"), document("c", "y"))
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(any_of("x y"),))) == ["a"]
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(any_of("x q"),))) == []
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(any_of("x y", "y"),))) == ["c", "a"]


def test_the_terms_of_an_alternative_may_stand_in_different_fields(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x", key="y"), document("b", "x"))
    boosts = {Field.KEY: 3.0, Field.BODY: 1.0}
    assert found(index, Plan(boosts=boosts, clauses=(any_of("x y"),))) == ["a"]


def test_a_field_without_a_boost_is_not_searched(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x"), document("b", key="x"), document("c", signature="x"))
    for field, id_ in ((Field.BODY, "a"), (Field.KEY, "b"), (Field.SIGNATURE, "c")):
        assert found(index, Plan(boosts={field: 1.0}, clauses=(any_of("x"),))) == [id_]


def test_a_boost_decides_between_fields(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x", key="y"), document("b", "y", key="x"))
    for boosts, ids in (
        ({Field.KEY: 3.0, Field.BODY: 1.0}, ["b", "a"]),
        ({Field.KEY: 1.0, Field.BODY: 3.0}, ["a", "b"]),
    ):
        assert found(index, Plan(boosts=boosts, clauses=(any_of("x"),))) == ids


def test_rare_terms_and_short_texts_score_more(shelf: Shelf) -> None:
    index = shelf.write(
        document("long", "x " + "filler " * 60),
        document("short", "x filler"),
        document("often", "x x x x filler filler"),
        document("rare", "y filler"),
    )
    assert found(index, words("x")) == ["often", "short", "long"]
    assert found(index, words("x y"))[0] == "rare"


def test_scores_are_bm25(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x x q"), document("b", "q"))
    # idf = ln(1 + 1.5 / 1.5), tf = 2 · 2.2 / (2 + 1.2 · (0.25 + 0.75 · 3 / 2))
    assert everything(index, words("x")).items[0].score == pytest.approx(0.8356, abs=2e-4)


def test_phrases_stand_in_the_body_word_for_word(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "one two three"),
        document("b", "two one three"),
        document("c", "one x two three"),
        document("d", "one", key="one two"),
        document("e", "someone two three"),
    )
    asked = "one two three someone"
    assert found(index, words(asked, phrases=(("one", "two"),))) == ["a"]
    assert sorted(found(index, words(asked, phrases=(("two", "three"),)))) == ["a", "c", "e"]
    assert sorted(found(index, words(asked, phrases=(("two",),)))) == ["a", "b", "c", "e"]
    both = (("one", "x"), ("two", "three"))
    assert found(index, words(asked, phrases=both)) == ["c"]
    assert found(index, words(asked, phrases=(("one", "absent"),))) == []
    assert len(found(index, words(asked, phrases=((),)))) == 5


def test_excluded_terms_rule_out(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x y"), document("b", "x z"), document("c", "x", names=["n"]))
    assert found(index, words("x", excluded=("y",))) == ["c", "b"]
    assert found(index, words("x", excluded=("y", "z"))) == ["c"]
    assert found(index, words("q", excluded=("x",), names=("n",), name_boost=9.0)) == []


# Filters


def _labelled() -> list[IndexDocument]:
    rows = [
        ("a", "mcp", "verified", ["port", "net"], "low", "Ada L", 90, 3000),
        ("b", "mcp", "pending", ["net"], "high", "Bob", 50, 2000),
        ("c", "agent", "verified", [], "low", "Ada L", 10, 1000),
    ]
    return [
        document(
            id_,
            "x",
            labels=[
                label("domain", domain),
                label("status", status),
                *(label("tag", tag) for tag in tags),
                label("risk", risk),
                label("author", author),
            ],
            confidence=confidence,
            updated_ms=updated_ms,
        )
        for id_, domain, status, tags, risk, author, confidence, updated_ms in rows
    ]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), ["a", "b", "c"]),
        (Filters(domains=("mcp",)), ["a", "b"]),
        (Filters(domains=("MCP", "agent")), ["a", "b", "c"]),
        (Filters(domains=("absent",)), []),
        (Filters(domains=("absent", "agent")), ["c"]),
        (Filters(statuses=("verified",)), ["a", "c"]),
        (Filters(statuses=("verified",), domains=("mcp",)), ["a"]),
        (Filters(tags=("port",)), ["a"]),
        (Filters(tags=("port", "net")), ["a", "b"]),
        (Filters(risks=("high",)), ["b"]),
        (Filters(authors=("ada  l",)), ["a", "c"]),
        (Filters(minimum_confidence=50), ["a", "b"]),
        (Filters(minimum_confidence=51), ["a"]),
        (Filters(minimum_confidence=100), []),
        (Filters(updated_since_ms=2000), ["a", "b"]),
        (Filters(updated_since_ms=2001), ["a"]),
        (Filters(domains=("mcp",), minimum_confidence=60, updated_since_ms=1), ["a"]),
        (Filters(domains=("agent",), minimum_confidence=60), []),
    ],
)
def test_filters_narrow(shelf: Shelf, filters: Filters, ids: list[str]) -> None:
    assert found(shelf.write(*_labelled()), words("x", filters=filters)) == ids


def test_filters_hold_for_names_and_pinned_too(shelf: Shelf) -> None:
    index = shelf.write(document("a", names=["n"]), document("b", labels=["domain:mcp"]))
    plan = words(
        "x", names=("n",), name_boost=1.0, pinned={"b": 1.0}, filters=Filters(domains=("mcp",))
    )
    assert found(index, plan) == ["b"]


def test_dates_before_1970_and_far_ahead_are_kept(shelf: Shelf) -> None:
    index = shelf.write(
        document("old", "x", updated_ms=-5_000_000_000_000),
        document("new", "x", updated_ms=253_402_300_799_000),
    )
    assert found(index, words("x")) == ["new", "old"]
    assert found(index, words("x", filters=Filters(minimum_confidence=0))) == ["new", "old"]


# Order


def test_ties_go_to_the_preferred_then_the_newest_then_by_id(shelf: Shelf) -> None:
    index = shelf.write(
        document("d", "x", updated_ms=1),
        document("c", "x", updated_ms=1),
        document("b", "x", updated_ms=2),
        document("a", "x", labels=["lang:zh"]),
    )
    assert found(index, words("x")) == ["b", "c", "d", "a"]
    assert found(index, words("x", preferred={"lang:zh": 1e-3})) == ["a", "b", "c", "d"]
    assert found(index, words("x", preferred={"lang:fr": 1e-3})) == ["b", "c", "d", "a"]


def test_the_preferred_does_not_match_by_itself_nor_overtake(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "y", labels=["lang:zh"]),
        document("b", "x filler filler", labels=["lang:zh"]),
        document("c", "x"),
    )
    assert found(index, words("x", preferred={"lang:zh": 1e-3})) == ["c", "b"]


def test_sorting_by_time_or_confidence_breaks_ties_by_score(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "x", confidence=10, updated_ms=5),
        document("b", "x x", confidence=10, updated_ms=9),
        document("c", "x", confidence=90, updated_ms=5),
        document("d", "x", confidence=10, updated_ms=7),
        document("e", "y", confidence=99, updated_ms=9),
    )
    assert found(index, words("x", sort=Sort.UPDATED)) == ["b", "d", "a", "c"]
    assert found(index, words("x", sort=Sort.CONFIDENCE)) == ["c", "b", "d", "a"]
    assert found(index, words("x", sort=Sort.RELEVANCE)) == ["b", "d", "a", "c"]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("step", [1, 7, 100])
def test_paging_never_repeats_or_skips(shelf: Shelf, sort: Sort, step: int) -> None:
    ids = [f"{number:03}" for number in range(300)]
    shuffled = random.Random(3).sample(ids, len(ids))
    shelf.write(*(document(id_, "x") for id_ in shuffled[:200]))
    index = shelf.write(*(document(id_, "x") for id_ in shuffled[200:]))
    plan = words("x", sort=sort)
    pages = [index.search(plan, offset=at, limit=step) for at in range(0, 300, step)]
    assert [hit.id for page in pages for hit in page.items] == ids
    assert {page.total for page in pages} == {300}


def test_pages_beyond_the_end_are_empty(shelf: Shelf) -> None:
    index = shelf.write(*(document(id_, "x") for id_ in "abc"))
    for offset, limit, count in ((3, 5, 0), (1_000_000, 20, 0), (2, 1_000_000, 1), (0, 0, 0)):
        hits = index.search(words("x"), offset=offset, limit=limit)
        assert (hits.total, len(hits.items)) == (3, count)


def test_the_order_is_the_same_each_time(shelf: Shelf) -> None:
    choice = random.Random(4)
    texts = [" ".join(choice.choices("pqrstu", k=6)) for _ in range(200)]
    index = shelf.write(*(document(f"{n:03}", text) for n, text in enumerate(texts)))
    answers = {tuple(found(index, words("p q r", minimum=2))) for _ in range(5)}
    assert len(answers) == 1


def test_several_searches_at_once_find_what_each_finds(shelf: Shelf) -> None:
    bodies = [" ".join("xyz"[: 1 + number % 3]) for number in range(90)]
    index = shelf.write(*(document(f"{n:02}", text) for n, text in enumerate(bodies)))
    plans = [words("x y"), words("z"), words("nothing"), words("y", sort=Sort.UPDATED)]
    for asked in (plans, plans[:1], []):
        alone = [index.search(plan, offset=0, limit=3) for plan in asked]
        assert list(index.search_each(asked, limit=3)) == alone


def test_who_is_far_away_counts_what_its_hits_have(shelf: Shelf) -> None:
    tags = [f"Tag {number:02}" for number in range(60)]
    one = {"domain": ("api design",), "status": ("verified",), "tag": ("Port", "Tag 59", "-1")}
    index = shelf.write(
        document("a", "x", facets=one),
        document("b", "x", facets={**one, "riskLevel": ("low",), "tag": ("port", *tags)}),
        document("c", "y", facets=one),
    )
    expected = {
        "domain": {"api design": 2},
        "status": {"verified": 2},
        "riskLevel": {"low": 1},
        "tag": dict.fromkeys(["Tag 59"], 2) | dict.fromkeys(["-1", "Port", *tags[:47]], 1),
    }
    assert index.facets(words("x")) == (expected if shelf.engine.is_shared else None)
    if (counted := index.facets(words("x"))) is not None:
        assert list(counted["tag"]) == list(expected["tag"])
        assert index.facets(words("z")) == {name: {} for name in expected}


# Terms


ODD = (
    "c++", "@scope/pkg", "-32602", "exit:137", "::1", "--no-cache", ".env", "c#", "a:b/c",
    "std::vector<int>", "$path", "*", "?", "\\n", '"', "(", "[x]", "~5", "^", "a^b", "and", "or",
    "not", "to", "连接", "拒绝", "ü", "e\u0301", "😀", "0x80070005", "1.2.3", "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("term", ODD)
def test_a_term_is_literal(shelf: Shelf, term: str) -> None:
    index = shelf.write(
        document("a", f"before {term} after", labels=[label("tag", term)], names=[term]),
        document("b", "before after"),
    )
    assert found(index, words(term)) == ["a"]
    assert found(index, words("before", filters=Filters(tags=(term,)))) == ["a"]
    assert found(index, words("after", phrases=(("before", term),))) == ["a"]
    assert found(index, words("after", excluded=(term,))) == ["b"]
    assert found(index, Plan(boosts=BODY_ONLY, names=(name(term),), name_boost=1.0)) == ["a"]
    assert index.frequency(term, Field.BODY) == 1


def test_case_is_not_the_engines_to_change(shelf: Shelf) -> None:
    index = shelf.write(document("a", "Abc"))
    assert found(index, words("abc")) == []
    assert found(index, words("Abc")) == ["a"]


def test_chinese_is_found_by_its_bigrams(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", " ".join(terms("连接被拒绝"))), document("b", " ".join(terms("拒绝访问")))
    )
    assert found(index, words(" ".join(terms("拒绝")))) == ["b", "a"]
    assert found(index, words("x 拒绝", phrases=(tuple(terms("被拒绝")),))) == ["a"]


def test_very_long_terms_and_texts_do_no_harm(shelf: Shelf) -> None:
    long = "y" * 70_000
    index = shelf.write(document("a", f"x {long} " + "filler " * 50_000, names=[long]))
    assert found(index, words("x", phrases=(("filler", "filler"),))) == ["a"]
    assert index.frequency("filler", Field.BODY) == 1
    assert index.frequency(long, Field.BODY) == 0


def test_frequency_counts_documents_of_a_field(shelf: Shelf) -> None:
    shelf.write(document("a", "x x", key="x"), document("b", "x"))
    index = shelf.write(document("c", "x y", signature="x"), Removal("b"))
    asked = [index.frequency("x", where) for where in (Field.BODY, Field.KEY, Field.SIGNATURE)]
    assert asked == [2, 1, 1]
    assert index.frequency("absent", Field.BODY) == 0
    assert index.frequency("", Field.BODY) == 0


@pytest.mark.parametrize(
    ("typed", "similar"),
    [
        ("refusd", ["refused"]),
        ("refsued", ["refused"]),
        ("refuseds", ["refused"]),
        ("conection", ["connection", "connections"]),
        ("conectoin", ["connection"]),
        ("refused", []),
        ("rfsd", []),
        ("zzzzz", []),
        ("拒绝", []),
        ("x", []),
    ],
)
def test_similar_terms_are_a_typo_away(shelf: Shelf, typed: str, similar: list[str]) -> None:
    shelf.write(document("a", "connections refused"), document("b", "connection refused"))
    index = shelf.write(document("c", "connection timed out", key="refuse"))
    assert index.similar(typed, limit=3) == similar


def test_similar_terms_are_limited_to_the_most_frequent(shelf: Shelf) -> None:
    index = shelf.write(*(document(str(n), "reset1 reset2 reset3"[: 6 + 7 * n]) for n in range(3)))
    assert index.similar("resets", limit=2) == ["reset1", "reset2"]


# All at once


def _random_documents(
    choice: random.Random, count: int, *, shortest_key: int = 0
) -> list[IndexDocument]:
    def text(length: int) -> str:
        ranks = (min(60, int(choice.paretovariate(0.8))) for _ in range(length))
        return " ".join(f"w{rank}" for rank in ranks)

    return [
        document(
            f"{number:03}",
            text(choice.randrange(3, 60)),
            key=text(choice.randrange(shortest_key, 8)),
            names=[f"name {number % 50}"],
            labels=[f"domain:d{choice.randrange(4)}", f"lang:{choice.choice(['en', 'zh'])}"],
            confidence=choice.randrange(0, 100, 10),
            updated_ms=choice.randrange(5),
        )
        for number in range(count)
    ]


def _random_plan(choice: random.Random) -> Plan:
    def some(most: int) -> tuple[str, ...]:
        return tuple(f"w{choice.randrange(1, 62)}" for _ in range(choice.randint(1, most)))

    clauses = tuple(
        Clause(tuple(Alternative(some(2), choice.choice([1.0, 0.7])) for _ in range(number)))
        for number in choice.choices([1, 1, 1, 3], k=choice.randint(1, 8))
    )
    domains = tuple(f"d{choice.randrange(5)}" for _ in range(choice.choice([0, 0, 1, 2])))
    return Plan(
        boosts=choice.choice([BODY_ONLY, {Field.KEY: 3.0, Field.BODY: 1.0}]),
        clauses=clauses,
        minimum=choice.randint(1, len(clauses)),
        names=choice.choice([(), ("name_7",)]),
        name_boost=100.0,
        pinned=choice.choice([{}, {"003": 50.0, "101": 60.0}]),
        phrases=choice.choice([(), (), (some(2),)]),
        excluded=choice.choice([(), (), some(1)]),
        preferred=choice.choice([{}, {"lang:zh": 1e-3}]),
        filters=Filters(domains=domains, minimum_confidence=choice.choice([0, 0, 40])),
        sort=choice.choice(list(Sort)),
    )


def _same_order(one: Hits, other: Hits) -> bool:
    """Whether the ranks agree; single precision may swap neighbours of equal score."""
    return all(
        mine.id == yours.id or mine.score == pytest.approx(yours.score, rel=1e-4, abs=1e-3)
        for mine, yours in zip(one.items, other.items, strict=True)
    )


# Lucene's mean length leaves out documents without a text, so only hits are the same for them.
@pytest.mark.parametrize(
    ("other_name", "shortest_key"),
    [("tantivy", 0), *([("opensearch", 0), ("opensearch", 1)] if address.IS_THERE else [])],
)
def test_engines_agree(tmp_path: Path, other_name: str, shortest_key: int) -> None:
    choice = random.Random(5)
    documents = _random_documents(choice, 200, shortest_key=shortest_key)
    shelves = [Shelf(made(name_), tmp_path) for name_ in ("whoosh", other_name)]
    one, other = (shelf.write(*documents) for shelf in shelves)
    for _ in range(300):
        plan = _random_plan(choice)
        mine, yours = everything(one, plan), everything(other, plan)
        assert mine.total == yours.total
        assert {hit.id for hit in mine.items} == {hit.id for hit in yours.items}
        if other_name != "opensearch" or shortest_key:
            assert _same_order(mine, yours)
    for shelf in shelves:
        shelf.close()
        cleared(shelf.engine, tmp_path)


def test_threads_get_the_same_answers(shelf: Shelf) -> None:
    choice = random.Random(6)
    documents = _random_documents(choice, 200)
    plans = [_random_plan(choice) for _ in range(40)]
    index = shelf.write(*documents)
    alone = [everything(index, plan) for plan in plans]
    fresh = shelf.open(shelf.folders[0])

    def ask(seed: int) -> Sequence[Hits]:
        order = random.Random(seed).sample(range(len(plans)), len(plans))
        answers = {number: everything(fresh, plans[number]) for number in order}
        return [answers[number] for number in range(len(plans))]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(16))) == [alone] * 16


# The setting


def test_an_engine_has_the_name_of_its_setting() -> None:
    assert [made(name_).name for name_ in ENGINES] == list(ENGINES)


def test_an_unknown_engine_is_a_settings_error() -> None:
    with pytest.raises(SettingsError) as raised:
        engine_of("lucene")
    assert raised.value.message == (
        "FIXBOOK_SEARCH_URL: may be whoosh, tantivy or opensearch://host:9200/name "
        "(opensearchs:// for TLS; several hosts with commas)"
    )


def test_whoosh_needs_no_other_engine_and_the_others_say_what_is_missing() -> None:
    program = """
import sys
sys.modules["tantivy"] = None
sys.modules["opensearchpy"] = None
from corpus.errors import SettingsError
from corpus.search.engines import engine
print(engine("whoosh").name)
for other in ("tantivy", "opensearch://localhost"):
    try:
        engine(other)
    except SettingsError as error:
        print(error.message)
"""
    printed = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert printed.splitlines() == [
        "whoosh",
        "FIXBOOK_SEARCH_URL: tantivy is not installed; pip install fixbook[tantivy]",
        "FIXBOOK_SEARCH_URL: opensearch is not installed; pip install fixbook[opensearch]",
    ]
