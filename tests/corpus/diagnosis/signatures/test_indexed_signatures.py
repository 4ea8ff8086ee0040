"""The index of an article's signatures says where each of them has what."""

from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures
from corpus.diagnosis.signatures.signature import Origin, Signature


def signature(text: str, terms: str, *codes: str) -> Signature:
    return Signature(
        template=text, terms=tuple(terms.split()), codes=codes, text=text, origin=Origin.ERROR
    )


PORT = signature("`port` in use", "port in use", "errno:EADDRINUSE")
PAGE = signature("page 404 of 404", "page 404 of", "http:404")
AGAIN = signature("port in use", "port port in use")


def test_terms_and_codes_without_namespace_lead_to_places() -> None:
    index = IndexedSignatures([PORT, PAGE, AGAIN]).by_key
    assert index == {
        "port": [0, 2], "in": [0, 2], "use": [0, 2], "EADDRINUSE": [0],
        "page": [1], "404": [1, 1], "of": [1],
    }  # fmt: skip


def test_messages_without_marks_lead_to_places() -> None:
    index = IndexedSignatures([PORT, PAGE, AGAIN]).by_text
    assert index == {"port in use": [0, 2], "page 404 of 404": [1]}


def test_they_stay_what_they_are_and_are_indexed_once() -> None:
    indexed = IndexedSignatures([PORT, PAGE])
    assert indexed == (PORT, PAGE)
    assert IndexedSignatures(indexed) is indexed
    assert IndexedSignatures([]).by_key == {}
