"""Hooks of agents answer in the agent's format or not at all; those of shells work in the shell."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.failures.agents import CONFIGURATIONS
from cli.failures.ci import ci_lines, write_summary
from tests.cli.conftest import Corpus
from tests.cli.terminals import ROOT, environment, in_pipes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sqlite("starts commands over a database of their own"),
]

EVENTS = ROOT / "tests" / "fixtures" / "hooks"
CLI = [sys.executable, "-m", "cli"]


def events(kind: str) -> list[Path]:
    """Events as the agents document them: `AGENT.KIND.NUMBER.json`."""
    return sorted(EVENTS.glob(f"*.{kind}.*"))


@pytest.mark.parametrize("file", events("good"), ids=lambda file: file.name)
def test_a_known_error_is_answered(file: Path, corpus: Corpus, tmp_path: Path) -> None:
    agent = file.name.partition(".")[0]
    status, out, err = in_pipes(
        [*CLI, "hook-event", agent], folder=tmp_path, stdin=file.read_bytes(), env=corpus.local
    )
    assert (status, err) == (0, b"")
    answer = json.loads(out)
    if agent == "claude-code":
        answer = answer["hookSpecificOutput"]
        assert answer.pop("hookEventName") == "PostToolUseFailure"
    [text] = answer.values()
    assert list(answer) == ["additional_context" if agent == "cursor" else "additionalContext"]
    assert text.startswith("fixbook: exact: Error: cannot attach shared segment 77")
    assert len(text.encode()) <= 2_000


@pytest.mark.parametrize("file", [*events("odd"), *events("broken")], ids=lambda file: file.name)
def test_anything_else_is_met_with_silence(file: Path, corpus: Corpus, tmp_path: Path) -> None:
    agent = file.name.partition(".")[0]
    for arguments in ([agent], [], ["no-agent"]):
        ended = in_pipes(
            [*CLI, "hook-event", *arguments],
            folder=tmp_path, stdin=file.read_bytes(), env=corpus.local,
        )  # fmt: skip
        assert ended == (0, b"", b"")


def test_the_configurations_call_what_there_is(tmp_path: Path) -> None:
    for agent, (file, content) in CONFIGURATIONS.items():
        status, out, err = in_pipes([*CLI, "hook", agent], folder=tmp_path)
        assert (status, json.loads(out)) == (0, content)
        assert err.decode() == f"put this into {file}\n"
        assert f"fixbook hook-event {agent}" in out.decode()
    assert in_pipes([*CLI, "hook", "vim"], folder=tmp_path)[0] == 2


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_diagnoses_what_the_terminal_shows(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, script in (("tmux", "echo Error: x"), ("fixbook", 'echo "$@: $(cat)"')):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    hook = tmp_path / "hook"
    hook.write_bytes(in_pipes([*CLI, "hook", shell], folder=tmp_path)[1])
    env = environment(tmp_path, PATH=f"{programs}:/usr/bin:/bin")
    for variable in ("TMUX", "KITTY_LISTEN_ON", "WEZTERM_PANE"):
        env.pop(variable, None)

    def said(before: str, **more: str) -> tuple[int, bytes, bytes]:
        script = f". {hook}; {before}; fixbook_remember; fixbook-last"
        return in_pipes([shell, "-c", script], folder=tmp_path, env={**env, **more})

    assert said("false", TMUX="x") == (0, b"diagnose --limit 1: Error: x\n", b"")
    assert b"fixbook run COMMAND" in said("false")[2]
    assert said("true", TMUX="x") == (0, b"", b"fixbook: the last command did not fail\n")


# CI


LINES = ["fixbook: exact: a, b: 100%", "  fix: c"]


def test_github_gets_an_annotation_and_a_summary(tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    write_summary(LINES, {"GITHUB_STEP_SUMMARY": str(summary)})
    text = "before\n### Fixbook\n\n```text\nfixbook: exact: a, b: 100%\n  fix: c\n```\n\n"
    assert summary.read_text() == text
    assert ci_lines(LINES, {"GITHUB_ACTIONS": "true"}) == [
        *LINES, "::error title=fixbook%3A exact%3A a%2C b%3A 100%25::  fix: c",
    ]  # fmt: skip
    assert ci_lines(LINES, {}) == LINES
    write_summary(LINES, {"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "folder")})


def test_a_step_ends_as_its_script(corpus: Corpus, tmp_path: Path) -> None:
    """With a bundle and no server; and without an installed `fixbook`."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "fixbook").write_text(f'#!/bin/sh\nexec {" ".join(CLI)} "$@"\n')
    (programs / "fixbook").chmod(0o755)
    summary = tmp_path / "summary"
    log = tmp_path / "log"
    message = "Error: cannot attach shared segment 1: tenant quota exceeded [E4711]"
    log.write_text(f"{message}\n")
    step = ["/bin/bash", str(ROOT / "deploy" / "ci-step.sh")]
    env = corpus.env(
        GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary),
        FIXBOOK_BUNDLE_FILE=str(corpus.folder / "a.fixbook"),
        PATH=f"{programs}:/usr/bin:/bin",
    )  # fmt: skip
    script = {"FIXBOOK_SCRIPT": f"echo '{message}'; exit 7"}
    status, out, err = in_pipes(step, folder=tmp_path, env=env | script)
    assert (status, out) == (7, f"{message}\n".encode())
    assert err.decode().startswith("fixbook: exact: Error: cannot attach")
    assert "::error title=fixbook%3A exact%3A Error" in err.decode()
    assert summary.read_text().startswith("### Fixbook\n\n```text\nfixbook: exact: ")
    bare = in_pipes(step, folder=tmp_path, env=env | script | {"PATH": "/usr/bin:/bin"})
    assert bare == (7, f"{message}\n".encode(), b"")
    status, out, _ = in_pipes(step, folder=tmp_path, env=env | {"FIXBOOK_LOG_FILE": str(log)})
    assert (status, out.decode().startswith("fixbook: exact: Error: cannot")) == (0, True)
    nothing = {"FIXBOOK_LOG_FILE": str(tmp_path / "no")}
    assert in_pipes(step, folder=tmp_path, env=env | nothing) == (0, b"", b"")


def test_the_scripts_are_valid() -> None:
    check = ["/bin/bash", "-n", str(ROOT / "deploy" / "ci-step.sh")]
    assert subprocess.run(check, check=False).returncode == 0
