"""The fix of a check against the commands that its row states."""

import pytest

from corpus.checks.checks import read_checks
from corpus.lint.stated_fixes import stated_otherwise, states_its_fix
from tests.verify.bodies import make_body


def stated(solution: str, fix: str) -> list[str]:
    body = make_body(solution=solution, fix=fix)
    return [str(problem) for problem in stated_otherwise(read_checks(body).good)]


@pytest.mark.parametrize(
    ("solution", "fix"),
    [
        ("Make the file", "touch settings"),
        ("`touch settings`", "touch settings"),
        ("`sudo touch /srv/settings`", "touch settings"),
        ("`LANG=C touch settings`", "touch settings"),
        ("Look with `ls -l`; `touch NAME`, or `cp` another", "touch settings"),
        ("`git add FILE`, or `git commit -m x`", "git -C app add settings"),
        ("`git -c protocol.file.allow=always submodule add PATH`", "git submodule add ../lib lib"),
        ("`pnpm --filter PACKAGE add NAME`", "pnpm add zod"),
        ("`git commit --amend`", "cd app && git -c user.name=x commit -q --amend"),
        ("See `git log`, `npm ls zod` and `docker ps -a`", "touch settings"),
        ("Set `PORT=3000`, `timeout=30` or `--flag`", "touch settings"),
        ("`rm`", "touch settings"),
        ("`touch settings`, not `rm -rf .`", "rm -f settings; touch settings"),
    ],
)
def test_a_row_that_states_what_was_run(solution: str, fix: str) -> None:
    assert stated(solution, fix) == []


@pytest.mark.parametrize(
    ("solution", "fix", "absent"),
    [
        ("`chmod 777 settings`", "touch settings", "`chmod 777 settings`"),
        ("`rm -rf ~`", "touch settings", "`rm -rf ~`"),
        ("`touch settings`, then `rm -rf ~`", "touch settings", "`rm -rf ~`"),
        ("`sudo rm -rf /`", "touch settings # confirm", "`sudo rm -rf /`"),
        ("`npm ci` or `npm install`", "touch settings", "`npm ci`, `npm install`"),
        ("`git reset --hard`", "git add settings", "`git reset --hard`"),
    ],
)
def test_a_row_that_states_another_fix(solution: str, fix: str, absent: str) -> None:
    assert stated(solution, fix) == [f"check example: its row states {absent}; its fix is another"]


def test_the_commands_of_the_message_and_the_cause_are_no_fix() -> None:
    body = make_body(error="rm -rf a: not found").replace("Unknown", "`rm -rf a` was run")
    assert [*stated_otherwise(read_checks(body).good)] == []


@pytest.mark.parametrize(
    ("solution", "is_stated"), [("`touch settings`", True), ("`rm -rf ~`", False)]
)
def test_a_translation_states_the_fix_or_another(solution: str, is_stated: bool) -> None:
    [check] = read_checks(make_body(solution="`touch settings`")).good
    assert states_its_fix(check, make_body(solution=solution)) is is_stated
