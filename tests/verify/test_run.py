"""Whole checks, run as `fixbook verify` runs them: the outcomes, and the receipts."""

from pathlib import Path

import pytest

from corpus.checks.checks import read_checks
from corpus.checks.receipts import CheckOutcome, ObservedError, RunKind
from tests.factories import make_article, make_translation
from tests.keys import Key
from tests.verify.bodies import MISSING, make_body
from tests.verify.conftest import LIMITS, Verified, receipts_of
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import SandboxMissing, choose
from verify.run import VerifyOptions, verify

pytestmark = pytest.mark.slow


def outcome_of(verified: Verified, body: str) -> tuple[CheckOutcome, str]:
    """The outcome of the only check, and its reason."""
    report = verified(body)
    assert report.problems == []
    [result] = report.results
    return result.outcome, result.reason


def test_a_fix_that_works_is_fixed(verified: Verified) -> None:
    told = "the error appeared without the fix and was gone with it, 2 of 2 times"
    assert outcome_of(verified, make_body()) == (CheckOutcome.FIXED, told)


def test_a_fix_that_does_nothing_is_not_fixed(verified: Verified) -> None:
    reason = "the error was still there after the fix (status 2)"
    assert outcome_of(verified, make_body(fix="true")) == (CheckOutcome.NOT_FIXED, reason)


def test_a_fix_that_does_nothing_is_not_fixed_whatever_the_confirmation_says(
    verified: Verified,
) -> None:
    body = make_body(fix="touch marker", confirm="test -e marker")
    assert outcome_of(verified, body)[0] is CheckOutcome.NOT_FIXED


def test_a_fix_that_fails_is_not_fixed(verified: Verified) -> None:
    body = make_body(fix="touch settings; exit 3")
    assert outcome_of(verified, body) == (
        CheckOutcome.NOT_FIXED,
        "the fix ended with exit status 3",
    )


def test_a_fix_that_trades_one_error_for_another_is_not_fixed(verified: Verified) -> None:
    body = make_body(reproduce="ls settings && ./settings", fix="touch settings")
    reason = "another failure after the fix: reproducing ended with exit status 126"
    assert outcome_of(verified, body) == (CheckOutcome.NOT_FIXED, reason)


def test_a_fix_that_silences_the_error_is_caught_by_the_confirmation(verified: Verified) -> None:
    body = make_body(
        reproduce="PATH=.:$PATH ls settings",
        fix="printf '#!/bin/sh\\n' > ls; chmod +x ls",
        confirm="test -e settings",
    )
    reason = "the confirmation ended with exit status 1"
    assert outcome_of(verified, body) == (CheckOutcome.NOT_FIXED, reason)


def test_an_error_that_never_comes_is_not_reproduced(verified: Verified) -> None:
    reason = "no line of the output was the error (exit status 0)"
    assert outcome_of(verified, make_body(reproduce="true")) == (
        CheckOutcome.NOT_REPRODUCED,
        reason,
    )


def test_another_error_is_not_the_error(verified: Verified) -> None:
    body = make_body(reproduce="mkdir -m 0 closed; ls closed/settings")
    assert outcome_of(verified, body)[0] is CheckOutcome.NOT_REPRODUCED


def test_the_exit_status_must_be_the_one_that_is_claimed(verified: Verified) -> None:
    reason = "the error was printed, and the exit status was 2, not 7"
    body = make_body(attributes="exit=7")
    assert outcome_of(verified, body) == (CheckOutcome.NOT_REPRODUCED, reason)


def test_an_error_with_exit_status_0_counts_only_if_that_is_claimed(verified: Verified) -> None:
    silent = make_body(reproduce="ls settings || true")
    claimed = make_body(reproduce="ls settings || true", attributes="exit=0")
    assert outcome_of(verified, silent)[0] is CheckOutcome.NOT_REPRODUCED
    assert outcome_of(verified, claimed)[0] is CheckOutcome.FIXED


