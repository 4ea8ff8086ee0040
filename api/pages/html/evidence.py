"""Receipts as pages show them: where a check ran, and what its programs printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.pages.html.markdown import PageContext, code_html
from corpus.checks.evidence import Evidence
from corpus.checks.receipts import SAME_OUTPUT, Receipt, RunKind
from corpus.checks.trust import entry_run
from corpus.document.fences import Step

Environments = Sequence[str]
_OUTPUTS = ((RunKind.RED, Step.REPRODUCE), (RunKind.GREEN, Step.REPRODUCE))
_LONGEST_OUTPUT = 600
"""Characters of an output, of which the end tells most."""

_NO_CONTEXT = PageContext(resolve=lambda _target: None, steps={}, image="")


@dataclass(frozen=True, slots=True)
class RunOutput:
    """What reproducing the error printed, before the fix or after it."""

    kind: RunKind
    text: str
    programs: str = ""
    """Those that printed the error, as far as they were seen to."""


def environment_of(item: Evidence) -> str:
    """The system that a check ran on, and how it was isolated."""
    where, isolation = item.receipt.environment, item.receipt.isolation
    system = f"{where.os}, {where.kernel}, {where.architecture}"
    return f"{system}; {isolation.sandbox}, network: {isolation.network}; {isolation.limits}"


def environments_of(evidence: Sequence[Evidence]) -> Environments:
    """The systems, each once."""
    return list(dict.fromkeys(map(environment_of, evidence)))


def runtimes_of(item: Evidence) -> str:
    """The programs that a check used, with their versions; no utilities, unless one is at fault."""
    return ", ".join(f"{name} {v}" for name, v in entry_run(item.receipt).telling.items())


def diff_html(diff: str, file: str) -> Markup:
    """What a fix changed in a file of the author's."""
    return code_html(diff, _NO_CONTEXT, language="diff", file=file)


def outputs_of(receipt: Receipt) -> Iterator[RunOutput]:
    """What was printed without the fix and with it."""
    for kind, step in _OUTPUTS:
        text = next(_texts(receipt, kind, step), None)
        if text is not None:
            lines = receipt.observed if kind is RunKind.RED else ()
            unseen = [seen.line for seen in lines if seen.line and seen.line not in text]
            programs = ", ".join(dict.fromkeys(seen.program for seen in lines if seen.program))
            yield RunOutput(kind, "\n".join([*unseen, _end(text)]).strip(), programs)


def _texts(receipt: Receipt, kind: RunKind, wanted: Step) -> Iterator[str]:
    """The outputs of a step, those written out that stand for an earlier one."""
    last = ""
    for run in receipt.runs:
        for step in run.steps:
            text = last if step.output == SAME_OUTPUT else step.output
            if step.step == wanted:
                last = text
            if run.kind is kind and step.step == wanted:
                yield text


def _end(text: str) -> str:
    text = text.rstrip()
    return text if len(text) <= _LONGEST_OUTPUT else "…" + text[1 - _LONGEST_OUTPUT :]
