"""Values: of which class each is."""

import pytest

from corpus.diagnosis.signatures.signature import Origin
from corpus.diagnosis.signatures.values import ValueClass, pieces


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        ("No module named 'requests'", ["name"]),
        ("No module named 'email.utils'", ["dotted name"]),
        ("no such file: 'notes.txt'", ["free"]),
        ("cannot open '/srv/app/data'", ["free"]),
        ("unsupported operand type(s) for |: 'type' and 'NoneType'", ["operator", "type", "type"]),
        ("cannot run 'ls -l'", ["phrase"]),
        ("time data '22.11.2026' does not match", ["free"]),
        ("kubectl: command not found", ["program"]),
        ("connect ECONNREFUSED 127.0.0.1:3000", ["free", "free"]),
        ("name <name> is '<kind>' or %s", ["blank", "blank", "blank"]),
        ("use of 'identifier' by 'type1'", ["blank", "blank"]),
        ('connection to "localhost" failed', ["free"]),
        ("Unexpected token '<', \"<!DOCTYPE html>\" is not", ["operator", "free"]),
        ("cannot run .git/hooks/commit-msg", ["free"]),
        ("no matches found: src/*.txt", ["free"]),
    ],
)
def test_classes(message: str, kinds: list[str]) -> None:
    found = [piece.kind for piece in pieces(message, Origin.ERROR)]
    assert [kind for kind in found if kind is not None] == kinds


def test_an_observed_line_has_no_blanks() -> None:
    kinds = {piece.kind for piece in pieces("no '<name>' in 'file'", Origin.OBSERVED)}
    assert kinds == {None, ValueClass.NAME}
