"""`fixbook run` changes nothing of what a command reads, writes, and ends with."""

import hashlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminals import PATIENCE, RUN, environment, in_pipes, in_terminal

SH = "/bin/sh"
BASH = "/bin/bash"
PYTHON = sys.executable

PIPED = {
    "success": [SH, "-c", "exit 0"],
    "output": [SH, "-c", "echo hello"],
    "no newline": [SH, "-c", "printf hello"],
    "both streams": [SH, "-c", "echo out; echo err >&2"],
    "failure": [SH, "-c", "echo no >&2; exit 1"],
    "status 255": [SH, "-c", "exit 255"],
    "status 130": [SH, "-c", "exit 130"],
    "killed": [SH, "-c", "kill -KILL $$"],
    "terminated": [SH, "-c", "kill -TERM $$"],
    "interrupted": [SH, "-c", "kill -INT $$"],
    "aborted": [SH, "-c", "kill -ABRT $$"],
    "segmentation fault": [SH, "-c", "kill -SEGV $$"],
    "alarm": [SH, "-c", "kill -ALRM $$"],
    "broken pipe": [SH, "-c", "yes | head -1; exit 3"],
    "SIGPIPE is not ignored": [SH, "-c", "yes | head -1 >/dev/null; trap"],
    "signals are not blocked": [SH, "-c", "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status"],
    "no more open files": [SH, "-c", "ls /proc/self/fd | wc -l"],
    "same group": [SH, "-c", 'test "$(ps -o sid= -p $$)" = "$(ps -o sid= -p $PPID)"'],
    "binary": [PYTHON, "-c", "import os; os.write(1, bytes(range(256)) * 999)"],
    "invalid UTF-8": [SH, "-c", r"printf '\377\376\000x'"],
    "CRLF": [SH, "-c", r"printf 'a\r\nb\rc\n'"],
    "colours": [SH, "-c", r"printf '\033[31mred\033[0m'"],
    "is no terminal": [SH, "-c", "test -t 0; echo $?; test -t 1; echo $?; test -t 2; echo $?"],
    "standard input": ["cat"],
    "reads some of it": ["head", "-c", "3"],
    "sort": ["sort", "-r"],
    "arguments": [SH, "-c", 'printf "<%s>" "$@"', "x", "a b", "", "*", "--json", "-é", "\\"],
    "environment": [SH, "-c", "env | grep -v -e ^_= -e ^SHLVL | sort"],
    "folder": ["pwd"],
    "exec": [SH, "-c", "exec ls -d /"],
    "pipeline": [SH, "-c", "seq 10000 | sort -n | tail -1"],
    "many lines": ["seq", "200000"],
    "one long line": [PYTHON, "-c", "print('x' * 3_000_000)"],
    "much on both": [SH, "-c", "seq 50000; seq 50000 >&2; exit 9"],
    "background child": [SH, "-c", "(sleep 0.3; echo late) & echo now"],
    "background child that outlives": [SH, "-c", "sleep 0.3 & exit 4"],
    "closed standard output": [SH, "-c", "exec >&-; echo x; echo $? >&2"],
    "closed standard input": [SH, "-c", "exec <&-; cat; exit 2"],
    "script without a first line": ["./plain", "a"],
    "loop of writes": [SH, "-c", "for i in 1 2 3 4 5; do echo $i; echo e$i >&2; done"],
}  # fmt: skip