@pytest.mark.parametrize(
    "reproduce",
    [
        "touch ECONNREFUSED.log; ls; exit 1",
        "cat ECONNREFUSED.log",
        "touch 'connect ECONNREFUSED 127.0.0.1:3000'; ls; exit 1",
        "cat 'connect ECONNREFUSED 127.0.0.1:3000'",
        "cat 'Error: connect ECONNREFUSED 127.0.0.1:3000.txt'",
    ],
)
def test_an_error_in_a_file_name_is_not_reproduced(verified: Verified, reproduce: str) -> None:
    body = make_body(error="connect ECONNREFUSED 127.0.0.1:3000", reproduce=reproduce, fix="true")
    assert outcome_of(verified, body)[0] is CheckOutcome.NOT_REPRODUCED


@pytest.mark.parametrize(
    "reproduce",
    [
        "set -x\n: Error: connect ECONNREFUSED 127.0.0.1:3000\nexit 1",
        "set -v\n: Error: connect ECONNREFUSED 127.0.0.1:3000\nexit 1",
        "echo '$ connect ECONNREFUSED 127.0.0.1:3000'; exit 1",
        "echo 'connect ECONNREFUSED 127.0.0.1:3000'; exit 1",
        "echo 'Error: connect ECONNREFUSED 127.0.0.1:3000' >&2; exit 1",
        "bash -xc 'curl connect ECONNREFUSED 127.0.0.1:3000'",
    ],
)
def test_an_error_in_an_echoed_command_is_not_reproduced(
    verified: Verified, reproduce: str
) -> None:
    body = make_body(error="connect ECONNREFUSED 127.0.0.1:3000", reproduce=reproduce, fix="true")
    assert outcome_of(verified, body)[0] is CheckOutcome.NOT_REPRODUCED


def test_an_error_that_comes_and_goes_is_flaky(verified: Verified) -> None:
    coin = "test $(( $(od -An -N1 -tu1 /dev/urandom) % 2 )) = 0 || touch settings; ls settings"
    report = verified(make_body(reproduce=coin), repeat=24)
    assert [result.outcome for result in report.results] == [CheckOutcome.FLAKY]


def test_an_error_that_goes_by_itself_is_inconclusive(verified: Verified) -> None:
    reproduce = "set +e; ls settings; status=$?; touch settings; exit $status"
    body = make_body(reproduce=reproduce, fix="touch settings done", confirm="test -e done")
    outcome, reason = outcome_of(verified, body)
    assert outcome is CheckOutcome.INCONCLUSIVE
    assert reason == (
        "the second time, without any fix, no line of the output was the error (exit status 0)"
    )


def test_a_set_up_that_fails_is_inconclusive(verified: Verified) -> None:
    body = make_body(setup="exit 4")
    reason = "the step setup ended with exit status 4"
    assert outcome_of(verified, body) == (CheckOutcome.INCONCLUSIVE, reason)


def test_a_program_that_is_missing_makes_it_unverifiable(
    verified: Verified, tmp_path: Path
) -> None:
    body = make_body(attributes="needs=bash,no-such-program")
    reason = "not on this machine: no-such-program"
    assert outcome_of(verified, body) == (CheckOutcome.UNVERIFIABLE, reason)
    assert [receipt.outcome for receipt in receipts_of(tmp_path)] == [CheckOutcome.UNVERIFIABLE]


@pytest.mark.parametrize(
    ("needs", "missing"),
    [
        ("bash>=4", ""),
        ("bash>=99,sh", "bash>=99"),
        ("python3-json>=2", ""),
        ("python3-nothing", "python3-nothing"),
        ("libc6", ""),
        ("libc-nothing", "libc-nothing"),
    ],
)
def test_a_version_a_module_of_python_or_a_package_can_be_needed(
    verified: Verified, needs: str, missing: str
) -> None:
    [result] = verified(make_body(attributes=f"needs={needs}")).results
    expected = (CheckOutcome.UNVERIFIABLE, f"not on this machine: {missing}")
    assert (result.outcome, result.reason) == expected or (
        not missing and result.outcome is CheckOutcome.FIXED
    )


def test_an_article_without_checks_passes_nothing(verified: Verified, tmp_path: Path) -> None:
    report = verified("Just words.")
    assert (report.results, report.without_checks) == ([], ["guide"])
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_cannot_be_read_is_a_problem(verified: Verified) -> None:
    report = verified(make_body(confirm=""))
    assert report.problems == ["guide: check example: the step confirm is missing"]
    assert not report.good


