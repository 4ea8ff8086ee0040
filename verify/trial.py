"""Trials: one check, run once in a fresh sandbox, with its fix or without."""

import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from corpus.checks.checks import Check
from corpus.checks.receipts import RunKind
from corpus.document.fences import Step
from verify.expected_error import ErrorDisplay, ExpectedError
from verify.fixes.end_mark import is_at_end, with_end_marked
from verify.fixes.work_files import FixChanges, changes, look
from verify.interpreters import command, ends_in_pipe, preparation
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import Sandbox
from verify.isolation.session import Execution, Session
from verify.isolation.tracer import Trace
from verify.isolation.work_copy import copy_work

STEPS: Mapping[RunKind, tuple[Step, ...]] = {
    RunKind.RED: (Step.SETUP, Step.REPRODUCE, Step.CONFIRM, Step.CLEANUP),
    RunKind.CONTROL: (Step.SETUP, Step.REPRODUCE, Step.REPRODUCE, Step.CLEANUP),
    RunKind.GREEN: (Step.SETUP, Step.FIX, Step.REPRODUCE, Step.CONFIRM, Step.CLEANUP),
    RunKind.EMPTY: (Step.SETUP, Step.FIX, Step.CONFIRM, Step.CLEANUP),
}
"""What each run does. Control reproduces twice: an error that goes by itself proves no fix."""
_BREATH = 0.2
"""Seconds that control waits longer than the fix took."""

_BROKEN_PIPE = 128 + signal.SIGPIPE
"""With `pipefail`, how a pipe ends whose reader has what it wants: `git log | grep -q`."""

_NAMES = "find . -mindepth 1 -maxdepth 4 2>/dev/null | head -n 1000"
_PREPARING_SECONDS = 60.0


class Deadline:
    """When a run must be over, however many blocks it has."""

    def __init__(self, check: Check, limits: ResourceLimits) -> None:
        self._block = check.timeout or limits.step_seconds
        self._end = time.monotonic() + max(limits.run_seconds, 3 * (check.timeout or 0))

    def seconds(self) -> float:
        """What the next block may take; none is left once the run is over."""
        return max(min(self._block, self._end - time.monotonic()), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a trial, and how its output shows the error, where it should."""

    step: Step
    ran: Execution
    shown: ErrorDisplay | None = None
    is_whole: bool = True
    """Whether it came to its end, and did not end well before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The stages that were reached, in order."""

    kind: RunKind
    stages: tuple[Stage, ...]
    changes: FixChanges = field(default_factory=FixChanges)
    """What the fix did to files, where it ran."""
    is_stubbed: bool = False
    """Whether the programs were kept, and did nothing."""

    @property
    def limit(self) -> Stage | None:
        """The stage that a limit ended, if one was."""
        return next((stage for stage in self.stages if stage.ran.limit is not None), None)

    @property
    def commands(self) -> set[str]:
        """The programs of the system that its steps executed."""
        return {name for stage in self.stages for name in stage.ran.trace.commands}

    def seconds(self, step: Step) -> float:
        """How long a step took."""
        return sum(stage.ran.seconds for stage in self.of(step))

    def of(self, step: Step) -> list[Stage]:
        """The stages of a step."""
        return [stage for stage in self.stages if stage.step is step]


def attempt(
    check: Check,
    kind: RunKind,
    *,
    sandbox: Sandbox,
    limits: ResourceLimits,
    wait: float = 0.0,
    change: str = "",
    is_stubbed: bool = False,
    again: int = 0,
    keep: Path | None = None,
) -> Trial:
    """Runs a check in a sandbox of its own, up to a step that cannot be gone on from.

    Control waits so many seconds before it reproduces again. After the fix, the shell command
    `change` alters programs; where it fails, nothing follows. The error is reproduced `again` so
    many times more than the kind of run does. The work folder is copied to `keep` at the end.
    Raises SandboxMissing if there is no sandbox to be had.
    """
    expected = ExpectedError(check)
    marked = with_end_marked(check)  # in all kinds of runs: nothing may tell them apart
    stages: list[Stage] = []
    changed = FixChanges()
    with sandbox.shell() as shell:
        session = Session(shell, limits)
        if (ready := preparation(check)) is not None:
            ran = session.run(ready, seconds=_PREPARING_SECONDS)
            if ran.status != 0:
                return Trial(kind=kind, stages=(Stage(step=Step.SETUP, ran=ran),))
        deadline = Deadline(check, limits)
        for step in (s for s in STEPS[kind] for _ in range(1 + again * (s is Step.REPRODUCE))):
            if not check.of(step):
                continue
            if kind is RunKind.CONTROL and stages and stages[-1].step is step:
                _wait(check, session, wait + _BREATH)
            fixes = kind is RunKind.GREEN and step is Step.FIX
            before = look(check, session, seconds=_PREPARING_SECONDS) if fixes else {}
            stages.append(
                _stage(marked, step, session=session, expected=expected, deadline=deadline)
            )
            if _is_end(stages[-1]):
                break
            if fixes:
                after = look(check, session, seconds=_PREPARING_SECONDS)
                changed = changes(before, after, check, session, seconds=_PREPARING_SECONDS)
            elif step is Step.FIX and not _altered(session, change):
                break
        if keep is not None:
            copy_work(shell, keep)
    return Trial(kind=kind, stages=tuple(stages), changes=changed, is_stubbed=is_stubbed)


def _altered(session: Session, change: str) -> bool:
    """Alters programs as asked for; False if that cannot be done, so that nothing can follow."""
    return not change or session.run(change, seconds=_PREPARING_SECONDS).status == 0


def _wait(check: Check, session: Session, seconds: float) -> None:
    """What happens with the fix as well: files are looked at twice. Nothing may tell runs apart."""
    look(check, session, seconds=_PREPARING_SECONDS)
    look(check, session, seconds=_PREPARING_SECONDS)
    time.sleep(seconds)


def _is_end(stage: Stage) -> bool:
    """Whether nothing can follow: something was ended, or the ground for the rest is missing."""
    if stage.ran.status is None:
        return True
    return stage.step in (Step.SETUP, Step.FIX) and stage.ran.status != 0


def _stage(
    check: Check, step: Step, *, session: Session, expected: ExpectedError, deadline: Deadline
) -> Stage:
    ran = _run(check, step, session=session, deadline=deadline)
    if step is not Step.REPRODUCE:
        return Stage(step=step, ran=ran)
    names: list[str] = []
    if ran.status is not None:
        found = session.run(_NAMES, seconds=deadline.seconds())
        if found.status is None:  # a limit, which whatever ran on from the step went over
            return Stage(step=step, ran=replace(ran, status=None, limit=found.limit))
        names = [PurePosixPath(line).name for line in found.output.splitlines()]
    shown = expected.shown(ran.output, status=ran.status, names=names, writer=ran.trace.writer)
    return Stage(step=step, ran=ran, shown=shown, is_whole=is_at_end(check, ran.trace))


def _run(check: Check, step: Step, *, session: Session, deadline: Deadline) -> Execution:
    """The blocks of a step one after the other, up to one that fails, as one result."""
    seconds, output, trace = 0.0, "", Trace()
    ran = Execution(status=0, seconds=0.0, output="")
    for block in check.of(step):
        ran = session.run(command(block), seconds=deadline.seconds())
        seconds += ran.seconds
        output += ran.output
        if block.file is None:
            trace.add(ran.trace)
        if ran.status == _BROKEN_PIPE and step is Step.CONFIRM and ends_in_pipe(block):
            ran = replace(ran, status=0)
        if ran.status != 0:
            break
    return replace(ran, seconds=seconds, output=output, trace=trace)
