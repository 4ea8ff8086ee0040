"""Manifests: what this version serves, and what it says about the rest."""

import json
import tracemalloc
from typing import Any

import pytest

from corpus.bundle.manifest import FORMAT, Manifest, Member, read_manifest
from corpus.errors import BundleError

READER = 3
ARTICLES = {"articles.jsonl": {"size": 5, "sha256": "a" * 64}}


def manifest(**changes: object) -> dict[str, Any]:
    """A manifest as it is written, with changes."""
    made = Manifest(
        reader_version=READER,
        generation=7,
        published_at="2026-03-12T07:04:44.744Z",
        articles=2,
        engine="whoosh",
        default_lang="en",
        members={"articles.jsonl": Member(size=5, sha256="a" * 64)},
    )
    return {**made.as_dict(), **changes}


def refusal(text: bytes) -> str:
    with pytest.raises(BundleError) as refused:
        read_manifest(text, reader_version=READER)
    return refused.value.message


def test_it_is_read_as_it_was_written() -> None:
    found = read_manifest(json.dumps(manifest()).encode(), reader_version=READER)
    assert found.as_dict() == manifest()
    assert (found.kind, found.format, found.size) == ("fixbook bundle", FORMAT, 5)


def test_what_a_later_version_may_add_is_passed_over() -> None:
    text = json.dumps(manifest(comment="new")).encode()
    assert read_manifest(text, reader_version=READER).generation == 7


@pytest.mark.parametrize(
    "text",
    [b"", b"nonsense", b"\xff", b"[]", b"7", b"{}", b"[" * 100_000, b'{"format":1e999}',
     b'{"format":Infinity}', b'{"a":' + b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_manifest(text: bytes) -> None:
    assert refusal(text) == "its manifest cannot be read"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": FORMAT + 1, "members": "other"}, "it was made by a newer Fixbook"),
        ({"schemaVersion": "9999"}, "it was made by a newer Fixbook"),
        ({"kind": "other"}, "its manifest is damaged"),
        ({"generation": "many"}, "its manifest is damaged"),
        ({"publishedAt": "lately"}, "its manifest is damaged"),
        ({"defaultLang": "../en"}, "its manifest is damaged"),
        (
            {"members": {"articles.jsonl": {"size": -1, "sha256": "a" * 64}}},
            "its manifest is damaged",
        ),
        ({"members": {"articles.jsonl": {"size": 1, "sha256": "abc"}}}, "its manifest is damaged"),
        ({"members": {}}, "it has no articles"),
    ],
)
def test_what_cannot_be_served(changes: dict[str, object], message: str) -> None:
    assert refusal(json.dumps(manifest(**changes)).encode()) == message


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../up", "index/whoosh-1/a", "fixbook.db", "documents/../../up.md",
     "documents/", "documents//a.md",
     "C:/x", ""],
)  # fmt: skip
def test_names_that_lead_elsewhere(name: str) -> None:
    members = {**ARTICLES, name: ARTICLES["articles.jsonl"]}
    text = json.dumps(manifest(members=members)).encode()
    assert refusal(text) == f"it contains an unexpected file: {name!r}"


@pytest.mark.parametrize("place", ['"other":[{}', '"members":{"a":{}'])
def test_what_is_wrong_a_million_times_is_said_once(place: str) -> None:
    """Neither a list of all mistakes nor of what nobody reads is made in memory."""
    many = b",{}" * 1_000_000 if "[" in place else b"".join(b',"%d":{}' % n for n in range(10**6))
    text = b'{"format":1,' + place.encode() + many + (b"]}" if "[" in place else b"}}")
    tracemalloc.start()
    try:
        assert refusal(text) == "its manifest is damaged"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
