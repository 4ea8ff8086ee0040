"""Rate limits in settings, such as `100/minute`."""

import re
from dataclasses import dataclass

FORM = "off, or a number per second, minute or hour, as in 100/minute"
_FORM = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Rate:
    """A number of requests in a number of seconds."""

    requests: int
    seconds: int


def read_rate(text: str) -> Rate | None:
    """The rate that a setting names; None for `off`. Raises ValueError for anything else."""
    if text == "off":
        return None
    if (found := _FORM.fullmatch(text)) is None:
        raise ValueError(FORM)
    return Rate(int(found[1]), _SECONDS[found[2]])
