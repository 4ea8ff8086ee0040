"""Badges: what is known of an article and of each of its errors, in a few words."""

import re
from collections.abc import Iterable
from itertools import groupby

from markupsafe import Markup

from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import EntryRun, EntryTrust, Level, Trust
from languages.loader import Texts, fill

_CODE_NAME = re.compile(r" \([^()]*\)\Z")
_BADGE = Markup('<span class="trust {}">{}</span>')


def error_words(t: Texts, known: EntryTrust) -> str:
    """Whether the fix of one error was run, and where: `Run on Debian 12`."""
    if known.level is Level.EXECUTED:
        worked = (run for run in known.environments if run.outcome is CheckOutcome.FIXED)
        return fill(t.error_executed, systems=_systems(worked))
    if known.level is Level.STALE:
        return str(t.error_stale)
    if known.environments:
        return fill(t.error_failed, systems=_systems(known.environments))
    if known.level is Level.ATTESTED:
        return str(t.error_stated)
    return str(t.error_others if known.others_run else t.error_nobody)


def programs(known: EntryTrust) -> str:
    """The programs of the last runs, with their versions."""
    found = (f"{name} {version}" for run in known.environments for name, version in
             run.telling.items())  # fmt: skip
    return ", ".join(dict.fromkeys(found))


def _systems(runs: Iterable[EntryRun]) -> str:
    """`Alpine Linux 3.20, Debian 11, 12, 13`."""
    names = {_CODE_NAME.sub("", run.os).replace(" GNU/Linux", "") for run in runs}
    systems = groupby(sorted(names), key=lambda name: name.rpartition(" ")[0])
    return ", ".join(
        " ".join([system, ", ".join(name.rpartition(" ")[2] for name in same)]).strip()
        for system, same in systems
    )


def error_badge(t: Texts, known: EntryTrust) -> Markup:
    """The same as a badge."""
    return _BADGE.format(known.level, error_words(t, known))


def errors_run(t: Texts, trust: Trust) -> str:
    """How many of an article's errors were run; "" where none was."""
    if not trust.executed_entries:
        return ""
    return fill(t.errors_run, trust.executed_entries, total=trust.entries)