@pytest.mark.parametrize("command", PIPED.values(), ids=PIPED)
def test_in_pipes(command: list[str], tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text('echo "script $1"\n')
    plain.chmod(0o755)
    stdin = b"c\na\n\xff\x00b\n" * 1_000
    if command[0] == "./plain":
        assert in_pipes([*RUN, *command], folder=tmp_path) == (0, b"script a\n", b"")
        return
    assert in_pipes([*RUN, *command], folder=tmp_path, stdin=stdin) == in_pipes(
        command, folder=tmp_path, stdin=stdin
    )


TYPED: dict[str, tuple[list[str], list[tuple[bytes, bytes]]]] = {
    "output": ([SH, "-c", "echo hello"], []),
    "failure": ([SH, "-c", "echo no >&2; exit 7"], []),
    "is a terminal": ([SH, "-c", "test -t 0 && test -t 1 && test -t 2 && tty >/dev/null"], []),
    "size": ([SH, "-c", "sleep 0.3; stty size"], []),
    "settings": ([SH, "-c", "stty -a | grep -v speed"], []),
    "a question": ([SH, "-c", 'printf "name? "; read x; echo "hi $x"'], [(b"name? ", b"ann\n")]),
    "end of input": ([SH, "-c", "echo go; cat"], [(b"go", b"abc\n"), (b"abc\r\nabc", b"\x04")]),
    "Ctrl-C": ([SH, "-c", "echo go; sleep 60"], [(b"go", b"\x03")]),
    "Ctrl-C that is caught": (
        [BASH, "-c", "trap 'echo caught; exit 5' INT; echo go; while :; do sleep 0.05; done"],
        [(b"go", b"\x03")],
    ),
    "Ctrl-\\": ([SH, "-c", "ulimit -c 0; echo go; sleep 60"], [(b"go", b"\x1c")]),
    "keys one by one": (
        [SH, "-c", "stty raw -echo; printf 'key '; dd bs=1 count=1 status=none; stty sane"],
        [(b"key ", b"x")],
    ),
    "the terminal itself": ([SH, "-c", "echo asked >/dev/tty"], []),
    "progress bar": ([SH, "-c", r"for i in 1 2 3; do printf '\r%s%%' $i; done"], []),
    "killed": ([SH, "-c", "kill -KILL $$"], []),
    # A shell that is stopped while it starts another program may never say so; `exec` starts none.
    "a shell with job control": (
        [BASH, "--norc", "--noprofile", "-i"],
        [
            (b"bash-", b"PS1='ready '\n"),
            (b"\nready ", b"sh -c 'echo go; exec sleep 60'\n"),
            (b"\ngo", b"\x1a"),
            (b"\nready ", b"exit\n"),
            (b"\nready ", b"exit 6\n"),
        ],
    ),
}


@pytest.mark.parametrize(("command", "typed"), TYPED.values(), ids=TYPED)
def test_in_a_terminal(
    command: list[str], typed: list[tuple[bytes, bytes]], tmp_path: Path
) -> None:
    wrapped = in_terminal([*RUN, *command], folder=tmp_path, typed=typed)
    assert wrapped == in_terminal(command, folder=tmp_path, typed=typed)


def test_input_from_a_pipe_and_output_to_a_terminal(tmp_path: Path) -> None:
    for script in ("seq 3 | {} cat", "seq 3 | {} sh -c 'cat; test -t 1 && echo terminal'"):
        wrapped, bare = (
            in_terminal([SH, "-c", script.format(before)], folder=tmp_path)
            for before in (" ".join(RUN), "")
        )
        assert wrapped == bare


def test_a_command_is_stopped_and_goes_on_in_its_shell(tmp_path: Path) -> None:
    """Ctrl-Z stops the wrapper with the command, and `fg` continues both."""
    status, seen = in_terminal(
        [BASH, "--norc", "--noprofile", "-i"],
        folder=tmp_path,
        typed=[
            (b"bash-", b"PS1='ready '\n"),
            (b"\nready ", f"{' '.join(RUN)} sh -c 'echo on; read x; echo got $x'\n".encode()),
            (b"\non\r\n", b"\x1a"),
            (b"Stopped", b"fg\n"),
            (b"fg", b"word\n"),
            (b"got word\r\nready ", b"exit 0\n"),
        ],
    )
    assert (status, b"Stopped" in seen, b"got word" in seen) == (0, True, True)


def test_a_background_child_ends_or_lives_alike_in_a_terminal(tmp_path: Path) -> None:
    """A terminal that closes hangs up on what is left in it."""
    trap = "trap 'echo hung up > end; exit' HUP"
    child = f"(exec 9> alive; {trap}; : > up; sleep 3 9>&-; echo lived > end)"
    script = f"{child} & while ! test -e up; do sleep 0.05; done; echo bye"
    ends = []
    for name, before in (("wrapped", RUN), ("bare", [])):
        folder = tmp_path / name
        folder.mkdir()
        os.mkfifo(folder / "alive")
        alive = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
        in_terminal([*before, SH, "-c", script], folder=folder)
        assert select.select([alive], [], [], PATIENCE)[0], "the child does not end"
        os.close(alive)
        ends.append([file.read_text() for file in folder.glob("end")])
    assert ends[0] == ends[1]


@pytest.mark.parametrize(
    "redirection",
    [">&-", "2>&-", "<&-", ">&- 2>&-", "> file", "> file 2>&1", ">> file", "2> file", "> /dev/full",
     "> /dev/null", "2>&1", "| head -1", "| true", "2>&1 >/dev/null | cat"],
)  # fmt: skip
def test_redirected(redirection: str, tmp_path: Path) -> None:
    results = []
    for name, before in (("wrapped", " ".join(RUN)), ("bare", "")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "file").write_text("before\n")
        # More than all buffers on the way hold, however late `head` begins.
        script = "seq 300000; for i in 1 2 3; do echo out $i; echo err $i >&2; done; exit 3"
        line = f"set -o pipefail; {before} sh -c '{script}' {redirection}; echo status $?"
        ended = in_pipes([BASH, "-c", line], folder=folder, env=environment(tmp_path))
        results.append((ended, (folder / "file").read_bytes()))
    assert results[0] == results[1]


def test_a_signal_is_passed_on(tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        script = f"trap 'echo got; exit 5' {number}; echo ready; while :; do sleep 0.05; done"
        with subprocess.Popen(
            [*RUN, SH, "-c", script], cwd=tmp_path, env=environment(tmp_path),
            stdout=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(number)
            assert process.stdout.read() == b"got\n"
            assert process.wait(PATIENCE) == 5


def test_a_background_child_holds_nothing_up(tmp_path: Path) -> None:
    """The status comes at once, though the child still has the streams."""
    with subprocess.Popen(
        [*RUN, SH, "-c", "sleep 600 & echo $!; exit 4"], cwd=tmp_path, env=environment(tmp_path),
        stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout
        child = int(process.stdout.readline())
        assert process.wait(PATIENCE) == 4
        os.kill(child, signal.SIGKILL)
        assert process.stdout.read() == b""


@pytest.mark.slow
def test_a_gigabyte(tmp_path: Path) -> None:
    digest, size = hashlib.sha256(), 0
    command = ["dd", "if=/dev/zero", "bs=1M", "count=1024", "status=none"]
    with subprocess.Popen(
        [*RUN, *command], cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        while chunk := process.stdout.read(1024 * 1024):
            digest.update(chunk)
            size += len(chunk)
        assert process.wait(PATIENCE) == 0
    expected = hashlib.sha256()
    for _ in range(1024):
        expected.update(bytes(1024 * 1024))
    assert (size, digest.digest()) == (1024**3, expected.digest())


def test_a_command_that_cannot_be_started(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("x")
    assert in_pipes([*RUN, "no-such-command"], folder=tmp_path) == (
        127, b"", b"fixbook: no-such-command: command not found\n",
    )  # fmt: skip
    assert in_pipes([*RUN, "./text"], folder=tmp_path) == (
        126, b"", b"fixbook: ./text: Permission denied\n",
    )  # fmt: skip
