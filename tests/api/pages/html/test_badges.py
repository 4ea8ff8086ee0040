"""Where a fix was run, in words that a reader knows."""

import pytest

from api.pages.html.badges import error_words
from api.pages.html.languages import STRINGS
from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import EntryRun, EntryTrust, Level

DEBIAN = "Debian GNU/Linux {} ({})"
BOOKWORM = DEBIAN.format(12, "bookworm")


def run(system: str, outcome: CheckOutcome = CheckOutcome.FIXED) -> EntryRun:
    return EntryRun(name="machine", os=system, programs={}, outcome=outcome)


@pytest.mark.parametrize(
    ("systems", "words"),
    [
        ([BOOKWORM], "Run on Debian 12"),
        ([BOOKWORM, BOOKWORM, DEBIAN.format(11, "bullseye")], "Run on Debian 11, 12"),
        ([BOOKWORM, "Alpine Linux 3.20"], "Run on Alpine Linux 3.20, Debian 12"),
        (["Gentoo"], "Run on Gentoo"),
    ],
)
def test_the_systems_are_named(systems: list[str], words: str) -> None:
    failed = run("Debian GNU/Linux 10 (buster)", CheckOutcome.NOT_FIXED)
    trust = EntryTrust(level=Level.EXECUTED, environments=(*map(run, systems), failed))
    assert error_words(STRINGS["en"], trust) == words
