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
