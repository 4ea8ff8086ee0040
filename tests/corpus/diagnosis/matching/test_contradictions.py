"""Contradictions: whether a value of a claim speaks against a message."""

import pytest

from corpus.diagnosis.matching.contradictions import ClassDistance, contradictions
from corpus.diagnosis.signatures.signature import Origin
from tests.corpus.diagnosis.matching.claims import claim

SAME, NEAR, OTHER = ClassDistance


@pytest.mark.parametrize(
    ("observed", "claimed", "against"),
    [
        ("No module named 'requests'", "No module named 'mcp'", [SAME]),
        ("No module named 'requests'", "No module named 'email.utils'", [NEAR]),
        ("No module named 'mcp'", "No module named 'mcp'", []),
        ("No module named 'requests'", "No module named '<package>'", []),
        ("for +: 'int' and 'int'", "for |: 'int' and 'int'", [SAME]),
        ("listen 127.0.0.1:80 failed", "listen 10.0.0.1:8080 failed", []),
        ("cannot open '/a/b'", "cannot open 'x.txt'", []),
        ("kubectl: command not found", "count: command not found", [SAME]),
        ("rm: cannot remove 'x.txt': Is it", "cp: cannot remove 'y.txt': Is it", []),
        ("KeyError: \"['price'] not in index\"", "KeyError: 'API_KEY'", [OTHER]),
        ("cannot make 'server'", "cannot make '/srv/server'", [NEAR]),
        ("cannot make 'server'", "cannot make '127.0.0.1'", [OTHER]),
        ("error reading headers", "error writing headers", [SAME]),
    ],
)  # fmt: skip
def test_contradictions(observed: str, claimed: str, against: list[ClassDistance]) -> None:
    assert contradictions(claim(observed, Origin.OBSERVED), claim(claimed)) == against


@pytest.mark.parametrize(
    ("sibling", "is_free"),
    [
        ("No module named '<package>'", True),
        ("No module named 'httpx'", True),
        ("No module named 'email.utils'", False),
        ("No package named 'httpx'", False),
    ],
)
def test_what_siblings_fill_differently_is_free(sibling: str, is_free: bool) -> None:
    seen = claim("No module named 'requests'", Origin.OBSERVED)
    said, other = claim("No module named 'mcp'"), claim(sibling)
    assert contradictions(seen, said, [other]) == ([] if is_free else [SAME])
