"""Ablation: the parts of a fix, and which of them are not needed."""

from pathlib import Path

import pytest

from corpus.checks.checks import read_checks
from tests.verify.bodies import make_body
from tests.verify.conftest import Verified, receipts_of
from verify.fixes.ablation import fix_parts, only_looks, shell_commands

pytestmark = pytest.mark.slow

SCRIPT = """\
# Why
mkdir a

cat > a/b <<'EOF'
if this is text
EOF
if test -e a; then
  touch a/c
fi
for x in 1 2
do echo $x; done
printf '%s
' "two
lines" \\
  three
f() {
  true
}
f && echo done  # at the end
"""


def test_the_commands_of_a_script() -> None:
    commands = [*shell_commands(SCRIPT)]
    assert "".join(commands) == SCRIPT
    words = [command.split()[0] for command in commands]
    assert words == ["#", "cat", "if", "for", "printf", "f()", "f"]


@pytest.mark.parametrize("script", ["", "# nothing\n", "\n\n"])
def test_a_script_without_commands(script: str) -> None:
    assert [*shell_commands(script)] == []


def test_what_no_shell_can_read_is_one_command() -> None:
    assert [*shell_commands("if true\necho\n")] == ["if true\necho\n"]


def parts(body: str) -> list[str]:
    [check] = read_checks(body).good
    return [part.text for part in fix_parts(check)]


def test_a_single_part_is_none() -> None:
    assert parts(make_body(fix="touch settings")) == []


def test_files_and_blocks_in_other_languages_are_parts_as_a_whole() -> None:
    python = "\n```python check=example step=fix\nimport os\nos.sync()\n```\n"
    file = "\n```toml check=example step=fix file=a.toml\na = 1\nb = 2\n```\n"
    assert parts(make_body() + python + file) == [
        "touch settings", "import os\nos.sync()", "a = 1\nb = 2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "looks"),
    [
        ("git status", True),
        ("# What is there\ngit --no-pager log --oneline | head -n 3", True),
        ("cat settings 2>/dev/null || true && ls -l", False),
        ("cat settings 2>/dev/null && ls -l 2>&1", True),
        ("git stash", False),
        ("cat a > b", False),
        ("echo $(rm a)", False),
        ("ls & touch a", False),
        ("grep a b | tee c", False),
        ("npm ls lib", True),
        ("npm install lib", False),
    ],
)
def test_what_only_looks(command: str, looks: bool) -> None:
    assert only_looks(command) is looks


def test_each_part_is_left_out_once() -> None:
    [check] = read_checks(make_body(fix="mkdir a\ntouch settings")).good
    rests = [[b.content for b in part.rest.blocks] for part in fix_parts(check)]
    assert rests == [
        ["ls settings\n", "touch settings\n", "test -e settings\n"],
        ["ls settings\n", "mkdir a\n", "test -e settings\n"],
    ]


def test_what_only_waits_is_no_part() -> None:
    wait = "until test -e settings; do sleep 0.1; done"
    assert parts(make_body(fix=f"mkdir a\n(touch settings) &\n{wait}")) == [
        "mkdir a",
        "(touch settings) &",
    ]


@pytest.mark.parametrize(
    ("fix", "unneeded"),
    [
        ("mkdir a\ntouch settings", ("mkdir a",)),
        ("mkdir a\nmkdir b\ntouch settings", ("mkdir a", "mkdir b")),
        ("mkdir a\ncp -r a settings", ()),
        ("touch settings", ()),
        ("touch settings\ntouch settings", ("touch settings",)),
        ("ls\ntouch settings\nls -l | grep settings", ()),
    ],
)
def test_a_receipt_names_what_is_not_needed(
    verified: Verified, tmp_path: Path, fix: str, unneeded: tuple[str, ...]
) -> None:
    verified(make_body(fix=fix))
    [receipt] = receipts_of(tmp_path)
    assert receipt.unneeded == unneeded


def test_of_a_fix_that_fails_no_part_is_tried(verified: Verified, tmp_path: Path) -> None:
    verified(make_body(fix="mkdir a\ntouch setting"))
    [receipt] = receipts_of(tmp_path)
    assert receipt.unneeded == ()
