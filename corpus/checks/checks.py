"""Checks: runnable claims in articles.

A check is the fenced blocks of a body whose info strings carry the same `check=NAME`;
`step=` says what each of them is for. Here they are put together and linted; running them
is the business of `verify/`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from corpus.checks.claims import Claims, claims, fingerprint
from corpus.document.fences import Fence, Language, Step, fences
from corpus.document.outline import ErrorEntry

MOST_CHECKS = 50
"""Checks of a document."""
_REQUIRED = (Step.REPRODUCE, Step.FIX, Step.CONFIRM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a check: something to run, or a file to write."""

    step: Step
    language: Language | None
    """None for a file."""
    content: str
    file: str | None = None
    """Where to write it, relative to the work folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A runnable claim: how to reproduce an error, and the fix that resolves it."""

    name: str
    error: str
    """The message that reproducing the error must print."""
    entry: ErrorEntry | None = None
    """The row of the error table that it stands for; None if a passage quotes the message."""
    exit: int | None = None
    """The expected exit status of reproducing it; None: any but 0."""
    needs: tuple[str, ...] = ()
    """Programs that must be installed."""
    timeout: int | None = None
    """Seconds that each step may take; None for the runner's default."""
    blocks: tuple[Block, ...]
    line: int = 1
    """Where its first block is in the body, from 1."""

    def of(self, step: Step) -> tuple[Block, ...]:
        """The blocks of a step in the order of the document."""
        return tuple(block for block in self.blocks if block.step is step)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The programs that it needs, each once."""
        found = [block.language for block in self.blocks if block.language]
        return tuple(dict.fromkeys(found))

    def fingerprint(self, body: str) -> str:
        """The hash of the text that a receipt of this check is about, in one language."""
        parts = [[b.step, b.language, b.file, b.content] for b in self.blocks]
        rules = [self.name, self.exit, list(self.needs), self.timeout]
        return fingerprint(body, check=self.name, error=self.error, blocks=[rules, *parts])


@dataclass(frozen=True, slots=True, order=True)
class CheckProblem:
    """A problem with a check: line in the body (from 1), name, message."""

    line: int
    check: str
    message: str

    def __str__(self) -> str:
        return f"check {self.check}: {self.message}" if self.check else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """The runnable checks of a body, and the problems of the others."""

    good: tuple[Check, ...] = ()
    problems: tuple[CheckProblem, ...] = ()


@lru_cache(8)
def read_checks(body: str) -> Checks:
    """The checks of a body in the order of the document. Nothing raises."""
    groups: dict[str, list[Fence]] = defaultdict(list)
    for fence in fences(body):
        groups[fence.name].append(fence)
    known = claims(body) if groups else Claims()
    good: list[Check] = []
    problems: list[CheckProblem] = []
    surplus = [*groups.items()][MOST_CHECKS:]
    for name, parts in surplus[:1]:
        problems.append(CheckProblem(parts[0].line, name, f"more than {MOST_CHECKS} checks"))
    for name, parts in islice(groups.items(), MOST_CHECKS):
        wrong = [*_problems(name, parts, known)]
        problems += wrong
        good += [] if wrong else [_check(name, parts, known)]
    return Checks(good=tuple(good), problems=tuple(sorted(problems)))


def differences(translation: str, checks: Sequence[Check]) -> Iterator[CheckProblem]:
    """Where the checks of a translation are not those of the original.

    A translation may leave them out. Those that it has must be the same, for only the
    original's are run.
    """
    originals = {check.name: check for check in checks}
    found = read_checks(translation)
    yield from found.problems
    lines = {fence.name: fence.line for fence in reversed([*fences(translation)])}
    for check in found.good:
        original = originals.get(check.name)
        if original is None:
            yield CheckProblem(lines[check.name], check.name, "not in the original document")
        elif (check.blocks, check.exit) != (original.blocks, original.exit):
            yield CheckProblem(lines[check.name], check.name, "differs from the original document")


def _problems(name: str, parts: Sequence[Fence], known: Claims) -> Iterator[CheckProblem]:
    for part in parts:
        for complaint in part.complaints():
            yield CheckProblem(part.line, name, complaint)
    for complaint in _incomplete(parts):
        yield CheckProblem(parts[0].line, name, complaint)
    reproducing = next((part for part in parts if part.step is Step.REPRODUCE), parts[0])
    if untied := _claim_problem(_attribute(parts, "error"), known):
        yield CheckProblem(reproducing.line, name, untied)


def _incomplete(parts: Sequence[Fence]) -> Iterator[str]:
    runs = [part.step for part in parts if part.file is None]
    for step in _REQUIRED:
        if not any(part.step is step for part in parts):
            yield f"the step {step} is missing"
        elif step is not Step.FIX and step not in runs:
            yield f"the step {step} must run something"
    if runs.count(Step.REPRODUCE) > 1:
        yield "the step reproduce must be one block that runs"


def _claim_problem(error: str | None, known: Claims) -> str | None:
    """Why a check does not belong to any claim of the article, or None."""
    if error is not None:
        if known.knows(error):
            return None
        return f"tied to no error entry: no row of an error table or quote says {error!r}"
    if len(known.entries) == 1:
        return None
    return f"tied to no error entry: there are {len(known.entries)}, so name one with error="


def _check(name: str, parts: Sequence[Fence], known: Claims) -> Check:
    error, status = _attribute(parts, "error"), _attribute(parts, "exit")
    timeouts = [int(part.attributes["timeout"]) for part in parts if "timeout" in part.attributes]
    entry = known.entries[0] if error is None else known.entry(error)
    return Check(
        name=name,
        error=error if error is not None else known.entries[0].error,
        entry=entry,
        exit=int(status) if status is not None else None,
        needs=tuple(dict.fromkeys(tool for part in parts for tool in part.needs)),
        timeout=max(timeouts, default=None),
        blocks=tuple(_block(part) for part in parts if part.step),
        line=parts[0].line,
    )


def _attribute(parts: Sequence[Fence], key: str) -> str | None:
    return next((part.attributes[key] for part in parts if key in part.attributes), None)


def _block(fence: Fence) -> Block:
    return Block(
        step=fence.step or Step.SETUP,
        language=fence.language,
        content=fence.content,
        file=fence.file,
    )