@pytest.mark.parametrize(
    ("language", "error", "reproduce", "fix", "confirm"),
    [
        (
            "sh",
            "cat: settings: No such file or directory",
            "cat settings",
            "echo blue > settings",
            "grep -q blue settings",
        ),
        (
            "python",
            "FileNotFoundError: [Errno 2] No such file or directory: 'settings'",
            "open('settings')",
            "open('settings', 'w')",
            "open('settings')",
        ),
        (
            "node",
            "Error: ENOENT: no such file or directory, open 'settings'",
            "require('fs').readFileSync('settings')",
            "require('fs').writeFileSync('settings', '')",
            "require('fs').readFileSync('settings')",
        ),
        (
            "sql",
            "sqlite3.OperationalError: no such table: jobs",
            "SELECT * FROM jobs",
            "CREATE TABLE jobs (id INTEGER);",
            "INSERT INTO jobs VALUES (1); SELECT id FROM jobs;",
        ),
    ],
)
def test_each_language_is_run(
    verified: Verified, language: str, error: str, reproduce: str, fix: str, confirm: str
) -> None:
    body = make_body(language=language, error=error, reproduce=reproduce, fix=fix, confirm=confirm)
    report = verified(body)
    [result] = report.results
    missing = result.reason.startswith("not on this machine")
    assert result.outcome is (CheckOutcome.UNVERIFIABLE if missing else CheckOutcome.FIXED), (
        result.reason
    )


def test_postgresql_has_a_server_of_its_own(verified: Verified) -> None:
    body = make_body(
        language="sql",
        error='ERROR:  relation "jobs" does not exist',
        setup="CREATE TABLE other (id integer);",
        reproduce="SELECT * FROM jobs;",
        fix="CREATE TABLE jobs (id integer);",
        confirm="INSERT INTO jobs VALUES (1);",
    ).replace("sql check", "sql engine=postgresql check")
    [result] = verified(body, limits=ResourceLimits()).results
    missing = result.reason == "not on this machine: postgresql"
    assert result.outcome is (CheckOutcome.UNVERIFIABLE if missing else CheckOutcome.FIXED), (
        result.reason
    )


def test_a_status_can_be_the_error(verified: Verified) -> None:
    body = make_body(
        error="Exit code 127",
        reproduce="PATH=.:$PATH; list",
        attributes="exit=127",
        fix="printf '#!/bin/sh\\necho it\\n' > list; chmod +x list",
        confirm='test "$(./list)" = it',
    )
    assert outcome_of(verified, body)[0] is CheckOutcome.FIXED


def test_a_receipt_says_what_happened_where(verified: Verified, tmp_path: Path) -> None:
    body = make_body()
    verified(body)
    [receipt] = receipts_of(tmp_path)
    [check] = read_checks(body).good
    assert receipt.check == "example"
    assert receipt.vouches_for == {"en": check.fingerprint(body)}
    assert receipt.observed == (
        ObservedError(
            template="cannot access <str>: No such file or directory", line=MISSING, program="ls"
        ),
    )
    assert [(run.kind, run.times) for run in receipt.runs] == [
        (RunKind.RED, 2),
        (RunKind.CONTROL, 2),
        (RunKind.GREEN, 2),
    ]
    red, _, green = receipt.runs
    assert [(s.step, s.exit_status, s.output) for s in red.steps] == [
        ("reproduce", 2, "ls: cannot access 'settings': No such file or directory"),
        ("confirm", 1, ""),
    ]
    assert [(s.step, s.exit_status, s.output) for s in green.steps] == [
        ("fix", 0, ""),
        ("reproduce", 0, "settings"),
        ("confirm", 0, ""),
    ]
    programs = receipt.environment.runtimes
    assert {"bash", "ls"} <= programs.keys() <= {"bash", "ls", "touch", "test", "mkdir"}
    assert receipt.isolation.sandbox.startswith("bubblewrap ")
    assert receipt.isolation.network == "own, loopback only"


def test_running_again_changes_nothing(verified: Verified, tmp_path: Path) -> None:
    body = make_body(setup="date +%N; echo $$")
    first = verified(body)
    text = (tmp_path / "guide.json").read_bytes()
    second = verified(body)
    assert (first.written, second.written) == ([tmp_path / "guide.json"], [])
    assert (tmp_path / "guide.json").read_bytes() == text
    assert [result.before for result in second.results] == [CheckOutcome.FIXED]


