"""Badges: what is known of an article and of each of its errors, in a few words."""

from markupsafe import Markup

from api.pages.html.languages import fill
from corpus.checks.trust import EntryTrust, Level, Trust
from languages.loader import Texts

_BADGE = Markup('<span class="trust {}">{}</span>')


def error_words(t: Texts, known: EntryTrust) -> str:
    """Whether the fix of one error was run, and where."""
    if known.level is Level.EXECUTED:
        return fill(t.error_executed, systems="; ".join(known.places))
    if known.level is Level.STALE:
        return str(t.error_stale)
    if known.environments:
        return fill(t.error_failed, systems="; ".join(map(str, known.environments)))
    return str(t.error_others if known.others_run else t.error_nobody)


def error_badge(t: Texts, known: EntryTrust) -> Markup:
    """The same as a badge."""
    return _BADGE.format(known.level, error_words(t, known))


def errors_run(t: Texts, trust: Trust) -> str:
    """How many of an article's errors were run; "" where none was."""
    if not trust.executed_entries:
        return ""
    return fill(t.errors_run, trust.executed_entries, total=trust.entries)
