"""Trust: what is known of the fix of an error entry, told apart from what is claimed.

It is of a row, in a language: a receipt of a run on exactly this text is the strongest; then
what somebody attests of the article, a status or a verification record; then a receipt about
an older text. Nothing else counts. An article is trusted as far as one of its rows is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from msgspec import Struct, structs

from corpus.checks.checks import Check, read_checks
from corpus.checks.evidence import Evidence
from corpus.checks.receipts import CheckOutcome, ObservedError, Receipt
from corpus.checks.utilities import UTILITIES
from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.signatures.extraction import remedy
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.signature_parser import signature_of
from corpus.document.article import (
    Article,
    Metadata,
    RecordEnvironment,
    Status,
    VerificationRecord,
    VerificationResult,
    VerifierKind,
)
from corpus.document.outline import ErrorEntry


class Level(StrEnum):
    """How far a fix can be trusted, best first."""

    EXECUTED = "executed"
    """A machine saw the error, applied the fix and saw it gone, for this very text."""
    ATTESTED = "attested"
    """Somebody says that it works."""
    STALE = "stale"
    """It was executed, and the text has changed since, or too much time has gone by."""
    NONE = "none"
    """Nobody says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRun:
    """Where the fix of an error entry was run last, and what that came to."""

    name: str
    os: str
    programs: Mapping[str, str]
    """All that the steps executed, with their versions."""
    outcome: CheckOutcome
    writers: frozenset[str] = frozenset()
    """The programs that wrote the error."""

    @property
    def telling(self) -> Mapping[str, str]:
        """The programs without the utilities that every system has, unless one wrote the error."""
        dull = UTILITIES - self.writers
        return {name: v for name, v in self.programs.items() if name not in dull} or self.programs

    def __str__(self) -> str:
        return ", ".join([self.os, *(f"{name} {v}" for name, v in self.telling.items())])


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTrust:
    """What is known of the fix of one error entry in one language."""

    level: Level
    last_run: str | None = None
    """When a check of this very text ran last."""
    environments: tuple[EntryRun, ...] = ()
    counts: Mapping[CheckOutcome, int] = field(default_factory=dict)
    """What its checks came to, in however many environments."""
    too_old: bool = False
    """Whether it has a run that is older than runs may be."""
    others_run: bool = False
    """Whether other entries of the article were run, and nothing is known of this one."""
    objections: Mapping[str, str] = field(default_factory=dict)
    """By check, why its receipt counts for nothing."""


