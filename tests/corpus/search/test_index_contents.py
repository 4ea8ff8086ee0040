"""Holdings: what leads from one index to the next."""

from corpus.search.index_contents import IndexContents


def test_what_changed_leaves_and_comes_again() -> None:
    contents = IndexContents("00000001-aaaaaaaa", {"same": "1", "changed": "1", "gone": "1"})

    gone, new = contents.difference({"same": "1", "changed": "2", "new": "1"})

    assert gone == ["changed", "gone"]
    assert new == ["changed", "new"]


def test_nothing_changed() -> None:
    assert IndexContents("00000001-aaaaaaaa", {"same": "1"}).difference({"same": "1"}) == ([], [])
