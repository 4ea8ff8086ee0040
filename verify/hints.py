"""Hints for the author of a check that did not come to what it should."""

import re
from collections.abc import Iterator

from corpus.checks.checks import Check
from corpus.checks.receipts import CheckOutcome, Receipt, RunKind, StepRecord
from corpus.document.fences import Step
from verify.expected_error import ExpectedError

_GOOD = (CheckOutcome.FIXED, CheckOutcome.STAGED, CheckOutcome.UNVERIFIABLE)
_NETWORK = re.compile(
    r".*(?:could not resolve|unable to resolve|name resolution|network is unreachable"
    r"|(?:name or service|nodename nor servname) not known|\bEAI_AGAIN\b|\bENETUNREACH\b"
    r"|getaddrinfo (?:ENOTFOUND|failed)|unknown host|no route to host).*",
    re.IGNORECASE,
)


def hints(receipt: Receipt, check: Check) -> tuple[str, ...]:
    """What may help, from what the receipt has seen; nothing where all went well."""
    if receipt.outcome in _GOOD:
        return ()
    return tuple(dict.fromkeys([*_network(receipt, check), *_nearest(receipt, check)]))


def _network(receipt: Receipt, check: Check) -> Iterator[str]:
    """That a step failed for want of a network, which the sandbox does not have."""
    if _NETWORK.fullmatch(check.error):
        return
    for step in _steps(receipt):
        if step.exit_status and (found := _NETWORK.search(step.output)):
            yield f"needs network, which the sandbox has not: {found.group().strip()}"
            return


def _nearest(receipt: Receipt, check: Check) -> Iterator[str]:
    if receipt.outcome is not CheckOutcome.NOT_REPRODUCED:
        return
    outputs = [step.output for step in _steps(receipt, RunKind.RED, Step.REPRODUCE)]
    if line := ExpectedError(check).nearest("\n".join(outputs)):
        yield f"nearest line: {line}"


def _steps(
    receipt: Receipt, kind: RunKind | None = None, name: Step | None = None
) -> Iterator[StepRecord]:
    for run in receipt.runs:
        for step in run.steps:
            if kind in (None, run.kind) and name in (None, step.step):
                yield step
