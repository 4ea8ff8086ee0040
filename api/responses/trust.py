"""What is known of the fixes of an article and of each of its rows, and the receipts behind it."""

from typing import Annotated

from api.responses.model import Model, doc
from corpus.checks.evidence import Evidence
from corpus.checks.explanation import article_explanation, entry_explanation
from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import EntryTrust, Level, Trust
from corpus.store.entry import Entry

LastRun = Annotated[str | None, doc("When a check of this text ran last.")]


class EntryEnvironment(Model):
    """Where the fix of an error was run last, and what that came to."""

    name: str
    os: str
    programs: dict[str, str]
    outcome: CheckOutcome


class EntryTrustObject(Model):
    """What is known of the fix of one error, in the language that is shown."""

    level: Annotated[Level, doc("`executed` only by a current receipt about this very error.")]
    explanation: str
    last_run: LastRun
    environments: list[EntryEnvironment]


class TrustObject(Model):
    """What is known of an article: its best row, and how many of its rows were run."""

    level: Annotated[Level, doc("`executed` where at least one error was run.")]
    executed_entries: Annotated[int, doc("Errors whose fix was run.")]
    entries: Annotated[int, doc("Errors in the tables of the article.")]
    explanation: str
    records: Annotated[int, doc("Verification records that the document states.")]
    last_run: LastRun


class RunEnvironment(Model):
    """Where a check ran."""

    os: str
    kernel: str
    architecture: str
    runtimes: dict[str, str]


class SeenError(Model):
    """A line of the error, as it was seen without the fix."""

    line: str
    program: Annotated[str, doc("What wrote it, as the kernel knows it; empty if not seen.")]


class ReceiptObject(Model):
    """What running a check came to."""

    check: str
    error: str
    outcome: CheckOutcome
    reason: str
    stale: Annotated[bool, doc("It is about an older text in this language, or too old.")]
    objection: Annotated[str | None, doc("Why it counts for nothing, whatever the text.")]
    anchor: Annotated[str | None, doc("The error that it is about.")]
    covers: Annotated[tuple[str, ...], doc("What of the text it is about: `row 3`, headings.")]
    edited: Annotated[tuple[str, ...], doc("The author's own programs that the fix edits.")]
    diffs: Annotated[dict[str, str], doc("How it edits them, as unified diffs, by file.")]
    unneeded: Annotated[tuple[str, ...], doc("Parts of the fix without which it works as well.")]
    observed: Annotated[list[SeenError], doc("The lines of the error that were seen.")]
    ran_at: str
    repetitions: int
    environment: RunEnvironment
    isolation: str


class EvidenceObject(TrustObject):
    """The same, with the receipts behind it."""

    receipts: list[ReceiptObject]


def trust_object(trust: Trust, lang: str) -> TrustObject:
    """What is known of the fixes of an article, for a reader of `lang`."""
    return TrustObject.of(trust, explanation=article_explanation(trust, lang))


def entry_trust(trust: EntryTrust, lang: str) -> EntryTrustObject:
    """What is known of the fix of one error, for a reader of `lang`."""
    environments = [EntryEnvironment.of(run) for run in trust.environments]
    explanation = entry_explanation(trust, lang)
    return EntryTrustObject.of(trust, explanation=explanation, environments=environments)


def evidence_object(entry: Entry, lang: str) -> EvidenceObject:
    """What is known of an article in a language, with every receipt."""
    receipts = [_receipt(item, lang) for item in entry.evidence]
    trust = entry.trust(lang)
    explanation = article_explanation(trust, lang)
    return EvidenceObject.of(trust, explanation=explanation, receipts=receipts)


def _receipt(item: Evidence, lang: str) -> ReceiptObject:
    receipt, coverage = item.receipt, item.of(lang)
    return ReceiptObject.of(
        receipt,
        stale=item.is_stale(lang),
        objection=item.objection or None,
        anchor=coverage.anchor or None,
        covers=coverage.places,
        observed=[SeenError.of(seen) for seen in receipt.observed],
        environment=RunEnvironment.of(receipt.environment),
        isolation=receipt.isolation.sandbox,
    )
