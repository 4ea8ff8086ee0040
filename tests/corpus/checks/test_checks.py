"""Checks: reading them from a body, and saying what is wrong with them, by line."""

import pytest

from corpus.checks.checks import Block, Check, differences, read_checks
from corpus.document.fences import Language, Step, fences
from corpus.document.outline import ErrorEntry
from tests.verify.bodies import MISSING, make_body

ROW = "Make the file |\n"
KNOWN = "check, step, file, error, exit, needs, timeout, engine"
TWO_ROWS = f"{ROW}| `disk is full` | Too much | Delete |\n"


def test_a_check_is_put_together_from_its_blocks() -> None:
    body = make_body(attributes="exit=2 needs=curl,git timeout=30", cleanup="rm settings")
    [check] = read_checks(body).good
    assert check == Check(
        name="example",
        error=MISSING,
        entry=ErrorEntry(
            error=MISSING,
            cause="Unknown",
            solution="Make the file",
            anchor="error-ls-cannot-access-settings-no-such-file-or-di",
        ),
        exit=2,
        needs=("curl", "git"),
        timeout=30,
        blocks=(
            Block(step=Step.REPRODUCE, language=Language.BASH, content="ls settings\n"),
            Block(step=Step.FIX, language=Language.BASH, content="touch settings\n"),
            Block(step=Step.CONFIRM, language=Language.BASH, content="test -e settings\n"),
            Block(step=Step.CLEANUP, language=Language.BASH, content="rm settings\n"),
        ),
        line=11,
    )


def test_a_block_with_file_is_written_and_may_be_in_any_language() -> None:
    body = make_body() + "\n```toml check=example step=setup file=conf/a.toml\na = 1\n```\n"
    [check] = read_checks(body).good
    assert check.of(Step.SETUP) == (
        Block(step=Step.SETUP, language=None, content="a = 1\n", file="conf/a.toml"),
    )
    assert check.languages == (Language.BASH,)


def test_the_language_may_follow_the_usual_names_and_the_engine() -> None:
    body = (
        make_body(language="js") + "\n```sql check=example step=setup engine=postgresql\n;\n```\n"
    )
    [check] = read_checks(body).good
    assert check.languages == (Language.NODE, Language.POSTGRESQL)


def test_an_error_with_other_values_is_tied_to_its_entry() -> None:
    told = "ls: cannot access 'other.toml': No such file or directory"
    body = make_body(attributes=f'error="{told}"').replace(ROW, TWO_ROWS)
    [check] = read_checks(body).good
    assert (check.error, check.entry and check.entry.error) == (told, MISSING)


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (r'"SyntaxError: f-string: unmatched \"(\" in \'x\'"', None),
        (r'"no module named \"x\", only \'y\'"', r"""no module named "x", only \'y\'"""),
        (r"""'no "x"'""", 'no "x"'),
        (r'"C:\temp\"', "C:\\temp\\"),
        (r'"it is not in \"a\""', 'it is not in "a"'),
    ],
)
def test_a_message_may_have_both_kinds_of_quotes(written: str, error: str | None) -> None:
    error = error or "SyntaxError: f-string: unmatched \"(\" in \\'x\\'"
    body = make_body(attributes=f"error={written} exit=1") + f"\n> {error}\n"
    [fence] = [each for each in fences(body) if "error" in each.attributes]
    assert (fence.attributes["error"], fence.attributes["exit"], fence.unread) == (error, "1", ())


def test_an_error_may_be_tied_to_a_symptom() -> None:
    body = make_body(attributes="error='the disk is on fire'")
    body += "\n## Symptoms\n\n- `the disk is on fire`\n"
    [check] = read_checks(body).good
    assert (check.error, check.entry) == ("the disk is on fire", None)


def test_several_checks_keep_their_order() -> None:
    body = make_body() + make_body().replace("check=example", "check=another")
    body = body.replace("step=reproduce", f'step=reproduce error="{MISSING}"')
    assert [check.name for check in read_checks(body).good] == ["example", "another"]


def test_a_check_inside_a_code_block_is_an_example() -> None:
    assert read_checks("````markdown\n" + make_body() + "````\n").good == ()


