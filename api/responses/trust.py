"""What is known of an article's fixes, and the receipts behind it."""

from typing import Annotated

from api.responses.model import Model, doc
from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import Evidence, Level, Trust
from corpus.store.entry import Entry


class TrustObject(Model):
    """What a claim of verification is worth."""

    level: Level
    explanation: str
    records: Annotated[int, doc("Verification records that the document states.")]
    last_run: Annotated[str | None, doc("When a check of this text ran last.")]


class RunEnvironment(Model):
    """Where a check ran."""

    os: str
    kernel: str
    architecture: str
    runtimes: dict[str, str]


class ReceiptObject(Model):
    """What running a check came to."""

    check: str
    error: str
    outcome: CheckOutcome
    reason: str
    stale: Annotated[bool, doc("It is about an older text of the article.")]
    ran_at: str
    repetitions: int
    environment: RunEnvironment
    isolation: str


class EvidenceObject(TrustObject):
    """The same, with the receipts behind it."""

    receipts: list[ReceiptObject]


def trust_object(trust: Trust) -> TrustObject:
    """What is known of the fixes: the level, in a sentence, and when it was last shown."""
    return TrustObject(
        level=trust.level,
        explanation=trust.explanation,
        records=trust.records,
        last_run=trust.last_run,
    )


def evidence_object(entry: Entry) -> EvidenceObject:
    """What is known of an article, with every receipt."""
    trust = entry.trust
    return EvidenceObject(
        level=trust.level,
        explanation=trust.explanation,
        records=trust.records,
        last_run=trust.last_run,
        receipts=[_receipt(item) for item in entry.evidence],
    )


def _receipt(item: Evidence) -> ReceiptObject:
    receipt = item.receipt
    return ReceiptObject(
        check=receipt.check,
        error=receipt.error,
        outcome=receipt.outcome,
        reason=receipt.reason,
        stale=item.is_stale,
        ran_at=receipt.ran_at,
        repetitions=receipt.repetitions,
        environment=RunEnvironment.of(receipt.environment),
        isolation=receipt.isolation.sandbox,
    )
