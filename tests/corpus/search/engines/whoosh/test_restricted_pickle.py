"""Pickles that name what is not expected are refused before anything is looked up."""

import os
import pickle
from collections import Counter, OrderedDict
from pathlib import Path

import pytest

from corpus.search.engines.whoosh.restricted_pickle import names_of, unpickling_only


class Command:
    """Unpickled, it runs a command."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.marker}",)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_is_not_expected_is_refused(tmp_path: Path, protocol: int) -> None:
    order = pickle.dumps(Command(tmp_path / "ran"), protocol)
    with unpickling_only(frozenset()), pytest.raises(ValueError, match="not expected"):
        pickle.loads(order)  # noqa: S301 - that is the test
    assert not (tmp_path / "ran").exists()


def test_what_is_expected_and_plain_data_are_read() -> None:
    made = pickle.dumps([OrderedDict(a=1), (1, "a", b"b", {2.5: None})])
    with unpickling_only(names_of(OrderedDict)):
        assert pickle.loads(made) == [OrderedDict(a=1), (1, "a", b"b", {2.5: None})]  # noqa: S301


def test_elsewhere_nothing_is_restricted() -> None:
    made = pickle.dumps(Counter("aab"))
    with unpickling_only(frozenset()):
        pass
    assert pickle.loads(made) == Counter("aab")  # noqa: S301