def test_a_negative_receipt_is_kept_and_is_no_surprise_the_next_time(
    verified: Verified, tmp_path: Path
) -> None:
    first = verified(make_body(fix="true"))
    second = verified(make_body(fix="true"))
    assert [receipt.outcome for receipt in receipts_of(tmp_path)] == [CheckOutcome.NOT_FIXED]
    assert (first.good, second.good, second.changed) == (False, True, [])


def test_a_changed_text_is_a_new_start(verified: Verified, tmp_path: Path) -> None:
    verified(make_body(fix="true"))
    [before] = receipts_of(tmp_path)
    report = verified(make_body())
    [after] = receipts_of(tmp_path)
    assert [result.before for result in report.results] == [None]
    assert after.outcome is CheckOutcome.FIXED
    assert not before.is_about("en", after.vouches_for["en"])


def test_what_cannot_run_here_does_not_replace_what_ran(verified: Verified, tmp_path: Path) -> None:
    verified(make_body())
    report = verified(make_body(attributes="needs=no-such-program"))
    assert [result.outcome for result in report.results] == [CheckOutcome.UNVERIFIABLE]
    assert [receipt.outcome for receipt in receipts_of(tmp_path)] == [CheckOutcome.FIXED]


def test_the_receipt_of_a_check_that_is_gone_goes(verified: Verified, tmp_path: Path) -> None:
    verified(make_body())
    report = verified("Just words.")
    assert report.written == [tmp_path / "guide.json"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_when_only_the_report_is_wanted(
    verified: Verified, tmp_path: Path
) -> None:
    assert len(verified(make_body(), write=False).results) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_receipt_file_that_is_none_is_a_problem_and_stays(
    verified: Verified, tmp_path: Path
) -> None:
    (tmp_path / "guide.json").write_text("<<<<<<< HEAD\n")
    report = verified(make_body())
    assert len(report.problems) == 1
    assert report.problems[0].startswith("guide.json: not a receipt file")
    assert (tmp_path / "guide.json").read_text() == "<<<<<<< HEAD\n"


def test_jobs_come_to_the_same_in_the_order_of_the_articles(
    verified: Verified, tmp_path: Path
) -> None:
    articles = [
        make_article(slug=slug, translations=[make_translation(body=make_body(fix=fix))])
        for slug, fix in [("one", "true"), ("two", "touch settings"), ("three", "false")]
    ]
    done: list[tuple[int, int]] = []
    report = verify(
        articles,
        receipts=tmp_path,
        options=VerifyOptions(jobs=3, limits=LIMITS),
        progress=lambda number, total: done.append((number, total)),
    )
    assert verified("Just words.").results == []
    assert [(result.slug, result.outcome) for result in report.results] == [
        ("one", CheckOutcome.NOT_FIXED),
        ("two", CheckOutcome.FIXED),
        ("three", CheckOutcome.NOT_FIXED),
    ]
    assert done == [(1, 3), (2, 3), (3, 3)]


def test_what_was_done_is_kept_when_a_run_is_interrupted(
    verified: Verified, tmp_path: Path
) -> None:
    articles = [
        make_article(slug=slug, translations=[make_translation(body=make_body())])
        for slug in ("one", "two", "three")
    ]
    kept: list[list[str]] = []

    def interrupt(done: int, _total: int) -> None:
        kept.append(sorted(path.name for path in tmp_path.iterdir()))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(
            articles,
            receipts=tmp_path,
            options=VerifyOptions(limits=LIMITS),
            progress=interrupt,
        )
    assert verified("Just words.").results == []
    assert kept == [[], ["one.json"]]
    assert receipts_of(tmp_path, "one")[0].outcome is CheckOutcome.FIXED


def test_without_bubblewrap_it_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxMissing, match="bwrap is not installed"):
        choose(LIMITS, without_sandbox=False)


