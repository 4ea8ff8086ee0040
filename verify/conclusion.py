"""Conclusions: what the trials of a check come to, and why, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.checks.checks import Check
from corpus.checks.receipts import CheckOutcome, RunKind
from corpus.checks.utilities import INTERPRETERS
from corpus.document.fences import Step
from verify.expected_error import ErrorDisplay, ExpectedError
from verify.fixes.stand_ins import renaming, silencing
from verify.fixes.work_files import shown
from verify.trial import Stage, Trial


@dataclass(frozen=True, slots=True)
class Conclusion:
    """An outcome and its reason."""

    outcome: CheckOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one trial says: True for what a good check does, False for the contrary."""

    good: bool | None
    """None where something else went wrong, so that it says nothing."""
    reason: str


_CONTRARY: Mapping[RunKind, CheckOutcome] = {
    RunKind.RED: CheckOutcome.NOT_REPRODUCED,
    RunKind.CONTROL: CheckOutcome.INCONCLUSIVE,
    RunKind.GREEN: CheckOutcome.NOT_FIXED,
}
"""What it means that every trial of a kind came to the contrary of what it should."""


def is_red(trial: Trial, check: Check) -> bool:
    """Whether a trial without fix saw the error."""
    return _finding(trial, check).good is True and _vacuous([trial]) is None


def is_green(trial: Trial, check: Check) -> bool:
    """Whether a trial with the fix went as it should."""
    return trial.limit is None and _finding(trial, check).good is True


def conclude(check: Check, trials: Sequence[Trial]) -> Conclusion:
    """The conclusion on a check: red, then control, then green, the first that is not good.

    Kinds that are missing were not tried because an earlier one was not good. A limit in any
    trial, even while cleaning up, leaves nothing to conclude; but who waits for a program in which
    nothing is left waits in vain, and has not confirmed anything.
    """
    telling = (trial for trial in trials if trial.kind is not RunKind.EMPTY)
    ended = next((trial.limit for trial in telling if trial.limit is not None), None)
    if ended is not None:
        return Conclusion(CheckOutcome.INCONCLUSIVE, _limit(ended))
    for kind in (RunKind.RED, RunKind.CONTROL, RunKind.GREEN):
        of_kind = [trial for trial in trials if trial.kind is kind]
        conclusion = _contrary(kind, [_finding(trial, check) for trial in of_kind])
        if conclusion is None and kind is RunKind.RED:
            conclusion = _vacuous(of_kind)
        if conclusion is not None:
            return conclusion
    if doubt := _doubt(check, trials):
        return doubt
    times = sum(trial.kind is RunKind.RED for trial in trials)
    return Conclusion(
        CheckOutcome.FIXED,
        f"the error appeared without the fix and was gone with it, {times} of {times} times",
    )


def _vacuous(red: Sequence[Trial]) -> Conclusion | None:
    """That the confirmation held in a run without the fix, if it did."""
    if any(stage.ran.status == 0 for trial in red for stage in trial.of(Step.CONFIRM)):
        return Conclusion(CheckOutcome.VACUOUS, "the confirmation holds without the fix")
    return None


def _doubt(check: Check, trials: Sequence[Trial]) -> Conclusion | None:
    """Why a check on which everything went as it should proves nothing, if so."""
    displays = [s.shown for t in trials if t.kind is RunKind.RED for s in t.stages if s.shown]
    changes = [trial.changes for trial in trials]
    programs = ", ".join(sorted({shown(path) for each in changes for path in each.programs}))
    if silenced := silencing(check):
        return Conclusion(CheckOutcome.NOT_FIXED, f"the fix silences what fails: {silenced}")
    if taken := sorted({name for each in changes for name in each.taken} | renaming(check)):
        why = f"the fix puts its own {', '.join(taken)} in the place of the system's"
        return Conclusion(CheckOutcome.NOT_FIXED, why)
    if removed := sorted({shown(path) for each in changes for path in each.removed}):
        why = f"the fix removes {', '.join(removed)}, which reproducing the error runs"
        return Conclusion(CheckOutcome.NOT_FIXED, why)
    empty = [trial for trial in trials if trial.kind is RunKind.EMPTY]
    held = [t for t in empty if any(s.ran.status == 0 for s in t.of(Step.CONFIRM))]
    if held:
        what = (
            f"{programs} does nothing" if held[0].is_stubbed else f"nothing is left in {programs}"
        )
        why = f"the confirmation holds if {what}"
        return Conclusion(CheckOutcome.VACUOUS, why)
    if absent := _absent(displays, trials):
        why = f"{absent}, which printed the error, did not run with the fix"
        return Conclusion(CheckOutcome.NOT_FIXED, why)
    if any(display.is_bare for display in displays):
        why = "a status or a code was seen, and no message of a program beside it"
        return Conclusion(CheckOutcome.INCONCLUSIVE, why)
    if staged := next((display.staged for display in displays if display.staged), ""):
        return Conclusion(CheckOutcome.STAGED, f"the message comes from the check: {staged}")
    return None


