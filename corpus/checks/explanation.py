"""What is known of a fix, as a sentence in the language of the reader."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import EntryTrust, Level, Trust
from languages.loader import Texts, fill, texts_for, value_name


def article_explanation(trust: Trust, lang: str) -> str:
    """What is known of an article, and how many of its errors were run."""
    known = _known(lang, trust.level, trust.counts, trust.systems, trust.last_run)
    if trust.level is not Level.EXECUTED:
        return known
    words, run = texts_for("answers", lang), trust.executed_entries
    return (
        fill(words.errors_run, trust.entries, executed=run, were_run=fill(words.were_run, run))
        + known
    )


def entry_explanation(trust: EntryTrust, lang: str) -> str:
    """What is known of one error, and what its receipts lack."""
    words = texts_for("answers", lang)
    systems = dict.fromkeys([run.os for run in trust.environments])
    level = "attested_row" if trust.level is Level.ATTESTED else trust.level
    explanation: str = _known(lang, level, trust.counts, systems, trust.last_run)
    explanation += words.too_old * trust.too_old + words.others_run * trust.others_run
    for check, objection in trust.objections.items():
        explanation += fill(words.receipt_void, check=check, objection=objection)
    return explanation


def _known(
    lang: str,
    level: str,
    counts: Mapping[CheckOutcome, int],
    systems: Iterable[str],
    last_run: str | None,
) -> str:
    if not last_run or not counts:
        return _known_of_level(lang, level)
    words = texts_for("answers", lang)
    return fill(
        words.known_by_runs,
        what=getattr(words, f"known_{level}"),
        checks=_checks(words, counts),
        systems=words.systems.join(systems),
        day=last_run[:10],
    )


@lru_cache(256)
def _known_of_level(lang: str, level: str) -> str:
    words = texts_for("answers", lang)
    return fill(words.known, what=getattr(words, f"known_{level}"))


def _checks(words: Texts, counts: Mapping[CheckOutcome, int]) -> str:
    """`2 checks fixed, 1 flaky`."""
    (first, number), *rest = counts.items()
    told = fill(words.checks, number, outcome=value_name(words, first))
    return told + "".join(
        fill(words.more_checks, count, outcome=value_name(words, outcome))
        for outcome, count in rest
    )