@pytest.mark.parametrize("body", ["", "no checks", "```bash\nls\n```", "```js title='a'\n1\n```"])
def test_other_bodies_have_none(body: str) -> None:
    assert read_checks(body) == read_checks("")


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ("colour=red", f"unknown attribute colour=, may be {KNOWN}"),
        ("exit=many", "exit= must be a number from 0 to 255"),
        ("exit=256", "exit= must be a number from 0 to 255"),
        ("timeout=0", "timeout= must be a number of seconds from 1 to 120"),
        ("needs='rm -rf'", "needs= must be names of programs with commas between, not 'rm -rf'"),
        ("engine=oracle", "engine= belongs to sql and may be sqlite, postgresql"),
        ("exit=1 exit=2", "exit= is given twice"),
        ("please", "cannot be read as NAME=VALUE: please"),
        ("error='unheard of'",
         "tied to no error entry: no row of an error table or quote says 'unheard of'"),
    ],
)  # fmt: skip
def test_wrong_attributes_are_told_by_line(attributes: str, complaint: str) -> None:
    body = make_body(attributes=attributes)
    [problem] = read_checks(body).problems
    assert problem.message == complaint
    assert "step=reproduce" in body.split("\n")[problem.line - 1]
    assert read_checks(body).good == ()


@pytest.mark.parametrize(
    ("info", "complaint"),
    [
        ("bash check=example", "step= must be one of setup, reproduce, fix, confirm, cleanup"),
        ("bash check=example step=break",
         "step= must be one of setup, reproduce, fix, confirm, cleanup"),
        ("bash step=setup check=Two_Words",
         "check= must name the check in small letters, digits and hyphens"),
        ("cobol check=example step=setup",
         "cannot run cobol, only sh, shell, bash, python, py, node, js, javascript, sql"),
        ("toml check=example step=setup file=../a", "file= must be a path inside the work folder"),
        ("toml check=example step=setup file=/etc/a",
         "file= must be a path inside the work folder"),
        ("bash check=example step=setup exit=1", "exit= belongs to the step reproduce"),
        ("bash check=example step=reproduce", "the step reproduce must be one block that runs"),
    ],
)  # fmt: skip
def test_wrong_blocks_are_told(info: str, complaint: str) -> None:
    checks = read_checks(make_body() + f"\n```{info}\nls\n```\n")
    assert complaint in [problem.message for problem in checks.problems]


@pytest.mark.parametrize("step", ["reproduce", "fix", "confirm"])
def test_missing_steps_are_told(step: str) -> None:
    body = make_body().replace(f"step={step}", "step=cleanup")
    assert f"the step {step} is missing" in [
        problem.message for problem in read_checks(body).problems
    ]


def test_a_check_that_names_no_error_needs_an_article_with_one() -> None:
    body = make_body().replace(ROW, TWO_ROWS)
    assert [problem.message for problem in read_checks(body).problems] == [
        "tied to no error entry: there are 2, so name one with error="
    ]


def test_a_translation_may_leave_checks_out_but_not_change_them() -> None:
    checks = read_checks(make_body()).good
    other = make_body(fix="touch else")
    assert list(differences("nothing", checks)) == []
    assert list(differences(make_body(), checks)) == []
    assert [str(problem) for problem in differences(other, checks)] == [
        "check example: differs from the original document"
    ]
    assert [str(problem) for problem in differences(make_body(), ())] == [
        "check example: not in the original document"
    ]


def fingerprint(body: str) -> str:
    """The fingerprint of the only check."""
    [check] = read_checks(body).good
    return check.fingerprint(body)


@pytest.mark.parametrize(
    "edited",
    [
        make_body(solution="Delete the file"),
        make_body(fix="touch settings # now"),
        make_body(setup="true"),
        make_body(attributes="exit=2"),
        make_body() + "\n## How to fix it\n\nDelete everything.\n",
    ],
)
def test_editing_the_claim_the_fix_or_the_check_changes_the_fingerprint(edited: str) -> None:
    assert fingerprint(edited) != fingerprint(make_body())


@pytest.mark.parametrize(
    "edited",
    [
        "Another first sentence.\n\n" + make_body(),
        make_body() + "\n## History\n\nLong ago.\n",
        make_body().replace("## Error table", "## Errors"),
    ],
)
def test_editing_anything_else_does_not(edited: str) -> None:
    assert fingerprint(edited) == fingerprint(make_body())


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_how_lines_end_does_not_count(end: str) -> None:
    assert fingerprint(make_body().replace("\n", end)) == fingerprint(make_body())
