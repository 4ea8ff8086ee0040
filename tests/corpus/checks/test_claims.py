"""Claims: which error entry of an article a message is about."""

import pytest

from corpus.checks.claims import claims

BODY = """\
## Error table

| Error | Cause | Solution |
|---|---|---|
| `AttributeError: '<type>' object has no attribute '<name>'` | Misspelt | Correct the name |
| `AttributeError: 'list' object has no attribute '<name>'` | It is of an element | Loop |
"""


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("AttributeError: 'list' object has no attribute 'strip'", "It is of an element"),
        ("AttributeError: 'User' object has no attribute 'nam'", "Misspelt"),
        ("AttributeError: 'list' object has no attribute '<name>'", "It is of an element"),
    ],
)
def test_of_entries_that_differ_in_values_the_one_that_shares_most_is_meant(
    message: str, cause: str
) -> None:
    entry = claims(BODY).entry(message)

    assert entry is not None
    assert entry.cause == cause


def test_another_message_is_of_no_entry() -> None:
    assert claims(BODY).entry("KeyError: 'name'") is None


NAMED = """\
## Error table

| Error | Cause | Solution |
|---|---|---|
| `ModuleNotFoundError: No module named '_ctypes'` | Built without it | Build again |
| `ModuleNotFoundError: No module named 'tkinter'` | A package of its own | Install it |
"""


def test_a_message_is_of_none_of_several_entries_that_state_other_values() -> None:
    assert claims(NAMED).entry("ModuleNotFoundError: No module named 'shop'") is None


def test_an_entry_with_a_placeholder_is_meant_before_those_that_state_other_values() -> None:
    body = f"{NAMED}| `ModuleNotFoundError: No module named '<module>'` | Any | Install it |\n"
    entry = claims(body).entry("ModuleNotFoundError: No module named 'shop'")

    assert entry is not None
    assert entry.cause == "Any"
