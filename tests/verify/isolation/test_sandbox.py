"""What must fail in the sandbox, and must harm nothing outside."""

import os
import socket
import time
from pathlib import Path

import pytest

from tests.verify.conftest import LIMITS
from verify.isolation.resource_limits import MEBIBYTE, ResourceLimits
from verify.isolation.sandbox import NOBODY, Bubblewrap, SandboxMissing, Unsandboxed
from verify.isolation.session import Execution, Session


def run(
    sandbox: Bubblewrap | Unsandboxed, command: str, *, limits: ResourceLimits = LIMITS
) -> Execution:
    """Runs a command in a sandbox of its own."""
    with sandbox.shell() as shell:
        return Session(shell, limits).run(command, seconds=LIMITS.step_seconds)


def running(mark: str) -> list[str]:
    """The command lines of the host's processes that contain `mark`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        found += [line] if mark in line and "pytest" not in line else []
    return found


def gone(mark: str) -> bool:
    """Whether the processes with `mark` are gone, waiting for the kernel to be done."""
    for _ in range(100):
        if not running(mark):
            return True
        time.sleep(0.05)
    return False


def test_both_streams_are_seen_in_order(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "echo one; echo two >&2; echo three; exit 5")
    assert (ran.status, ran.output, ran.limit) == (5, "one\ntwo\nthree\n", None)


def test_there_is_a_home_and_an_empty_work_folder(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "pwd; ls -A; echo $HOME; id -u; hostname")
    assert ran.output == "/home/user/work\n/home/user\n1000\nsandbox\n"


def test_each_run_starts_anew(sandbox: Bubblewrap) -> None:
    run(sandbox, "touch here /tmp/here /home/user/here /dev/shm/here")
    assert run(sandbox, "ls here /tmp/here /home/user/here /dev/shm/here 2>/dev/null").output == ""


def test_root_s_home_is_not_there(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "ls /root; cat /etc/shadow; ls -A /home")
    assert ran.output == (
        "ls: cannot access '/root': No such file or directory\n"
        "cat: /etc/shadow: No such file or directory\nuser\n"
    )


def test_files_of_the_host_are_not_there(sandbox: Bubblewrap, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    ran = run(sandbox, f"cat {secret}; ls {Path.cwd()}; cat /proc/1/root{secret}")
    assert ran.status == 1
    assert "a secret" not in ran.output
    assert ran.output.count("No such file or directory") == 2
    assert ran.output.splitlines()[2] == f"cat: /proc/1/root{secret}: Permission denied"


@pytest.mark.parametrize(
    "place", ["/", "/usr/", "/usr/local/bin/", "/etc/", "/dev/", "/bin/", "/home/", "/proc/"]
)
def test_nothing_can_be_written_outside(sandbox: Bubblewrap, place: str) -> None:
    ran = run(sandbox, f"echo harm > {place}fixbook-was-here")
    assert ran.status == 2
    assert not Path(place, "fixbook-was-here").exists()


def test_settings_of_the_kernel_cannot_be_written(sandbox: Bubblewrap) -> None:
    before = Path("/proc/sys/kernel/core_pattern").read_bytes()
    ran = run(sandbox, "echo '|/bin/false' > /proc/sys/kernel/core_pattern")
    assert ran.status == 2
    assert Path("/proc/sys/kernel/core_pattern").read_bytes() == before


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "1.1.1.1", "fd00::1", "2001:db8::1"])
def test_no_other_host_can_be_reached(sandbox: Bubblewrap, address: str) -> None:
    ran = run(sandbox, f"bash -c ': > /dev/tcp/{address}/80'")
    assert ran.status == 1
    assert ran.output.splitlines()[0] == "bash: connect: Network is unreachable"


def test_the_host_s_own_servers_cannot_be_reached(sandbox: Bubblewrap) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ran = run(sandbox, f"bash -c ': > /dev/tcp/127.0.0.1/{port}'")
    assert ran.output.splitlines()[0] == "bash: connect: Connection refused"


def test_names_are_not_looked_up(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "getent hosts localhost; getent hosts example.com")
    assert (ran.status, ran.output) == (2, "::1             localhost\n")


def test_variables_of_the_host_are_not_seen(
    sandbox: Bubblewrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIXBOOK_SECRET", "a secret")
    ran = run(
        sandbox,
        "env | sed 's/=.*//' | sort; cat /proc/*/environ 2>/dev/null | grep -c FIXBOOK_SECRET",
    )
    assert ran.output.split() == [
        *("HOME", "LANG", "PATH", "PWD", "SHELL", "TERM", "TZ", "USER"),
        "0",
    ]


def test_nothing_of_the_host_s_processes_is_seen(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "ls /proc | grep -c '^[0-9]'; kill -0 $(seq 30 4000) 2>/dev/null")
    assert ran.status == 1
    assert int(ran.output) < 10


def test_what_is_left_behind_is_killed(sandbox: Bubblewrap) -> None:
    mark = f"86399.{os.getpid()}"
    command = f"nohup setsid sleep {mark} >/dev/null 2>&1 & (trap '' TERM HUP; sleep {mark}) &"
    with sandbox.shell() as shell:
        ran = Session(shell, LIMITS).run(f"{command} sleep 0.2", seconds=LIMITS.step_seconds)
        assert ran.status == 0
        assert len(running(mark)) == 2
    assert gone(mark)


def test_killing_everything_kills_only_the_run(sandbox: Bubblewrap) -> None:
    with sandbox.shell() as shell:
        session = Session(shell, LIMITS)
        session.run("sleep 99 &", seconds=LIMITS.step_seconds)
        limit = LIMITS.step_seconds
        assert session.run("kill -9 1; kill -9 -1; exit 3", seconds=limit).status == 3
        gone = "while pgrep -x sleep >/dev/null; do :; done"
        assert session.run(f"{gone}; ps ax -o comm=", seconds=limit).output == "sh\nps\n"


def test_processes_without_end_are_stopped(sandbox: Bubblewrap) -> None:
    mark = f"86398.{os.getpid()}"
    ran = run(sandbox, f"bash -c 'bomb() {{ sleep {mark} & bomb | bomb & }}; bomb; wait; sleep 99'")
    assert "fork: retry: Resource temporarily unavailable" in ran.output
    assert gone(mark)


def test_the_processes_of_a_run_are_counted_by_run(sandbox: Bubblewrap) -> None:
    command = "for i in $(seq 40); do sleep 9 & done; echo started"
    with sandbox.shell() as first, sandbox.shell() as second:
        sessions = [Session(first, LIMITS), Session(second, LIMITS)]
        started = [session.run(command, seconds=5).output for session in sessions]
    assert started == ["started\n", "started\n"]


def test_a_process_cannot_have_all_memory(sandbox: Bubblewrap) -> None:
    small = ResourceLimits(process_memory=64 * MEBIBYTE)
    ran = run(sandbox, "tail /dev/zero", limits=small)
    assert (ran.status, ran.output) == (1, "tail: memory exhausted\n")


def test_processes_together_cannot_have_all_memory(sandbox: Bubblewrap) -> None:
    hog = "(head -c 120M /dev/zero; sleep 60) | tail -c 120M &"
    ran = run(sandbox, f"{hog} {hog} {hog} {hog} wait")
    assert (ran.status, ran.limit) == (None, "memory")


def test_an_output_without_end_is_stopped(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "echo first; yes")
    assert (ran.status, ran.limit) == (None, "output")
    assert ran.output[:10] == "first\ny\ny\n"
    assert len(ran.output) < LIMITS.kept + 20


@pytest.mark.parametrize("folder", [".", "/tmp", "/home/user", "/dev/shm"])  # noqa: S108 - inside
def test_a_disk_can_be_filled_only_so_far(sandbox: Bubblewrap, folder: str) -> None:
    ran = run(sandbox, f"dd if=/dev/zero of={folder}/big bs=1M 2>&1 | head -1; du -sm {folder}")
    assert ran.output.splitlines() == [
        f"dd: error writing '{folder}/big': No space left on device",
        f"8\t{folder}",
    ]


def test_sleeping_for_ever_is_stopped(sandbox: Bubblewrap) -> None:
    mark = f"86397.{os.getpid()}"
    ran = run(sandbox, f"echo tired; sleep {mark}")
    assert (ran.status, ran.output, ran.limit) == (None, "tired\n", "time")
    assert gone(mark)


def test_there_are_no_rights_to_be_had(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; unshare -Ur true")
    assert ran.output.splitlines()[:3] == [
        "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000",
        "NoNewPrivs:\t1",
    ]
    assert ran.status == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is given up")
def test_root_is_given_up(sandbox: Bubblewrap) -> None:
    assert run(sandbox, "awk '{print $2}' /proc/self/uid_map").output == "0\n"
    with sandbox.shell() as shell:
        Session(shell, LIMITS)
        owners = {path.stat().st_uid for path in [Path(f"/proc/{shell.process.pid}/task")]}
    assert owners == {NOBODY}


def test_a_large_command_gets_through(sandbox: Bubblewrap) -> None:
    code = "# " + "x" * 60_000
    ran = run(sandbox, f"sh -c '{code}\n{code[:60_000]}\necho done'")
    assert ran.output == "done\n"


def test_a_program_that_is_no_sandbox_is_missing(tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions' >&2\nexit 1")
    program.chmod(0o755)
    tmp_path.chmod(0o755)
    missing = Bubblewrap(LIMITS, program=str(program)).missing()
    assert missing is not None
    assert missing.startswith(f"{program} cannot make a sandbox here: ")


def test_without_a_sandbox_there_is_still_an_end(tmp_path: Path) -> None:
    mark = f"86396.{os.getpid()}"
    ran = run(Unsandboxed(LIMITS), f"echo $HOME; ls -A; sleep {mark} & sleep 0.1")
    assert ran.status == 0
    assert not Path(ran.output.split()[0]).exists()
    assert gone(mark)
    assert tmp_path.exists()


def test_a_shell_that_cannot_be_limited_runs_nothing(sandbox: Bubblewrap) -> None:
    with sandbox.shell() as shell:
        shell.control.sendall(b"exit 1\n")
        with pytest.raises(SandboxMissing, match="the sandbox does not start"):
            Session(shell, LIMITS)
