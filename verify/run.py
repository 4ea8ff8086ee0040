"""Running the checks of articles and keeping their receipts: what `fixbook verify` does."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from corpus.checks.age import oldest_valid
from corpus.checks.checks import Check, Checks, read_checks
from corpus.checks.envelopes import Signer
from corpus.checks.evidence import merge_receipts
from corpus.checks.receipts import (
    CheckOutcome,
    Receipt,
    read_receipts,
    receipt_path,
    write_receipts,
)
from corpus.document.article import Article
from corpus.errors import DocumentError
from verify.conclusion import Conclusion
from verify.environments.installed import THIS_MACHINE, InstalledEnvironment
from verify.hints import hints
from verify.interpreters import Runtimes
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import Sandbox, choose
from verify.masking import masked
from verify.report import CheckResult, VerifyReport
from verify.run_records import diffs, edited, environment, observed, run_records, vouched_texts
from verify.selection import Selection
from verify.trial import Trial
from verify.trials import Trials

Progress = Callable[[int, int], None]
"""Told how many checks are done, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """How to verify."""

    jobs: int = 1
    """Checks that run at one time."""
    repeat: int = 2
    """How many times each run is done; one time could be chance."""
    write: bool = True
    """Whether receipts are kept; without, only the report tells."""
    without_sandbox: bool = False
    """Where bubblewrap cannot run, run checks on the machine as it is."""
    environments: tuple[InstalledEnvironment, ...] = (THIS_MACHINE,)
    """Where checks run."""
    limits: ResourceLimits = field(default_factory=ResourceLimits)
    selection: Selection = field(default_factory=Selection)
    """Which checks to run."""
    keep: Path | None = None
    """Where the work folder of a run of each kind is left: `guide/check/red`."""
    signer: Signer | None = None
    """Who signs the receipts of what ran."""

    def __post_init__(self) -> None:
        if self.repeat < 2 or self.jobs < 1:
            raise ValueError("repeat must be at least 2, and jobs at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArticleChecks:
    """An article, its checks, and its receipts so far."""

    article: Article
    checks: Checks
    path: Path
    receipts: tuple[Receipt, ...]

    def recorded(self, check: str, place: str) -> Receipt | None:
        """The receipt of a check in an environment, by its name or its system."""
        key = check, place
        return next((receipt for receipt in self.receipts if receipt.key == key), None)

    def doubts(self, receipt: Receipt, options: VerifyOptions) -> bool:
        """Whether a check did not come to what is on record, as it may on a busy machine.

        What is to be recorded is not tried until it passes: there, only what was inconclusive is
        doubted.
        """
        known = self.recorded(*receipt.key)
        if known is None or receipt.outcome is known.outcome:
            return False
        return not options.write or receipt.outcome is CheckOutcome.INCONCLUSIVE


def verify(
    articles: Sequence[Article],
    *,
    receipts: Path,
    options: VerifyOptions | None = None,
    progress: Progress = lambda _done, _total: None,
) -> VerifyReport:
    """Runs every check of the articles; keeps receipts in the folder `receipts`, those of an
    article as soon as its checks are done.

    Raises SandboxMissing where bubblewrap cannot run, unless the options do without.
    """
    began = time.monotonic()
    options = options or VerifyOptions()
    report = VerifyReport()
    subjects = list(_read_checks(articles, receipts, report))
    runners = [_check_runner(place, options) for place in options.environments]
    report.sandbox = runners[0].sandbox.isolation.sandbox
    tasks = [
        (subject, runner, check)
        for subject in subjects
        for runner in runners
        for check in subject.checks.good
        if options.selection.has(subject.article, check, subject.recorded(check.name, runner.where))
    ]
    results: dict[str, list[CheckResult]] = {}
    for subject, new in _settled(_finished(tasks, options.jobs, progress), options):
        results[subject.article.slug] = [_result(subject, receipt) for receipt in new]
        if options.write:
            _keep(subject, new, report, options)
    for subject in subjects:
        report.results += results.get(subject.article.slug, ())
        if options.write and subject.article.slug not in results:  # of which checks may be gone
            _keep(subject, (), report, options)
    report.seconds = time.monotonic() - began
    return report


_Task = tuple[_ArticleChecks, "_CheckRunner", Check]
_Ran = tuple[_ArticleChecks, list[tuple["_CheckRunner", Check, Receipt]]]
"""An article and what came of its checks, in their order."""


def _finished(tasks: Sequence[_Task], jobs: int, progress: Progress) -> Iterator[_Ran]:
    """The articles, each as soon as all its checks have run."""
    pool = ThreadPoolExecutor(jobs)
    try:
        running = {
            pool.submit(runner.receipt, of.article, check): (of, runner, check)
            for of, runner, check in tasks
        }
        of_article: dict[str, list[Future[Receipt]]] = {}
        for future, (of, _, _) in running.items():
            of_article.setdefault(of.article.slug, []).append(future)
        for done, future in enumerate(as_completed(running), start=1):
            progress(done, len(tasks))
            subject = running[future][0]
            futures = of_article.get(subject.article.slug, ())
            if futures and all(each.done() for each in futures):
                del of_article[subject.article.slug]
                yield subject, [(*running[each][1:], each.result()) for each in futures]
    finally:
        pool.shutdown(cancel_futures=True)  # who interrupts does not wait for all the others


def _settled(
    finished: Iterable[_Ran], options: VerifyOptions
) -> Iterator[tuple[_ArticleChecks, list[Receipt]]]:
    """The receipts of each article; what is doubtful is run once more at the end, alone."""
    doubtful: list[_Ran] = []
    for subject, ran in finished:
        if any(subject.doubts(receipt, options) for _, _, receipt in ran):
            doubtful.append((subject, ran))
        else:
            yield subject, [receipt for _, _, receipt in ran]
    for subject, ran in doubtful:
        again = [
            runner.receipt(subject.article, check) if subject.doubts(receipt, options) else receipt
            for runner, check, receipt in ran
        ]
        yield subject, again


def _check_runner(place: InstalledEnvironment, options: VerifyOptions) -> "_CheckRunner":
    limits = options.limits
    sandbox = choose(limits, without_sandbox=options.without_sandbox, root=place.root)
    where = place.name or place.os
    runtimes = Runtimes(sandbox, limits)
    return _CheckRunner(
        place=place, where=where, sandbox=sandbox, options=options, runtimes=runtimes
    )


def _read_checks(
    articles: Sequence[Article], folder: Path, report: VerifyReport
) -> Iterator[_ArticleChecks]:
    for article in articles:
        original = article.translations[0]
        checks = read_checks(original.body)
        path = receipt_path(folder, article.slug)
        report.problems += [f"{article.slug}: {problem}" for problem in checks.problems]
        if not checks.good and not checks.problems:
            report.without_checks.append(article.slug)
        try:
            known = read_receipts(path)
        except DocumentError as error:
            report.problems.append(f"{path.name}: {error.message}")
            continue
        except OSError as error:
            report.problems.append(f"{path.name}: cannot be read: {error.strerror}")
            continue
        yield _ArticleChecks(article=article, checks=checks, path=path, receipts=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CheckRunner:
    """An environment, and the sandbox in which checks run there."""

    place: InstalledEnvironment
    where: str
    """Its name or its system, as in the key of a receipt."""
    sandbox: Sandbox
    options: VerifyOptions
    runtimes: Runtimes

    def receipt(self, article: Article, check: Check) -> Receipt:
        """Runs a check and says what came of it.

        Whatever goes wrong in one check is what came of it: the others go on.
        """
        missing = self.runtimes.missing(check)
        if missing:
            why = f"not on {self.place}: {', '.join(missing)}"
            return self._receipt(article, check, Conclusion(CheckOutcome.UNVERIFIABLE, why), [])
        try:
            how = self._trials(article, check)
            trials = list(how.run())
            receipt = self._receipt(article, check, how.conclusion(trials), trials)
            asks_more = receipt.outcome is CheckOutcome.FIXED and self.options.write
            return receipt.model_copy(update={"unneeded": how.unneeded() if asks_more else ()})
        except Exception as error:  # noqa: BLE001 - what somebody wrote must not end the run
            why = f"the runner failed: {type(error).__name__}: {masked(str(error))}"
            return self._receipt(article, check, Conclusion(CheckOutcome.INCONCLUSIVE, why), [])

    def _trials(self, article: Article, check: Check) -> Trials:
        keep = self.options.keep
        return Trials(
            check=check,
            sandbox=self.sandbox,
            limits=self.options.limits,
            repeat=self.options.repeat,
            keep=keep and keep / article.slug / check.name / (self.place.name or ""),
        )

    def _receipt(
        self, article: Article, check: Check, conclusion: Conclusion, trials: Sequence[Trial]
    ) -> Receipt:
        commands = {name for trial in trials for name in trial.commands}
        return Receipt(
            check=check.name,
            error=check.error,
            outcome=conclusion.outcome,
            reason=conclusion.reason,
            vouches_for=vouched_texts(article, check),
            edited=edited(trials),
            diffs=diffs(trials),
            observed=observed(trials),
            repetitions=self.options.repeat,
            runs=run_records(trials),
            environment=environment(self.place, self.runtimes.of(check, commands)),
            isolation=self.sandbox.isolation,
            ran_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        )


def _result(subject: _ArticleChecks, receipt: Receipt) -> CheckResult:
    """A receipt against what is on record for the same text in the same environment."""
    known = subject.recorded(*receipt.key)
    lang = subject.article.translations[0].lang
    counts = known is not None and known.is_about(lang, receipt.vouches_for[lang])
    return CheckResult(
        slug=subject.article.slug,
        check=receipt.check,
        environment=receipt.environment.name,
        outcome=receipt.outcome,
        reason=receipt.reason,
        before=known.outcome if known is not None and counts else None,
        hints=next(
            hints(receipt, each) for each in subject.checks.good if each.name == receipt.check
        ),
    )


def _keep(
    subject: _ArticleChecks, new: Sequence[Receipt], report: VerifyReport, options: VerifyOptions
) -> None:
    """Writes the receipts of an article, where they say anything new."""
    old, signer = list(subject.receipts), options.signer
    if signer is not None:
        slug, ran = subject.article.slug, {receipt.key for receipt in new if receipt.runs}
        new = [signer.sign(receipt, slug) if receipt.runs else receipt for receipt in new]
        old = [each for each in old if each.key not in ran or signer.sign(each, slug) == each]
    names = [check.name for check in subject.checks.good]
    names += [problem.check for problem in subject.checks.problems]
    oldest = oldest_valid(
        subject.article.metadata, max_age=options.selection.max_age, now=datetime.now(UTC)
    )
    kept = merge_receipts(old, new, checks=names, oldest=oldest)
    try:
        if write_receipts(subject.path, slug=subject.article.slug, receipts=kept):
            report.written.append(subject.path)
    except OSError as error:
        report.problems.append(f"{subject.path.name}: cannot be written: {error.strerror}")
