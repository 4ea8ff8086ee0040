"""Conclusions: what the trials of a check come to, and why, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.checks.checks import Check
from corpus.checks.receipts import CheckOutcome, RunKind
from corpus.document.fences import Step
from corpus.lint.stated_fixes import stated_otherwise
from verify.expected_error import ExpectedError
from verify.fixes.ablation import SHELL_LANGUAGES
from verify.fixes.end_mark import before_mark, redefined
from verify.fixes.rerun import complaint, has_run, stand_ins, times_run
from verify.fixes.stand_ins import renaming, silencing
from verify.fixes.work_files import is_named, shown
from verify.isolation.tracer import Process
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


_AROUND = "'\"`()[]{}<>,.:;!?"
"""What stands around a word and is no part of it."""
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
    if why := _put_out_of_action(check, trials):
        return Conclusion(CheckOutcome.NOT_FIXED, why)
    if why := _held_by_nothing(trials):
        return Conclusion(CheckOutcome.VACUOUS, why)
    reds = [s for t in trials if t.kind is RunKind.RED for s in t.of(Step.REPRODUCE)]
    if why := _missed(check, reds, [trial for trial in trials if trial.kind is RunKind.GREEN]):
        return Conclusion(CheckOutcome.NOT_FIXED, why)
    displays = [stage.shown for stage in reds if stage.shown]
    if any(display.is_bare for display in displays) or any(map(_is_made_up, reds)):
        why = "a status or a code was seen, and no message of a program beside it"
        return Conclusion(CheckOutcome.INCONCLUSIVE, why)
    if any(stage.ran.trace.processes and None in _writers(stage) for stage in reds):
        why = "no program was seen to print the message"
        return Conclusion(CheckOutcome.INCONCLUSIVE, why)
    if staged := next((display.staged for display in displays if display.staged), ""):
        return Conclusion(CheckOutcome.STAGED, f"the message comes from the check: {staged}")
    if word := _reworded(check, reds):
        why = f"the message comes from the check: a filter rewords it, and the fix is about {word}"
        return Conclusion(CheckOutcome.STAGED, why)
    if otherwise := next(stated_otherwise([check]), None):
        return Conclusion(CheckOutcome.INCONCLUSIVE, otherwise.message)
    return None


def _reworded(check: Check, reds: Sequence[Stage]) -> str:
    """A word of the message that a filter put in or took out, and that the fix names; "" if there
    is none."""
    fix = "\n".join(block.content for block in check.of(Step.FIX))
    texts = ((stage, text) for stage in reds for text in (stage.shown.texts if stage.shown else ()))
    words = {word for stage, text in texts for word in stage.ran.trace.reworded(text)}
    named = sorted(word.strip(_AROUND) for word in words)
    return next((word for word in named if word and is_named(word, fix)), "")


def _put_out_of_action(check: Check, trials: Sequence[Trial]) -> str:
    """What the fix silences, replaces or removes instead of mending it, in words; "" if nothing."""
    changes = [trial.changes for trial in trials]
    if silenced := silencing(check):
        return f"the fix silences what fails: {silenced}"
    reds = [trial for trial in trials if trial.kind is RunKind.RED]
    commands = {name for trial in reds for name in trial.commands}
    if replaced := sorted({shown(path) for each in changes for path in each.replaced}):
        return f"the fix leaves nothing in {', '.join(replaced)} but what it says"
    greens = [trial for trial in trials if trial.kind is RunKind.GREEN]
    ran = {
        name for trial in greens for name in stand_ins(_processes(trial), trial.changes, commands)
    }
    ran |= {
        name
        for trial in greens
        for stage in trial.of(Step.REPRODUCE)
        for name in redefined(check, stage.ran.trace, commands)
    }
    if taken := sorted(
        {name for each in changes for name in each.taken} | (renaming(check) & commands) | ran
    ):
        return f"the fix puts its own {', '.join(taken)} in the place of the system's"
    if removed := sorted({shown(path) for each in changes for path in each.removed}):
        return f"the fix removes {', '.join(removed)}, which reproducing the error runs"
    said = "".join(
        text for t in reds for s in t.of(Step.REPRODUCE) for text in s.ran.trace.written()
    )
    named = (PurePosixPath(path).name for each in changes for path in each.gone)
    if gone := sorted({name for name in named if name in said and name not in check.error}):
        return f"the fix removes {', '.join(gone)}, of which the error is"
    return ""


def _held_by_nothing(trials: Sequence[Trial]) -> str:
    """Without what the confirmation holds all the same, in words; "" where it does not."""
    for trial in trials:
        if trial.kind is RunKind.EMPTY and any(s.ran.status == 0 for s in trial.of(Step.CONFIRM)):
            paths = {path for each in trials for path in each.changes.programs}
            programs = ", ".join(sorted(map(shown, paths)))
            what = f"{programs} does nothing" if trial.is_stubbed else None
            return f"the confirmation holds if {what or f'nothing is left in {programs}'}"
    return ""


def repetitions(trials: Sequence[Trial]) -> int:
    """How often the fix runs what fails; that alone may be what resolves it."""
    failed = [
        e for t in trials if t.kind is RunKind.RED for s in t.of(Step.REPRODUCE) for e in _failed(s)
    ]
    return max(
        (
            times_run(failed, stage.ran.trace.processes, trial.changes)
            for trial in trials
            if trial.kind is RunKind.GREEN
            for stage in trial.of(Step.FIX)
        ),
        default=0,
    )


def _missed(check: Check, reds: Sequence[Stage], greens: Sequence[Trial]) -> str:
    """What was not run again with the fix as without it, in words; "" if nothing is missing."""
    failed = [each for stage in reds for each in _failed(stage)]
    blocks = [block for block in check.of(Step.REPRODUCE) if block.language in SHELL_LANGUAGES]
    script = "\n".join(block.content for block in blocks)
    for trial in greens:
        if not all(stage.is_whole for stage in trial.of(Step.REPRODUCE)):
            return "with the fix, reproducing ends before its last command"
        again = [each for s in trial.of(Step.REPRODUCE) for each in s.ran.trace.processes]
        if why := complaint(failed, again, trial.changes, script):
            return why
    return ""


def _failed(stage: Stage) -> list[Process]:
    """Who wrote the lines that are the message, or ended with the status that is the error, while
    it was reproduced."""
    processes = stage.ran.trace.processes
    found = (each for each in (*_writers(stage), *_ended(stage)) if each is not None)
    return [each for each in found if has_run(each, processes)]


def _writers(stage: Stage) -> list[Process | None]:
    """Who wrote the lines that are the message; None for one that was not seen to be written."""
    texts = stage.shown.texts if stage.shown else ()
    return [stage.ran.trace.writing(text) for text in texts]


def _is_made_up(stage: Stage) -> bool:
    """Whether the error is an exit status with which no program ended, only the check."""
    status = stage.ran.status
    return bool(_is_of_a_status(stage) and status and not stage.ran.trace.ended_with(status))


def _ended(stage: Stage) -> list[Process]:
    """What ended with the status that is the error."""
    status = stage.ran.status
    return stage.ran.trace.ending_with(status) if _is_of_a_status(stage) and status else []


def _is_of_a_status(stage: Stage) -> bool:
    return bool(stage.shown and stage.shown.same and not stage.shown.texts)


def _processes(trial: Trial) -> list[Process]:
    """The processes that reproduced the error and confirmed that it is gone."""
    stages = (*trial.of(Step.REPRODUCE), *trial.of(Step.CONFIRM))
    return [each for stage in stages for each in stage.ran.trace.processes]


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
        if stage.step is Step.REPRODUCE and any(
            expected.is_in(before_mark(text)) for text in stage.ran.trace.written()
        ):
            return _Finding(False, "the message is still written, and does not reach the output")
        looked_at = stage.step in (Step.REPRODUCE, Step.CONFIRM)
        if looked_at and expected.is_in(stage.ran.output):
            return _Finding(False, f"the message still stands in the output of {stage.step}")
    confirmed = bool(trial.of(Step.CONFIRM))
    return _Finding(confirmed, "" if confirmed else "nothing was confirmed")
