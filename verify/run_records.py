"""Records: trials as a receipt keeps them, and the environment in which they ran."""

import platform
from collections.abc import Iterator, Mapping, Sequence

from corpus.checks.checks import Check
from corpus.checks.receipts import (
    SAME_OUTPUT,
    Environment,
    ObservedError,
    RunKind,
    RunRecord,
    StepRecord,
)
from corpus.document.article import Article
from corpus.document.fences import Step
from corpus.lint.stated_fixes import states_its_fix
from verify.environments.installed import InstalledEnvironment
from verify.fixes.work_files import shown
from verify.interpreters import canonical
from verify.masking import masked
from verify.trial import Trial

_OBSERVED = 3
"""Error lines of a check that a receipt keeps."""


def vouched_texts(article: Article, check: Check) -> dict[str, str]:
    """The hash of what a receipt of a check is about, by language: of the original, and of each
    translation whose row states the fix that ran."""
    original, *translations = article.translations
    stating = [text for text in translations if states_its_fix(check, text.body)]
    return {text.lang: check.fingerprint(text.body) for text in (original, *stating)}


def run_records(trials: Sequence[Trial]) -> tuple[RunRecord, ...]:
    """The trials in the order of their kinds; those that went alike are one record."""
    groups: dict[object, list[Trial]] = {}
    for kind in RunKind:
        for trial in trials:
            if trial.kind is kind and not _goes_without_saying(trial):
                groups.setdefault(_course(trial), []).append(trial)
    told: set[str] = set()
    return tuple(
        RunRecord(kind=alike[0].kind, times=len(alike), steps=tuple(_steps(alike[0], told)))
        for alike in groups.values()
    )


def _goes_without_saying(trial: Trial) -> bool:
    """Whether the programs did nothing, and so nothing was confirmed."""
    return trial.is_stubbed and not any(s.ran.status == 0 for s in trial.of(Step.CONFIRM))


def observed(trials: Sequence[Trial]) -> tuple[ObservedError, ...]:
    """The error lines of the red runs, each once."""
    lines = [
        line
        for trial in trials
        if trial.kind is RunKind.RED
        for stage in trial.stages
        if stage.shown is not None
        for line in stage.shown.same
    ]
    lines = [seen.model_copy(update={"program": canonical(seen.program)}) for seen in lines]
    first = {(line.template, line.codes): line for line in reversed(lines)}
    alike = dict.fromkeys((line.template, line.codes) for line in lines)
    return tuple(first[key] for key in alike)[:_OBSERVED]


def edited(trials: Sequence[Trial]) -> tuple[str, ...]:
    """The author's programs that the fix edited, each once."""
    return tuple(dict.fromkeys(shown(path) for trial in trials for path in trial.changes.edited))


def diffs(trials: Sequence[Trial]) -> dict[str, str]:
    """How the fix edited these programs, as in its first run."""
    found = ((shown(path), diff) for trial in trials for path, diff in trial.changes.diffs.items())
    return dict(sorted({path: diff for path, diff in reversed([*found]) if diff}.items()))


def environment(place: InstalledEnvironment, runtimes: Mapping[str, str]) -> Environment:
    """Where checks ran, with the programs that a check asked for and executed."""
    return Environment(
        name=place.name,
        os=place.os,
        kernel=f"{platform.system()} {platform.release()}",
        architecture=platform.machine(),
        runtimes=dict(sorted(runtimes.items())),
    )


def _course(trial: Trial) -> object:
    """What makes two trials alike: statuses, limits, and whether the error showed."""
    return trial.kind, tuple(
        (stage.step, stage.ran.status, stage.ran.limit, bool(stage.shown and stage.shown.same))
        for stage in trial.stages
    )


def _steps(trial: Trial, told: set[str]) -> Iterator[StepRecord]:
    """The stages of a trial; `told` are the outputs that the receipt has already."""
    for stage in trial.stages:
        output = masked(stage.ran.output)
        yield StepRecord(
            step=stage.step,
            exit_status=stage.ran.status,
            seconds=round(stage.ran.seconds, 2),
            limit=stage.ran.limit,
            output=SAME_OUTPUT if output in told else output,
        )
        told |= {output} if "\n" in output else set()
