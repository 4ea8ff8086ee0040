"""A proposal, as its author and reviewers see it."""

from typing import Annotated

from api.responses.model import Model, doc
from corpus.checks.receipts import CheckOutcome, Receipt
from corpus.proposals import review
from corpus.proposals.rows import Proposal, ProposalStatus


class ProposalReceived(Model):
    """The answer to a proposal."""

    id: str
    status: ProposalStatus
    slug: Annotated[str, doc("Of the article that it changes or becomes.")]
    notes: Annotated[list[str], doc("What a reviewer will see: rows that others have as well.")]


class CheckRun(Model):
    """What a check of a proposal came to in an environment."""

    check: str
    error: str
    environment: str
    outcome: CheckOutcome
    reason: str
    ran_at: str


class ProposalObject(Model):
    """A proposal."""

    id: str
    status: ProposalStatus
    slug: str
    lang: str
    title: str
    is_change: Annotated[bool, doc("Whether it changes a text that is there.")]
    received_at: str
    changed_at: str
    notes: list[str]
    obstacles: Annotated[list[str], doc("Why it cannot be accepted as it is.")]
    receipts: Annotated[list[CheckRun], doc("What its checks came to, once they ran.")]
    reason: Annotated[str, doc("Why it was rejected.")]
    document: str


def proposal_received(proposal: Proposal) -> ProposalReceived:
    """The answer to it."""
    return ProposalReceived(
        id=proposal.id, status=proposal.status, slug=proposal.slug, notes=_lines(proposal.notes)
    )


def proposal_object(proposal: Proposal) -> ProposalObject:
    """All of it."""
    return ProposalObject(
        id=proposal.id,
        status=proposal.status,
        slug=proposal.slug,
        lang=proposal.lang,
        title=proposal.title,
        is_change=bool(proposal.base),
        received_at=proposal.received_at,
        changed_at=proposal.changed_at,
        notes=_lines(proposal.notes),
        obstacles=review.obstacles(proposal),
        receipts=list(map(_check_run, proposal.read_receipts())),
        reason=proposal.reason,
        document=proposal.document,
    )


def _check_run(receipt: Receipt) -> CheckRun:
    return CheckRun(
        check=receipt.check,
        error=receipt.error,
        environment=receipt.place,
        outcome=receipt.outcome,
        reason=receipt.reason,
        ran_at=receipt.ran_at,
    )


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []
