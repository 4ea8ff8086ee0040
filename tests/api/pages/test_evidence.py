"""Verification as evidence: what ran, where, when, and what came of it."""

from collections.abc import Sequence
from dataclasses import replace

from api.pages.article import article_page
from corpus.checks.checks import read_checks
from corpus.checks.evidence import evidence_of
from corpus.checks.receipts import (
    CheckOutcome,
    ObservedError,
    Receipt,
    RunKind,
    RunRecord,
    StepRecord,
)
from tests.api.pages.document import Document
from tests.factories import make_article, make_entry, make_receipt, make_translation
from tests.verify.bodies import MISSING, make_body

BODY = make_body()


def receipt(
    outcome: CheckOutcome = CheckOutcome.FIXED, *, runs: Sequence[RunRecord] | None = None
) -> Receipt:
    """What running the check of BODY came to."""
    [check] = read_checks(BODY).good
    return make_receipt(
        error=MISSING,
        outcome=outcome,
        reason="bash is not there",
        vouches_for={"en": check.fingerprint(BODY)},
        runs=runs,
        ran_at="2026-11-22T14:02:11Z",
    )


def make_run(kind: RunKind, *steps: tuple[str, int]) -> RunRecord:
    """A run that went twice like this: each step with its exit status."""
    records = tuple(
        StepRecord(step=step, exit_status=status, seconds=0.1) for step, status in steps
    )
    return RunRecord(kind=kind, times=2, steps=records)


def shown(kept: Receipt, *, body: str = BODY, lang: str = "en") -> Document:
    """The page of an article with one receipt."""
    article = make_article(translations=[make_translation(body=body)])
    entry = replace(make_entry(article), evidence=evidence_of([kept], article))
    page = article_page(entry, lang=lang, url="https://kb.example", slugs={}, others=[])
    return Document(page.content.decode())


RUNS = (
    make_run(RunKind.RED, ("reproduce", 2), ("confirm", 1)),
    make_run(RunKind.CONTROL, ("reproduce", 2), ("reproduce", 2)),
    make_run(RunKind.GREEN, ("fix", 0), ("reproduce", 0), ("confirm", 0)),
)


def test_what_ran_and_what_came_of_it() -> None:
    page = shown(receipt(runs=RUNS))

    assert page.texts("summary")[-1] == f"fixed {MISSING} 2026-11-22"
    [told] = page.texts("ol")
    assert told == (
        "Without the fix × 2: reproduce (exit 2) → confirm (exit 1) "
        "Again without the fix × 2: the error is still there "
        "With the fix × 2: fix → reproduce → confirm"
    )
    assert page.texts("p", **{"class": "where"}) == [
        "Covers: row 1; Checks",
        "bash 5.2",
        "Ran on Debian 12, Linux 6.1, x86_64; bubblewrap 0.8, network: loopback; 20 s a step",
    ]
    assert "1 check was run" in page.links()


def test_an_older_text_is_called_stale() -> None:
    page = shown(receipt(runs=RUNS), body=make_body(fix="touch settings other"))

    assert page.texts("summary")[-1] == f"stale {MISSING} 2026-11-22"
    assert "The text has changed since this run, whose outcome was: fixed." in page.texts("p")
    assert page.texts("span", **{"class": "trust stale"})[1] == "Outdated run"


def test_what_could_not_run_says_why() -> None:
    page = shown(receipt(CheckOutcome.UNVERIFIABLE, runs=()), lang="zh")

    assert page.texts("summary")[-1] == f"无法运行 {MISSING} 2026-11-22"
    assert "bash is not there" in page.texts("p", lang="en")


def test_what_a_fix_edits_is_shown_as_a_diff() -> None:
    edits = {
        "edited": ("app.py",),
        "diffs": {"app.py": "@@ -1 +1 @@\n-print(<a>)\n+print()"},
        "unneeded": ("mkdir a",),
    }
    page = shown(receipt(runs=RUNS).model_copy(update=edits))

    assert page.texts("p", **{"class": "where"})[:2] == [
        "The fix edits: app.py",
        "Works without this part of the fix, too: mkdir a",
    ]
    assert "diff · app.py" in page.texts("figcaption")
    assert "@@ -1 +1 @@ -print(<a>) +print()" in page.texts("pre")


def test_who_printed_the_error_is_said() -> None:
    seen = ObservedError(template=MISSING, line=MISSING, program="ls")
    page = shown(receipt(runs=RUNS).model_copy(update={"observed": (seen,)}))

    assert "Printed without the fix (by ls)" in page.texts("figcaption")


def test_of_many_checks_the_first_are_written_out_and_others_lead_to_their_error() -> None:
    article = make_article(translations=[make_translation(body=BODY)])
    [item] = evidence_of([receipt(runs=RUNS)], article)
    entry = replace(make_entry(article), evidence=(item,) * 6)
    shown = article_page(entry, lang="zh", url="https://kb.example", slugs={}, others=[])
    page = Document(shown.content.decode())

    assert len(page.texts("ol")) == 4
    brief = page.texts("li", **{"class": "brief"})
    assert brief == [f"已修复 {MISSING} 2026-11-22"] * 2
    assert page.links()[MISSING].startswith("/zh/errors/")
