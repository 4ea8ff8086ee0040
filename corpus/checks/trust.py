"""Trust: what is known of an article's fixes, told apart from what is claimed.

A receipt of a run on exactly this text is the strongest; then what somebody attests, a
status or a verification record; then a receipt about an older text. Nothing else counts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from msgspec import Struct, structs

from corpus.checks.checks import Check, read_checks
from corpus.checks.receipts import CheckOutcome, Receipt
from corpus.diagnosis import log_parser
from corpus.diagnosis.extraction import remedy
from corpus.diagnosis.signatures import Origin, Signature, signature_of
from corpus.document.article import (
    Article,
    Metadata,
    RecordEnvironment,
    Status,
    VerificationRecord,
    VerificationResult,
    VerifierKind,
)


class Level(StrEnum):
    """How far an article's fixes can be trusted, best first."""

    EXECUTED = "executed"
    """A machine saw the error, applied the fix and saw it gone, for this very text."""
    ATTESTED = "attested"
    """Somebody says that it works."""
    STALE = "stale"
    """It was executed, and the text has changed since."""
    NONE = "none"
    """Nobody says so."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A receipt, and whether it is about an older text of its article."""

    receipt: Receipt
    is_stale: bool


class Trust(Struct, frozen=True, kw_only=True, gc=False):
    """The level, in a word and in a sentence, and how much it rests on."""

    level: Level
    explanation: str
    records: int
    """Verification records of the document: claims by named verifiers."""
    last_run: str | None = None
    """When a check of this very text ran last."""


def evidence_of(receipts: Iterable[Receipt], body: str) -> tuple[Evidence, ...]:
    """What receipts say about a body; those of checks that it no longer has are left out."""
    checks = {check.name: check for check in read_checks(body).good}
    return tuple(
        Evidence(receipt, not receipt.is_about(checks[receipt.check].fingerprint(body)))
        for receipt in receipts
        if receipt.check in checks
    )


def seen_signatures(evidence: Iterable[Evidence], body: str) -> list[Signature]:
    """The error lines that runs of this very body printed: signatures that are certain.

    Receipts keep no values. Those of the row that the check stands for take their place.
    """
    checks = {check.name: check for check in read_checks(body).good}
    found = []
    for receipt in _current(evidence):
        claim = _claim(checks[receipt.check])
        lines = (signature_of(line.template, origin=Origin.RUN) for line in receipt.observed)
        found += [claim] if claim and receipt.observed else [line for line in lines if line]
    return found


def _claim(check: Check) -> Signature | None:
    """The message of a check as its row has it."""
    entry = check.entry
    message = log_parser.message_of(entry.error if entry else check.error)
    claim = signature_of(message, origin=Origin.RUN, anchor=entry.anchor if entry else "")
    return structs.replace(claim, remedy=remedy(entry)) if claim and entry else claim


def trust_of(metadata: Metadata, evidence: Sequence[Evidence]) -> Trust:
    """What an article's evidence and claims amount to."""
    level = _level(metadata, evidence)
    return Trust(
        level=level,
        explanation=_explanation(level, evidence),
        records=len(metadata.records),
        last_run=max((receipt.ran_at for receipt in _current(evidence)), default=None),
    )


def with_evidence(article: Article, evidence: Sequence[Evidence]) -> Article:
    """The article with a verification record for each receipt, for readers of its document."""
    records = tuple(_record(item) for item in evidence)
    metadata = replace(article.metadata, records=(*article.metadata.records, *records))
    return replace(article, metadata=metadata) if records else article


def _record(item: Evidence) -> VerificationRecord:
    receipt = item.receipt
    environment = receipt.environment
    names = ", ".join(environment.runtimes) or "none"
    versions = ", ".join(environment.runtimes.values()) or "none"
    stale = "stale, for the text has changed since: " if item.is_stale else ""
    return VerificationRecord(
        verifier=f"fixbook verify, check {receipt.check}",
        result=_RESULTS.get(receipt.outcome, VerificationResult.PARTIAL),
        verified_at=receipt.ran_at,
        notes=f"{stale}{receipt.outcome}: {receipt.reason}; error: {receipt.error}; "
        f"isolation: {receipt.isolation.sandbox}",
        environment=RecordEnvironment(
            os=f"{environment.os} {environment.architecture}", runtime=names, version=versions
        ),
        kind=VerifierKind.OFFICIAL_BOT,
    )


_RESULTS = {
    CheckOutcome.FIXED: VerificationResult.PASSED,
    CheckOutcome.NOT_FIXED: VerificationResult.FAILED,
}


def _level(metadata: Metadata, evidence: Sequence[Evidence]) -> Level:
    if any(receipt.outcome is CheckOutcome.FIXED for receipt in _current(evidence)):
        return Level.EXECUTED
    if metadata.status in (Status.VERIFIED, Status.PARTIAL) or metadata.records:
        return Level.ATTESTED
    if any(item.is_stale and item.receipt.outcome is CheckOutcome.FIXED for item in evidence):
        return Level.STALE
    return Level.NONE


def _current(evidence: Iterable[Evidence]) -> list[Receipt]:
    return [item.receipt for item in evidence if not item.is_stale]


def _explanation(level: Level, evidence: Sequence[Evidence]) -> str:
    current = _current(evidence)
    told = {
        Level.EXECUTED: "A machine saw the error, applied the fix and saw it gone",
        Level.ATTESTED: "Somebody states that this was verified; no run of this text shows it",
        Level.STALE: "The fix was run, but for an older text of this article",
        Level.NONE: "Nobody states that this was verified, and no run shows it",
    }[level]
    if not current:
        return f"{told}."
    last = max(receipt.ran_at for receipt in current)[:10]
    systems = ", ".join(dict.fromkeys(receipt.environment.os for receipt in current))
    return f"{told}: {_counts(current)} on {systems}, last on {last}."


def _counts(receipts: Iterable[Receipt]) -> str:
    """`2 checks fixed, 1 flaky`."""
    counts = Counter(receipt.outcome for receipt in receipts)
    (first, number), *rest = [
        (outcome, counts[outcome]) for outcome in CheckOutcome if counts[outcome]
    ]
    noun = "check" if number == 1 else "checks"
    return ", ".join([f"{number} {noun} {first}", *(f"{count} {what}" for what, count in rest)])
