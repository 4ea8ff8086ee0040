"""Gaps: what is stored of a question, when it is shown, and what is forgotten."""

import pytest

from corpus.feedback import gaps
from corpus.feedback.gaps import Gap, UnansweredQuestion, gap_signature
from corpus.library import Library
from corpus.store import schema
from tests.corpus.text.test_secret_masking import CANARIES

ERROR = "Error: cannot attach shared segment {}: tenant quota exceeded"


def ask(library: Library, *askings: tuple[str, str]) -> None:
    with library.database.recording() as connection:
        gaps.record(
            connection, [UnansweredQuestion(signature=sign, caller=who) for sign, who in askings]
        )


def shown(library: Library) -> list[Gap]:
    with library.database.reading() as connection:
        return gaps.gaps(connection, limit=50)


def test_values_are_masked_and_what_is_no_error_is_not_stored() -> None:
    first, second = gap_signature(ERROR.format("'a'")), gap_signature(ERROR.format("'b'"))
    assert first == second == "Error: cannot attach shared segment <str>: tenant quota exceeded"
    for text in ("", "how do I bake bread", "hello", "password", "***", "\0", "Error"):
        assert gap_signature(text) is None, text


def test_no_canary_is_stored() -> None:
    for text, secret in CANARIES:
        for log in (text, f"Error: request failed: {text}", f"FATAL: cannot open\n{text}\nfailed"):
            assert secret not in (gap_signature(log) or ""), log


def test_a_gap_is_shown_from_three_askings_by_two_callers_on(library: Library) -> None:
    ask(library, ("a", "ana"), ("a", "ana"), ("a", "ana"), ("a", "ana"))
    ask(library, ("b", "ana"), ("b", "ben"))
    assert shown(library) == []

    ask(library, ("a", "ben"), ("b", "ana"))
    found = shown(library)

    assert [(gap.signature, gap.asked, gap.callers) for gap in found] == [("a", 5, 2), ("b", 3, 2)]
    assert found[0].first_at < found[0].last_at


def test_of_callers_only_salted_hashes_are_stored(library: Library) -> None:
    ask(library, *(("a", f"192.0.2.{number}") for number in range(30)))
    [gap] = shown(library)
    assert (gap.asked, gap.callers) == (30, 20)
    with library.database.reading() as connection:
        stored = [*connection.scalars(schema.gap_callers.select().with_only_columns(
            schema.gap_callers.c.caller
        ))]  # fmt: skip
    assert not [caller for caller in stored if "192" in caller[:4] or len(caller) != 32]


def test_the_rarest_and_oldest_are_forgotten(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaps, "MOST_GAPS", 3)
    for sign in ("often", "old", "newer", "newest"):
        ask(library, (sign, "ana"), (sign, "ben"), *([(sign, "ana")] if sign == "often" else []))

    with library.database.reading() as connection:
        left = set(connection.scalars(schema.gaps.select().with_only_columns(
            schema.gaps.c.signature
        )))  # fmt: skip
        callers = set(connection.scalars(schema.gap_callers.select().with_only_columns(
            schema.gap_callers.c.signature
        )))  # fmt: skip
    assert left == callers == {"often", "newer", "newest"}
