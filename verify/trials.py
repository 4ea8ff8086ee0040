"""The trials of a check: which kinds of run, how often, and when it is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.checks.checks import Check
from corpus.checks.receipts import CheckOutcome, RunKind
from corpus.document.fences import Step
from verify.conclusion import Conclusion, conclude, is_green, is_red
from verify.fixes.ablation import unneeded
from verify.fixes.reverting import reverted
from verify.fixes.work_files import emptying, shown, stubbing
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import Sandbox
from verify.trial import Trial, attempt


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
        """What the trials come to. Where that is good, the files that the fix changed are reverted
        one by one: the confirmation must not hold where the error is back."""
        conclusion = conclude(self.check, trials)
        if conclusion.outcome is CheckOutcome.FIXED:
            changes = next(each.changes for each in trials if each.kind is RunKind.GREEN)
            for path, check in reverted(self.check, changes):
                if self._holds_in_vain(self._attempt(RunKind.GREEN, check)):
                    why = f"the confirmation holds without {shown(path)}, and the error is back"
                    return Conclusion(CheckOutcome.VACUOUS, why)
        return conclusion

    @staticmethod
    def _holds_in_vain(trial: Trial) -> bool:
        is_back = any(stage.shown and stage.shown.same for stage in trial.of(Step.REPRODUCE))
        confirmed = trial.of(Step.CONFIRM)
        return is_back and bool(confirmed) and all(each.ran.status == 0 for each in confirmed)

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
    ) -> Trial:
        return attempt(
            check or self.check,
            kind,
            sandbox=self.sandbox,
            limits=self.limits,
            wait=wait,
            change=change,
            is_stubbed=is_stubbed,
            keep=self.keep / kind if self.keep and not (check or is_stubbed) else None,
        )