def _absent(displays: Iterable[ErrorDisplay], trials: Iterable[Trial]) -> str:
    """The interpreter that printed the error and that a run with the fix did without: whatever it
    ran does not run any more. With another tool the same may be done as well."""
    wrote = {seen.program for display in displays for seen in display.same}
    red = {name for trial in trials if trial.kind is RunKind.RED for name in trial.commands}
    greens = [trial for trial in trials if trial.kind is RunKind.GREEN]
    return next(
        (
            name
            for name in sorted(wrote & red & INTERPRETERS)
            if any(name not in trial.commands for trial in greens)
        ),
        "",
    )


def _contrary(kind: RunKind, findings: Sequence[_Finding]) -> Conclusion | None:
    """What the trials of one kind say against the check; None if they are all good."""
    said = {finding.good for finding in findings}
    if said == {True}:
        return None
    if len(said) > 1:
        other = next(finding.reason for finding in findings if finding.good is not True)
        good = sum(finding.good is True for finding in findings)
        number = f"{good} of {len(findings)} {kind} runs went as they should"
        return Conclusion(CheckOutcome.FLAKY, f"{number}; otherwise {other}")
    if not findings:
        return Conclusion(CheckOutcome.INCONCLUSIVE, f"there was no {kind} run")
    outcome = _CONTRARY[kind] if said == {False} else CheckOutcome.INCONCLUSIVE
    return Conclusion(outcome, findings[0].reason)


def _finding(trial: Trial, check: Check) -> _Finding:
    broken = _broken(trial)
    if broken is not None:
        return _Finding(None, broken)
    if trial.kind is RunKind.GREEN:
        return _green(trial, ExpectedError(check))
    reds = trial.of(Step.REPRODUCE)
    complaints = [_not_red(stage, check) for stage in reds]
    if trial.kind is RunKind.CONTROL and complaints[0] is None and complaints[1] is not None:
        return _Finding(False, f"the second time, without any fix, {complaints[1]}")
    first = next((complaint for complaint in complaints if complaint is not None), None)
    return _Finding(first is None, first or "")


def _broken(trial: Trial) -> str | None:
    """Why a trial says nothing: its set-up failed."""
    for stage in trial.of(Step.SETUP):
        if stage.ran.status != 0:
            return f"the step setup ended with exit status {stage.ran.status}"
    return None


def _limit(stage: Stage) -> str:
    if stage.ran.limit == "shell":
        return f"the step {stage.step} ended the shell of the sandbox"
    if stage.ran.limit == "answer":
        return f"the step {stage.step} disturbed the shell of the sandbox"
    return f"the step {stage.step} went over the limit of {stage.ran.limit}"


def _not_red(stage: Stage, check: Check) -> str | None:
    """Why a stage does not show the error as the check says, if so."""
    status = stage.ran.status
    if stage.shown is None or not stage.shown.same:
        return f"no line of the output was the error (exit status {status})"
    if check.exit is None:
        return None if status else "the error was printed, and the exit status was 0"
    if status != check.exit:
        return f"the error was printed, and the exit status was {status}, not {check.exit}"
    return None


def _green(trial: Trial, expected: ExpectedError) -> _Finding:
    for stage in trial.stages:
        status = stage.ran.status
        if stage.step is Step.FIX and status != 0:
            return _Finding(False, f"the fix ended with exit status {status}")
        if stage.step is Step.REPRODUCE and stage.shown is not None and stage.shown.similar:
            return _Finding(False, f"the error was still there after the fix (status {status})")
        if stage.step is Step.REPRODUCE and status != 0:
            what = f"another failure after the fix: reproducing ended with exit status {status}"
            return _Finding(False, what)
        if stage.step is Step.CONFIRM and status != 0:
            return _Finding(False, f"the confirmation ended with exit status {status}")
        looked_at = stage.step in (Step.REPRODUCE, Step.CONFIRM)
        if looked_at and expected.is_in(stage.ran.output):
            return _Finding(False, f"the message still stands in the output of {stage.step}")
    confirmed = bool(trial.of(Step.CONFIRM))
    return _Finding(confirmed, "" if confirmed else "nothing was confirmed")
