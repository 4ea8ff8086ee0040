"""Evidence: receipts held against the texts of an article, and whether they count at all.

A receipt counts in a language if it is about exactly that language's text, and nothing speaks
against it: it was made by this runner, in a sandbox, of this article, on a Linux system that it
names, at a time that can be, with runs that show what it says.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from corpus.checks.age import ALWAYS, is_too_old, oldest_valid
from corpus.checks.checks import Check, read_checks
from corpus.checks.claims import claims, fix_places
from corpus.checks.receipts import RUNNER, CheckOutcome, Receipt, RunKind, RunRecord
from corpus.document.article import Article
from corpus.document.fences import Step
from corpus.text.timestamps import instant

SignatureRule = Callable[[Receipt, str], str]
"""Says what its signature says against a receipt of the article with a slug, or nothing."""

_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""Before there was a runner."""
_SKEW = timedelta(minutes=10)
"""How far the clock of another machine may be ahead."""
_SANDBOX = re.compile(r"bubblewrap \d")
_OTHER_SYSTEM = re.compile(r"\A\W*\Z|windows|mac ?os|darwin|bsd", re.IGNORECASE)
_ORDER = {
    RunKind.RED: (Step.REPRODUCE, Step.CONFIRM),
    RunKind.CONTROL: (Step.REPRODUCE, Step.REPRODUCE),
    RunKind.GREEN: (Step.FIX, Step.REPRODUCE, Step.CONFIRM),
}
"""The steps that each kind of run must have gone through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What of an article in one language a receipt is about."""

    lang: str
    is_current: bool
    """Whether the text is still the one that it is about."""
    anchors: tuple[str, ...] = ()
    """The error entry, and others that only leave open what it states as values; none where a
    passage quotes the message."""
    places: tuple[str, ...] = ()
    """In words: `row 3`, `Fix › Free the port`."""

    @property
    def anchor(self) -> str:
        """The error entry, or ""."""
        return next(iter(self.anchors), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A receipt, what it is about, and what speaks against it."""

    receipt: Receipt
    too_old: bool = False
    """Whether it ran so long ago that it says nothing of today, whatever the text."""
    objection: str = ""
    """Why it counts for nothing; "" if it counts where its text is current."""
    coverage: tuple[Coverage, ...] = ()

    def of(self, lang: str) -> Coverage:
        """What it is about in a language."""
        found = (each for each in self.coverage if each.lang == lang)
        return next(found, Coverage(lang=lang, is_current=False))

    def is_stale(self, lang: str) -> bool:
        """Whether it is about an older text of that language, or too old."""
        return self.too_old or not self.of(lang).is_current

    def counts(self, lang: str) -> bool:
        """Whether it says something about the text as it is."""
        return not self.objection and not self.is_stale(lang)


def evidence_of(
    receipts: Sequence[Receipt],
    article: Article,
    *,
    owner: str | None = None,
    signatures: SignatureRule = lambda _receipt, _slug: "",
    max_age: int | None = None,
) -> tuple[Evidence, ...]:
    """What receipts say about an article; those of checks that it no longer has are left out.

    `owner` is the article that their file names, by default this one. After `max_age` days they
    are too old.
    """
    checks = {check.name: check for check in read_checks(article.translations[0].body).good}
    foreign = owner not in (None, article.slug)
    of_other = f"of another article, {owner}" if foreign else ""
    now = datetime.now(UTC)
    oldest = oldest_valid(article.metadata, max_age=max_age, now=now)
    known = [
        (
            receipt,
            of_other
            or signatures(receipt, article.slug)
            or _mismatch(receipt, checks[receipt.check])
            or objection(receipt, now),
        )
        for receipt in receipts
        if receipt.check in checks
    ]
    valid = [receipt for receipt, against in known if not against]
    ran = {receipt.check for receipt, _ in known}  # in several systems each
    texts = {name: [*_texts(checks[name], article)] for name in ran}
    return tuple(
        Evidence(
            receipt=receipt,
            too_old=is_too_old(receipt, oldest),
            objection=against or _later_objection(receipt, valid),
            coverage=tuple(_coverage(receipt, texts[receipt.check])),
        )
        for receipt, against in known
    )


def objection(receipt: Receipt, now: datetime) -> str:
    """What speaks against a receipt, whatever text it is about; "" if nothing does."""
    if receipt.runner != RUNNER:
        return f"made by version {receipt.runner} of the runner, which is now {RUNNER}"
    if not _SANDBOX.match(receipt.isolation.sandbox):
        return "not run in a sandbox"
    where = receipt.environment
    if _OTHER_SYSTEM.search(where.os) or not where.kernel.startswith("Linux "):
        return "not run on a Linux system that it names"
    try:
        ran_at = instant(receipt.ran_at)
    except ValueError:
        return "without a date"
    if not _EARLIEST <= ran_at <= now + _SKEW:
        return f"dated {receipt.ran_at[:10]}, when it cannot have run"
    return _unshown(receipt) if receipt.outcome is CheckOutcome.FIXED else ""


def _unshown(receipt: Receipt) -> str:
    """What the runs of a receipt that says `fixed` leave open."""
    for kind, order in _ORDER.items():
        runs = [run for run in receipt.runs if run.kind is kind]
        times = sum(run.times for run in runs)
        if times < 2 or times != receipt.repetitions:
            return f"without the {kind} runs that it speaks of"
        if not all(_shows(run, order) for run in runs):
            return f"with {kind} runs that do not show what it says"
    return ""


def _shows(run: RunRecord, order: Sequence[Step]) -> bool:
    """Whether a run went through its steps, and those that must succeed did."""
    steps = [step for step in run.steps if step.step not in (Step.SETUP, Step.CLEANUP)]
    in_order = [step.step for step in steps] == list(order)
    ended = all(step.limit is None and step.exit_status is not None for step in run.steps)
    fine = run.kind is not RunKind.GREEN or not any(step.exit_status for step in steps)
    failed = run.kind is not RunKind.RED or (steps[-1:] and steps[-1].exit_status)
    return run.times > 0 and in_order and ended and fine and bool(failed)


def _mismatch(receipt: Receipt, check: Check) -> str:
    return "" if receipt.error == check.error else "about another error than its check"


def _later_objection(receipt: Receipt, valid: Iterable[Receipt]) -> str:
    """The later run of the same check on the same system for the same text that came to
    something else, if there is one."""
    later = [
        other
        for other in valid
        if other.key == receipt.key
        and other.outcome not in (receipt.outcome, CheckOutcome.UNVERIFIABLE)
        and other.vouches_for.items() & receipt.vouches_for.items()
        and _rank(other) > _rank(receipt)
    ]
    return f"overruled by a later run, which came to: {later[-1].outcome}" if later else ""


def _rank(receipt: Receipt) -> tuple[datetime, bool]:
    """By which of two receipts of the same check is believed: the later, else the worse."""
    return instant(receipt.ran_at), receipt.outcome is not CheckOutcome.FIXED


def _texts(check: Check, article: Article) -> Iterator[tuple[str, Coverage]]:
    """For each translation what a receipt of a check must vouch for, and what it then covers."""
    for text in article.translations:
        known = claims(text.body)
        wordings = known.wordings(check.error)
        rows = [f"row {known.entries.index(entry) + 1}" for entry in wordings]
        yield (
            check.fingerprint(text.body),
            Coverage(
                lang=text.lang,
                is_current=True,
                anchors=tuple(entry.anchor for entry in wordings),
                places=(*rows, *fix_places(text.body, check.name)),
            ),
        )


def _coverage(receipt: Receipt, texts: Iterable[tuple[str, Coverage]]) -> Iterator[Coverage]:
    for fingerprint, covered in texts:
        is_current = receipt.is_about(covered.lang, fingerprint)
        yield replace(covered, is_current=is_current)


def merge_receipts(
    old: Sequence[Receipt],
    new: Sequence[Receipt],
    *,
    checks: Iterable[str],
    oldest: datetime = ALWAYS,
) -> list[Receipt]:
    """The receipts to keep when the checks named `checks` are all that the article has.

    A new receipt replaces the one of the same check and environment, except that one which says
    the same stays as it is, unless it ran before `oldest` or something speaks against it alone,
    and that what could not run here does not replace what ran.
    """
    now = datetime.now(UTC)
    names = set(checks)
    kept = {receipt.key: receipt for receipt in old if receipt.check in names}
    for receipt in new:
        known = kept.get(receipt.key)
        ran = any(r.check == receipt.check and r.runs for r in kept.values())
        if receipt.outcome is CheckOutcome.UNVERIFIABLE and ran:
            if receipt.environment.name and known and known.vouches_for != receipt.vouches_for:
                del kept[
                    receipt.key
                ]  # an environment is the same everywhere: it will not run there
            continue
        worthless = known and (is_too_old(known, oldest) or objection(known, now))
        better = worthless and not objection(receipt, now)
        if known is None or better or not known.says_the_same(receipt):
            kept[receipt.key] = receipt
    return list(kept.values())
