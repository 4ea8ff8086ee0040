"""Examples: messages that are a claim's with other values in them."""

import pytest

from corpus.diagnosis.matching.examples import fills, substitution


@pytest.mark.parametrize(
    ("observed", "claimed", "is_filled"),
    [
        ('Missing script: "start"', 'Missing script: "<name>"', True),
        ('missing script: "start"', 'Missing script: "<name>"', True),
        ('Missing script: "start" in app', 'Missing script: "<name>"', False),
        ("copy a to b: refused", "copy <file> to <file>: refused", True),
        ("copy  to b: refused", "copy <file> to <file>: refused", False),
        ("copy a at b: refused", "copy <file> to <file>: refused", False),
        ("copy a: lost: b to c: refused", "copy <file> to <file>: refused", False),
        ("/etc/x: refused", "<path>: refused", True),
        ("could not lock /etc/x: refused", "<path>: refused", False),
        ("no such file", "no such file", False),
        ("no such file", "<program>: no such file", False),
    ],
)
def test_a_line_fills_the_places_that_an_author_left_open(
    observed: str, claimed: str, *, is_filled: bool
) -> None:
    assert fills(observed, claimed) is is_filled


@pytest.mark.parametrize(
    ("observed", "claimed", "values"),
    [
        ("calling the ListBuckets operation", "calling the PutObject operation", 1),
        ("conflict in src/app.ts", "conflict in notes.txt", 1),
        ("role: com.acme.User.posts, no session", "role: com.example.Order.items: no session", 1),
        ("out of memory", "RuntimeError: out of memory", 0),
        ("out of memory", "out of memory, tried again", 0),
        ("in thread \"main\" out of memory", "out of memory", 0),
        ("docs: explain out of memory", "out of memory", None),
        ("file C:\\a b.ps1 cannot be run here", "<path> cannot be run here, for", 1),
        ("version 61.0", "version 65.0, it runs up to 61.0", 1),
        ("no class org/slf4j/Logger", "no class Helper", 1),
        ("Non-base32 digit found", "Non-hexadecimal digit found", None),
        ("cannot unpack int object", "cannot unpack NoneType object", None),
        ("exports is not defined", "__dirname is not defined", None),
        ("conflict (submodule): in it", "conflict (add/add): in it", None),
        ("refused", "it went wrong: while it was asked: refused", None),
        ("cannot open server", "cannot open client", None),
        ("raised ValueError while reading", "raised KeyError while reading", None),
        ("failed (AccessDenied) here", "failed (Throttling) here", None),
        ("cannot open /a/b for the time being", "cannot open /a/c", None),
        ("a b c d e: out of memory", "out of memory", None),
    ],
)  # fmt: skip
def test_values_that_stand_for_those_of_a_claim(
    observed: str, claimed: str, values: int | None
) -> None:
    found = substitution(observed, claimed)
    assert (None if found is None else len(found.values)) == values
