"""Proposals: the gate, what is there already, and their way into the content.

`FIXBOOK_TEST_PROPOSALS=all` replays all articles and forges all hostile documents; without it,
some of them each day.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

ALL = os.environ.get("FIXBOOK_TEST_PROPOSALS") == "all"


def by_turns(items: Sequence[str], number: int) -> list[str]:
    """So many of them, others each day; or all."""
    start = datetime.now(UTC).timetuple().tm_yday * number
    return [*items] if ALL else [items[(start + at) % len(items)] for at in range(number)]
