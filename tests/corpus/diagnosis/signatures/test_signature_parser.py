"""Signatures: values are masked, words and codes are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.signature_parser import LONGEST_MESSAGE, signature_of
from tests.corpus.growth import is_linear
from tests.pairs import pairs


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(text, want, id=name)
        for name, text, want in pairs("corpus/diagnosis/signatures/templates", "messages")
    ],
)
def test_templates(messages: str, expected: list[str]) -> None:
    """A line of the input is `origin: message`, a line of the output `template | codes`."""
    assert [masked(line) for line in messages.splitlines()] == expected


def test_a_word_joined_to_a_value_is_no_option() -> None:
    found = signature_of("built for <number>-bit pointers, not with -fast", origin=Origin.ERROR)
    assert found is not None
    assert found.terms == ("built", "for", "bit", "pointer", "not", "with", "-fast")


def masked(line: str) -> str:
    origin, _, message = line.partition(": ")
    signature = signature_of(message, origin=Origin(origin))
    return f"{signature.template} | {' '.join(signature.codes)}".rstrip() if signature else ""


def test_a_signature() -> None:
    assert signature_of("C2065: 'foo': undeclared identifier in 'bar'", anchor="fix") == Signature(
        template="C2065: <str>: undeclared identifier in <str>",
        terms=("undeclar", "identifi", "in"),
        codes=("c2065",),
        hints=("foo", "bar"),
        gaps=(0, 3),
        colons=(0,),
        text="C2065: 'foo': undeclared identifier in 'bar'",
        origin=Origin.OBSERVED,
        anchor="fix",
    )


def test_emphasis_in_quotes_is_a_blank_and_no_hint() -> None:
    blank = signature_of("'*identifier*' : redefinition", origin=Origin.QUOTE)
    named = signature_of("'class' : redefinition", origin=Origin.QUOTE)
    assert blank is not None
    assert named is not None
    assert (blank.template, blank.hints) == ("<str>: redefinition", ())
    assert (named.template, named.hints) == ("<str>: redefinition", ("class",))


def test_emphasis_means_nothing_in_a_log() -> None:
    signature = signature_of("const char * and int * differ")
    assert signature is not None
    assert signature.template == "const char * and int * differ"


@pytest.mark.parametrize("line", ["", "   ", "!!!", "'", "42", "127.0.0.1"])
def test_what_has_no_signature(line: str) -> None:
    assert signature_of(line) is None


@given(st.text(), st.sampled_from(Origin))
def test_any_line_is_read(line: str, origin: Origin) -> None:
    signature = signature_of(line, origin=origin)
    if signature is not None:
        assert signature.terms or signature.codes
        assert all(gap >= 0 for gap in signature.gaps)
        assert len(signature.text) <= LONGEST_MESSAGE


@pytest.mark.parametrize("origin", [Origin.OBSERVED, Origin.QUOTE])
@pytest.mark.parametrize(
    "unit", ["a", "'", '"', "*", "a*", "/a", "1.", ":", "%", "{", "<", "0", "@", "a.", "`a"]
)
def test_a_long_line_costs_no_more_than_its_beginning(unit: str, origin: Origin) -> None:
    assert is_linear(lambda text: signature_of(text, origin=origin), unit)