def test_without_bubblewrap_it_runs_if_told_so_and_the_receipt_says_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    article = make_article(slug="guide", translations=[make_translation(body=make_body())])
    report = verify(
        [article], receipts=tmp_path, options=VerifyOptions(limits=LIMITS, without_sandbox=True)
    )
    [receipt] = receipts_of(tmp_path)
    assert (report.sandbox, receipt.isolation.sandbox) == ("none", "none")
    assert receipt.isolation.network == "the host's"
    assert receipt.outcome is CheckOutcome.FIXED


def test_what_comes_to_nothing_for_once_runs_once_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As on a busy machine: the set-up of the first two runs fails."""
    monkeypatch.setenv("PATH", str(tmp_path))
    counter = tmp_path / "counter"
    body = make_body(setup=f"echo >> {counter}; test $(wc -l < {counter}) -gt 2")
    article = make_article(slug="guide", translations=[make_translation(body=body)])

    def outcomes(runs: str) -> tuple[CheckOutcome, CheckOutcome | None]:
        counter.write_text(runs)
        options = VerifyOptions(limits=LIMITS, without_sandbox=True)
        [result] = verify([article], receipts=tmp_path, options=options).results
        return result.outcome, result.before

    assert outcomes("") == (CheckOutcome.INCONCLUSIVE, None)
    assert outcomes("\n\n") == (CheckOutcome.FIXED, CheckOutcome.INCONCLUSIVE)
    assert outcomes("") == (CheckOutcome.FIXED, CheckOutcome.FIXED)


@pytest.mark.parametrize(
    ("failures", "first"), [(1, CheckOutcome.FLAKY), (2, CheckOutcome.NOT_REPRODUCED)]
)
def test_a_dry_run_tries_what_differs_from_the_record_once_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failures: int, first: CheckOutcome
) -> None:
    """As where a service took too long to start; in a run that records, it stays as it was."""
    monkeypatch.setenv("PATH", str(tmp_path))
    counter = tmp_path / "counter"
    late = f"test $(wc -l < {counter}) -gt {failures}"
    reproduce = f"echo >> {counter}; {late} || exit 2; ls settings"
    article = make_article(
        slug="guide", translations=[make_translation(body=make_body(reproduce=reproduce))]
    )

    def outcome(runs: str, *, write: bool) -> CheckOutcome:
        counter.write_text(runs)
        options = VerifyOptions(limits=LIMITS, without_sandbox=True, write=write)
        [result] = verify([article], receipts=tmp_path, options=options).results
        return result.outcome

    assert outcome("", write=False) is first  # nothing is on record
    assert outcome("\n\n", write=True) is CheckOutcome.FIXED
    assert outcome("", write=False) is CheckOutcome.FIXED
    assert outcome("", write=True) is first


@pytest.mark.parametrize("options", [{"repeat": 1}, {"jobs": 0}])
def test_once_is_not_enough(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="repeat must be at least 2"):
        VerifyOptions(repeat=options.get("repeat", 2), jobs=options.get("jobs", 1))


def test_signed_receipts_are_written_once(verified: Verified, tmp_path: Path) -> None:
    first, second = Key(tmp_path, "first"), Key(tmp_path, "second")
    assert verified(make_body()).written
    [unsigned] = receipts_of(tmp_path)
    assert unsigned.envelope is None
    for key in (first, second):
        assert verified(make_body(), signer=key.signer).written
        [signed] = receipts_of(tmp_path)
        assert key.signer.sign(signed, "guide") == signed
        assert not verified(make_body(), signer=key.signer).written
    assert not verified(make_body()).written  # what says the same stays, signature and all


def test_what_could_not_run_is_not_signed(verified: Verified, tmp_path: Path) -> None:
    verified(make_body(attributes="needs=no-such-tool"), signer=Key(tmp_path, "key").signer)
    [receipt] = receipts_of(tmp_path)
    assert (receipt.outcome, receipt.envelope) == (CheckOutcome.UNVERIFIABLE, None)


@pytest.mark.parametrize(
    ("body", "hints"),
    [
        (make_body(), ()),
        (make_body(reproduce="ls setting"), ()),
        (
            make_body(reproduce="echo begin; ls -d settings/ 2>&1 | sed s/No/Nothing/; false"),
            ("nearest line: ls: cannot access 'settings/': Nothing such file or directory",),
        ),
        (
            make_body(
                reproduce="getent hosts a.example || "
                "{ echo 'Could not resolve host: a.example'; false; }"
            ),
            (
                "needs network, which the sandbox has not: Could not resolve host: a.example",
                "nearest line: Could not resolve host: a.example",
            ),
        ),
    ],
)
def test_hints_for_authors(verified: Verified, body: str, hints: tuple[str, ...]) -> None:
    [result] = verified(body).results
    assert result.hints == hints
    assert str(result).splitlines()[1:] == [f"    {hint}" for hint in hints]


def test_the_work_folders_of_all_runs_may_be_kept(verified: Verified, tmp_path: Path) -> None:
    body = make_body(
        setup="mkdir -p a/b; echo 1 > a/b/c; ln -s a/b link; ln -s /etc/hostname out; mkfifo pipe",
        fix="echo fixed > settings",
    )
    verified(body, keep=tmp_path / "kept")
    kept = tmp_path / "kept" / "guide" / "example"
    assert sorted(path.name for path in kept.iterdir()) == ["control", "green", "red"]
    found = sorted(str(path.relative_to(kept)) for path in (kept / "green").rglob("*"))
    names = ["a", "a/b", "a/b/c", "link", "out", "settings"]
    assert found == [f"green/{name}" for name in names]
    assert (kept / "green" / "settings").read_text() == "fixed\n"
    assert not (kept / "red" / "settings").exists()
    assert (kept / "green" / "out").readlink() == Path("/etc/hostname")


def test_a_work_folder_that_leads_elsewhere_is_not_followed(
    verified: Verified, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    body = make_body(cleanup=f"cd ~; mv work other; ln -s {tmp_path} work; ls -a")
    verified(body, keep=tmp_path / "kept")
    kept = tmp_path / "kept" / "guide" / "example"
    assert [path for path in kept.rglob("*") if path.is_file()] == []


def edit(script: str, *, before: str = "import settings\nprint(1)\n") -> str:
    """A check whose fix edits the author's program app.py."""
    error = "ModuleNotFoundError: No module named 'settings'"
    return make_body(
        error=error,
        setup=f"cat > app.py <<'EOF'\n{before}EOF",
        reproduce="python3 app.py",
        fix=script,
        confirm='test "$(python3 app.py)" = 1',
    )


