"""The index of an article's signatures says where each of them has what."""

import pytest

from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures, digest_of
from corpus.diagnosis.signatures.signature import Origin, Signature


def signature(
    text: str, terms: str, *codes: str, origin: Origin = Origin.ERROR, remedy: str = ""
) -> Signature:
    return Signature(
        template=text,
        terms=tuple(terms.split()),
        codes=codes,
        text=text,
        origin=origin,
        remedy=remedy,
    )


PORT = signature("`port` in use", "port in use", "errno:EADDRINUSE")
PAGE = signature("page 404 of 404", "page 404 of", "http:404")
AGAIN = signature("port in use", "port port in use")
TITLE = signature("Pages", "page", "http:404", origin=Origin.TITLE)
INDEX = IndexedSignatures.of([PORT, PAGE, AGAIN, TITLE])


def test_terms_and_codes_without_namespace_lead_to_places() -> None:
    assert INDEX.by_key == {
        "port": (0, 2), "in": (0, 2), "use": (0, 2), "EADDRINUSE": (0,),
        "page": (1, 3), "404": (1, 1, 3), "of": (1,),
    }  # fmt: skip


def test_messages_without_marks_lead_to_places() -> None:
    port, page, title = map(digest_of, ("port in use", "page 404 of 404", "Pages"))
    assert INDEX.by_digest == {port: (0, 2), page: (1,), title: (3,)}


def test_those_alike_differ_in_their_values_only() -> None:
    page = signature("page 7 of 404", "page 404 of", "http:404")
    index = IndexedSignatures.of([PORT, PAGE, signature("of page", "of page"), page])
    assert index.alike(page) == [PAGE, page]
    assert index.alike(AGAIN) == []


def test_signatures_with_the_same_terms_have_the_same_shape() -> None:
    other = signature("port in use", "port in use", "errno:EACCES")
    assert [*IndexedSignatures.of([PORT, PAGE, other]).shapes] == [0, 1, 0]


def test_titles_are_known_by_their_terms_and_codes() -> None:
    assert [*INDEX.title] == ["page", "http:404"]


def test_what_is_stored_comes_back() -> None:
    read = IndexedSignatures.load(INDEX.json())
    assert [*read] == [PORT, PAGE, AGAIN, TITLE]
    assert (read[1], read[2:], len(read)) == (PAGE, [AGAIN, TITLE], 4)
    assert (read.by_key, read.by_digest) == (INDEX.by_key, INDEX.by_digest)
    assert ([*read.shapes], [*read.title]) == ([*INDEX.shapes], [*INDEX.title])


@pytest.mark.parametrize("text", ["", "[]", '[{"template": "no"}]', "{}"])
def test_what_was_stored_otherwise_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|array|truncated|object"):
        IndexedSignatures.load(text)


def test_they_are_indexed_once() -> None:
    assert IndexedSignatures.of(INDEX) is INDEX
    assert IndexedSignatures.of([]).by_key == {}
