"""Rates as settings name them."""

import pytest

from corpus.text.rates import Rate, read_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("off", None),
        ("1/second", Rate(1, 1)),
        ("100/minute", Rate(100, 60)),
        ("5000/hour", Rate(5000, 3600)),
    ],
)
def test_rates(text: str, rate: Rate | None) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0/minute", "-1/minute", "1/day", "1 /minute", "1/minute\n"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="off, or a number per"):
        read_rate(text)