def test_an_edit_of_the_authors_program_is_kept_as_a_diff(
    verified: Verified, tmp_path: Path
) -> None:
    assert verified(edit("sed -i 1d app.py")).written
    [receipt] = receipts_of(tmp_path)
    assert (receipt.outcome, receipt.edited) == (CheckOutcome.FIXED, ("app.py",))
    assert receipt.diffs == {"app.py": "@@ -1,2 +1 @@\n-import settings\n print(1)"}
    assert not verified(edit("sed -i 1d app.py")).written


def test_a_diff_is_short_and_printable(verified: Verified, tmp_path: Path) -> None:
    before = "import settings\nprint(1)\n" + "pass\n" * 100
    verified(edit(r"printf 'print(1)  # \033[1m\001 %0300d\n' 0 > app.py", before=before))
    [receipt] = receipts_of(tmp_path)
    lines = receipt.diffs["app.py"].split("\n")
    assert (len(lines), lines[-1]) == (41, "[64 lines]")
    assert lines[:2] == ["@@ -1,102 +1 @@", "-import settings"]
    verified(edit(r"printf 'print(1)  # \033[1m\001 %0300d\n' 0 > app.py"))
    [receipt] = receipts_of(tmp_path)
    assert receipt.diffs["app.py"].split("\n")[-1] == f"+print(1)  # \ufffd 0{'0' * 184}…"


@pytest.mark.parametrize(
    "script",
    [
        "mv app.py old.py; (cat old.py; seq 5000 | sed 's/^/#/') | sed 1d > app.py",
        r"sed -i 1d app.py; printf '# \377\n' >> app.py",
    ],
    ids=["large", "no text"],
)
def test_what_is_large_or_no_text_is_named_without_a_diff(
    verified: Verified, tmp_path: Path, script: str
) -> None:
    verified(edit(script))
    [receipt] = receipts_of(tmp_path)
    assert (receipt.edited, receipt.diffs) == (("app.py",), {})
