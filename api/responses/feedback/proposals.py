"""A proposal, as its author and reviewers see it."""

from typing import Annotated

from api.responses.model import Model, doc
from corpus.checks.receipts import CheckOutcome
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
    return ProposalReceived.of(proposal, notes=_lines(proposal.notes))


def proposal_object(proposal: Proposal) -> ProposalObject:
    """All of it."""
    receipts = proposal.read_receipts()
    return ProposalObject.of(
        proposal,
        is_change=bool(proposal.base),
        notes=_lines(proposal.notes),
        obstacles=review.obstacles(proposal),
        receipts=[CheckRun.of(receipt, environment=receipt.place) for receipt in receipts],
    )


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []
