"""The trials of a check: which kinds of run, how often, and when it is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.checks.checks import Check
from corpus.checks.receipts import CheckOutcome, RunKind
from corpus.document.fences import Step
from verify.conclusion import Conclusion, conclude, is_green, is_red, repetitions
from verify.fixes.ablation import fix_parts, unneeded
from verify.fixes.reverting import reverted, stubbed
from verify.fixes.work_files import emptying, shown, stubbing
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import Sandbox
from verify.trial import Trial, attempt

_MOST_REPETITIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """How a check is tried; `repeat` is how many times each kind of run is done."""

    check: Check
    sandbox: Sandbox
    limits: ResourceLimits
    repeat: int
    keep: Path | None = None
    """Where the work folder of the last run of each kind is left."""

    def run(self) -> Iterator[Trial]:
        """Red runs; then green and control runs, if all of the red ones saw the error; then one
        in which nothing is left of the author's programs, and one in which they do nothing.

        A limit is the end: what goes over one does so again, and each time takes its time.
        """
        for trial in self._all():
            yield trial
            if trial.limit is not None:
                return

    def conclusion(self, trials: Sequence[Trial]) -> Conclusion:
        """What the trials come to. Where that is good, each part of the fix, and each file that it
        changed, is left out: the confirmation must not hold where the error is back, nor where the
        author's programs do nothing; and reproducing as often as the fix does is no fix."""
        conclusion = conclude(self.check, trials)
        if conclusion.outcome is not CheckOutcome.FIXED:
            return conclusion
        changes = next(each.changes for each in trials if each.kind is RunKind.GREEN)
        without = [(shown(path), check) for path, check in reverted(self.check, changes)]
        without += [(part.text, part.rest) for part in fix_parts(self.check, in_lines=True)]
        for what, check in without:
            trial = self._attempt(RunKind.GREEN, check)
            if _shows(trial) and _is_confirmed(trial):
                why = f"the confirmation holds without {what}, and the error is back"
                return Conclusion(CheckOutcome.VACUOUS, why)
        stub = stubbed(self.check, changes)
        if stub is not None and _is_confirmed(self._attempt(RunKind.GREEN, stub)):
            why = "the confirmation holds if reproducing runs programs that do nothing"
            return Conclusion(CheckOutcome.VACUOUS, why)
        times = min(repetitions(trials), _MOST_REPETITIONS)
        if times and not _shows(self._attempt(RunKind.CONTROL, again=times)):
            why = (
                "without any fix the error disappears when it is reproduced as often as by the fix"
            )
            return Conclusion(CheckOutcome.INCONCLUSIVE, why)
        return conclusion

    def unneeded(self) -> tuple[str, ...]:
        """The parts of the fix without which it is fixed all the same."""
        return unneeded(self.check, lambda rest: is_green(self._attempt(RunKind.GREEN, rest), rest))

    def _all(self) -> Iterator[Trial]:
        all_red = True
        for _ in range(self.repeat):
            red = self._attempt(RunKind.RED)
            all_red = all_red and is_red(red, self.check)
            yield red
        empty: tuple[str, ...] = ()
        stub: tuple[str, ...] = ()
        for _ in range(self.repeat if all_red else 0):
            green = self._attempt(RunKind.GREEN)
            yield green
            yield self._attempt(RunKind.CONTROL, wait=green.seconds(Step.FIX))
            empty = green.changes.programs
            stub = green.changes.run or green.changes.edited
        if empty:
            yield self._attempt(RunKind.EMPTY, change=emptying(empty))
        if change := stubbing(stub):
            yield self._attempt(RunKind.EMPTY, change=change, is_stubbed=True)

    def _attempt(
        self,
        kind: RunKind,
        check: Check | None = None,
        *,
        wait: float = 0.0,
        change: str = "",
        is_stubbed: bool = False,
        again: int = 0,
    ) -> Trial:
        return attempt(
            check or self.check,
            kind,
            sandbox=self.sandbox,
            limits=self.limits,
            wait=wait,
            change=change,
            is_stubbed=is_stubbed,
            again=again,
            keep=self.keep / kind if self.keep and not (check or is_stubbed or again) else None,
        )


def _shows(trial: Trial) -> bool:
    """Whether the error was there when it was reproduced last."""
    *_, last = [None, *trial.of(Step.REPRODUCE)]
    return bool(last and last.shown and last.shown.same)


def _is_confirmed(trial: Trial) -> bool:
    confirmed = trial.of(Step.CONFIRM)
    return bool(confirmed) and all(each.ran.status == 0 for each in confirmed)
