"""Tests of names inside texts: what a linter prints, what a log says, and plain prose."""

import pytest

from corpus.search.names import names_inside


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("12:5  error  Found identifier  no-label-var", ["nolabelvar"]),
        ("  4:1  error  Unexpected  @scope/no-label-var", ["@scope/nolabelvar", "nolabelvar"]),
        ("a.c:3:1: warning: unused [-Wunused-variable]", ["wunusedvariable", "unusedvariable"]),
        ("a.cc:1: discards std::unused-result", ["std::unusedresult", "unusedresult"]),
        (
            "PSAvoidLongLines Warning build.ps1 12 Line too long",
            ["psavoidlonglines", "avoidlonglines"],
        ),
        ("see NO_LABEL_VAR or noLabelVar", ["nolabelvar"]),
        ("12:5  error  Expected {.  curly", ["curly"]),
        ("error: expected braces [curly]", ["curly"]),
        ("the rule `curly` says so", ["curly"]),
        ("error  Expected braces  plugin/curly", ["curly"]),
        ("site.yml:3: schema: wrong type", ["schema"]),
        ("my hair is curly", []),
        ("curly hair, strict parents and a backup", []),
        ("the schema: it is wrong", []),
        ("obj.curly", []),
    ],
)
def test_what_may_be_a_name(text: str, names: list[str]) -> None:
    found = [name.removeprefix("inside:") for name in names_inside(text)]
    assert [name for name in found if name not in ("site.yml", "a.c", "a.cc")] == names


def test_names_of_a_long_text_are_bounded() -> None:
    assert len(names_inside("some-name-%d " * 3)) == 1
    assert len(names_inside("\n".join(f"rule-{n}a" for n in range(1_000)))) == 48
