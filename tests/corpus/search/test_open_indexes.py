"""Open indexes: damage is noticed before an answer and after it, and nobody opens it again."""

import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from corpus.errors import IndexMissing
from corpus.search.engine import Field
from corpus.search.engines.whoosh.engine import WhooshEngine
from corpus.search.open_indexes import Indexes

NAME = "00000001-0123abcd"


@pytest.fixture
def indexes(tmp_path: Path) -> Indexes:
    """One index without documents."""
    made = Indexes(WhooshEngine(), tmp_path)
    make(made)
    return made


def make(indexes: Indexes) -> None:
    WhooshEngine().write(indexes.path(NAME), previous=None, changes=())


def damage(indexes: Indexes) -> None:
    """Changes a file, though the seal still fits."""
    file = next(path for path in indexes.path(NAME).iterdir() if path.suffix == ".toc")
    content = file.read_bytes()
    file.write_bytes(b"")
    file.write_bytes(content)


def test_an_index_is_opened_once(indexes: Indexes) -> None:
    assert indexes.get(NAME) is indexes.get(NAME)
    indexes.forget(NAME)
    assert indexes.get(NAME).count() == 0


@pytest.mark.parametrize("name", ["", "00000002-0123abcd"])
def test_what_is_not_there_is_missing(indexes: Indexes, name: str) -> None:
    with pytest.raises(IndexMissing):
        indexes.get(name)
    assert not indexes.is_in_place(name)
    assert not indexes.is_whole(name)


def test_an_index_that_was_removed_goes_on_until_there_is_another(indexes: Indexes) -> None:
    with indexes.lent(NAME) as opened:
        before = opened()
        shutil.rmtree(indexes.path(NAME))
        assert before.frequency("nothing", Field.BODY) == 0
    assert indexes.get(NAME) is before
    assert not indexes.is_in_place(NAME)
    assert indexes.get(NAME) is before
    make(indexes)
    assert indexes.is_in_place(NAME)
    assert indexes.get(NAME) is not before


def test_damage_while_it_is_asked_is_no_answer(indexes: Indexes) -> None:
    with ExitStack() as question:
        question.enter_context(indexes.lent(NAME))()
        damage(indexes)
        with pytest.raises(IndexMissing):
            question.close()


def test_an_error_that_damage_has_made_is_damage(indexes: Indexes) -> None:
    def ask() -> None:
        with indexes.lent(NAME) as opened:
            opened()
            damage(indexes)
            raise ValueError("as an engine says when it reads nonsense")

    with pytest.raises(IndexMissing):
        ask()


def test_other_errors_are_left_alone(indexes: Indexes) -> None:
    def ask() -> None:
        with indexes.lent(NAME) as opened:
            opened()
            raise ValueError("of the question")

    with pytest.raises(ValueError, match="of the question"):
        ask()
    assert indexes.is_in_place(NAME)


def test_damaged_files_are_not_opened_again_but_new_ones_are(indexes: Indexes) -> None:
    indexes.get(NAME)
    damage(indexes)
    time.sleep(0.03)  # longer than a look is good for
    for _ in range(2):
        with pytest.raises(IndexMissing, match=r"^the search index is damaged$"):
            indexes.get(NAME)
        assert not indexes.is_in_place(NAME)
        assert not indexes.is_whole(NAME)
    make(indexes)
    assert indexes.is_in_place(NAME)
    assert indexes.get(NAME).count() == 0


def test_who_does_not_ask_the_index_is_not_told(indexes: Indexes) -> None:
    indexes.get(NAME)
    with indexes.lent(NAME):
        damage(indexes)