class Trust(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Of an article: the best level of its rows, and on what it rests."""

    level: Level
    records: int
    """Verification records of the document: claims by named verifiers."""
    last_run: str | None = None
    """When a check of this very text ran last."""
    entries: int = 0
    executed_entries: int = 0
    attested: bool = False
    """Whether somebody says that the article works."""
    counts: Mapping[CheckOutcome, int] = {}
    systems: tuple[str, ...] = ()
    """Where its checks ran."""
    run: Mapping[str, EntryTrust] = {}
    """The error entries that a check is about, by their anchors."""

    def of(self, anchor: str) -> EntryTrust:
        """What is known of one of its error entries."""
        return self.run.get(anchor) or _NOT_RUN[self.attested, self.executed_entries > 0]


_NOT_RUN = {
    (attested, others): EntryTrust(
        level=Level.ATTESTED if attested else Level.NONE, others_run=others
    )
    for attested in (False, True)
    for others in (False, True)
}
"""What is known of an error entry that no check is about."""


def seen_signatures(evidence: Iterable[Evidence], article: Article) -> list[Signature]:
    """The error lines that runs of the original text printed: signatures that are certain.

    Receipts keep no values. Those of the row that the check stands for take their place.
    """
    original = article.translations[0]
    checks = {check.name: check for check in read_checks(original.body).good}
    found = []
    for receipt in _current(evidence, original.lang):
        claim = _claim(checks[receipt.check])
        lines = (_signature_of(line) for line in receipt.observed)
        found += [claim] if claim and receipt.observed else [line for line in lines if line]
    return list(dict.fromkeys(found))


def _signature_of(line: ObservedError) -> Signature | None:
    """The signature of what was printed; older receipts have only what was derived from it."""
    text = log_parser.message_of(line.line) if line.line else line.template
    return signature_of(text, origin=Origin.RUN)


def _claim(check: Check) -> Signature | None:
    """The message of a check as its row has it."""
    entry = check.entry
    message = log_parser.message_of(entry.error if entry else check.error)
    claim = signature_of(message, origin=Origin.RUN, anchor=entry.anchor if entry else "")
    return structs.replace(claim, remedy=remedy(entry)) if claim and entry else claim


def trust_of(
    metadata: Metadata, evidence: Sequence[Evidence], entries: Sequence[ErrorEntry], lang: str
) -> Trust:
    """What evidence and claims amount to for the error entries of an article in a language."""
    attested = metadata.status in (Status.VERIFIED, Status.PARTIAL) or bool(metadata.records)
    known = {entry.anchor for entry in entries}
    run = {
        anchor: _entry_trust(about, lang, attested=attested)
        for anchor, about in _by_entry(evidence, lang).items()
        if anchor in known
    }
    levels = [trust.level for trust in run.values()]
    if attested:
        levels.append(Level.ATTESTED)
    level = min(levels, key=[*Level].index, default=Level.NONE)
    executed = sum(each is Level.EXECUTED for each in levels)
    untold = _NOT_RUN[attested, executed > 0]
    worthless = {
        anchor: replace(untold, objections=why)
        for anchor, why in _objections(evidence, lang).items()
        if anchor in known and anchor not in run
    }
    current = _current(evidence, lang)
    return Trust(
        level=level,
        records=len(metadata.records),
        last_run=_last(current),
        entries=len(entries),
        executed_entries=executed,
        attested=attested,
        counts=_counts(current),
        systems=tuple(dict.fromkeys(receipt.environment.os for receipt in current)),
        run={**run, **worthless},
    )


def with_evidence(article: Article, evidence: Sequence[Evidence], lang: str) -> Article:
    """The article with a verification record for each receipt, for readers of its document."""
    records = tuple(_record(item, lang) for item in evidence)
    metadata = replace(article.metadata, records=(*article.metadata.records, *records))
    return replace(article, metadata=metadata) if records else article


def _by_entry(evidence: Iterable[Evidence], lang: str) -> dict[str, list[Evidence]]:
    """The receipts about each error entry that nothing speaks against, current and stale."""
    found: dict[str, list[Evidence]] = {}
    for item in evidence:
        for anchor in () if item.objection else item.of(lang).anchors:
            found.setdefault(anchor, []).append(item)
    return found


def _objections(evidence: Iterable[Evidence], lang: str) -> dict[str, dict[str, str]]:
    """By error entry and check, why a receipt about it counts for nothing."""
    found: dict[str, dict[str, str]] = {}
    for item in evidence:
        for anchor in item.of(lang).anchors if item.objection else ():
            found.setdefault(anchor, {})[item.receipt.check] = item.objection
    return found


def _entry_trust(about: Sequence[Evidence], lang: str, *, attested: bool) -> EntryTrust:
    current = _current(about, lang)
    level = Level.ATTESTED if attested else Level.NONE
    if any(receipt.outcome is CheckOutcome.FIXED for receipt in current):
        level = Level.EXECUTED
    worked = [item for item in about if item.receipt.outcome is CheckOutcome.FIXED]
    if level is not Level.EXECUTED and worked and not attested:
        level = Level.STALE
    return EntryTrust(
        level=level,
        last_run=_last(current),
        environments=tuple(map(entry_run, current)),
        counts=_counts(current),
        too_old=any(item.too_old for item in worked),
    )


def entry_run(receipt: Receipt) -> EntryRun:
    """Where the check of a receipt ran, and what that came to."""
    where = receipt.environment
    return EntryRun(
        name=receipt.place,
        os=where.os,
        programs=dict(where.runtimes),
        outcome=receipt.outcome,
        writers=frozenset(seen.program for seen in receipt.observed),
    )


def _last(current: Iterable[Receipt]) -> str | None:
    return max((receipt.ran_at for receipt in current), default=None)


def _record(item: Evidence, lang: str) -> VerificationRecord:
    receipt, coverage = item.receipt, item.of(lang)
    environment = receipt.environment
    programs = entry_run(receipt).telling
    names, versions = ", ".join(programs) or "none", ", ".join(programs.values()) or "none"
    counted = _RESULTS.get(receipt.outcome, VerificationResult.PARTIAL)
    return VerificationRecord(
        verifier=f"fixbook verify, check {receipt.check}",
        result=counted if item.counts(lang) else VerificationResult.PARTIAL,
        verified_at=receipt.ran_at,
        notes=f"{_reserve(item, lang)}{receipt.outcome}: {receipt.reason}; "
        f"error: {receipt.error}; covers: {', '.join(coverage.places) or 'no row'}; "
        f"isolation: {receipt.isolation.sandbox}",
        environment=RecordEnvironment(
            os=f"{environment.os} {environment.architecture}", runtime=names, version=versions
        ),
        kind=VerifierKind.OFFICIAL_BOT,
    )


def _reserve(item: Evidence, lang: str) -> str:
    """Why a receipt says nothing about the text as it is, if so."""
    if item.objection:
        return f"counts for nothing, {item.objection}: "
    if item.too_old:
        return "stale (age), for it ran too long ago: "
    return "stale, for the text has changed since: " if item.is_stale(lang) else ""


_RESULTS = {
    CheckOutcome.FIXED: VerificationResult.PASSED,
    CheckOutcome.NOT_FIXED: VerificationResult.FAILED,
}


def _current(evidence: Iterable[Evidence], lang: str) -> list[Receipt]:
    return [item.receipt for item in evidence if item.counts(lang)]


def _counts(receipts: Iterable[Receipt]) -> dict[CheckOutcome, int]:
    """How many checks came to what, in however many environments, in the order of outcomes."""
    ran = {(receipt.check, receipt.outcome) for receipt in receipts}
    counts = Counter(outcome for _, outcome in ran)
    return {outcome: counts[outcome] for outcome in CheckOutcome if counts[outcome]}
