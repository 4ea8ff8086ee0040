"""Control groups: where one can be had, and what is written into it.

The kernel's file system is a folder here: on most machines no group is ours to divide.
"""

from pathlib import Path

import pytest

from verify.isolation.control_group import ControlGroup, control_group, delegated_group
from verify.isolation.resource_limits import MEBIBYTE, ResourceLimits

_PID = 4242
_LIMITS = ResourceLimits(memory=300 * MEBIBYTE, processes=64)


def make_group(
    folder: Path,
    *,
    path: str = "/user/scope",
    controllers: str = "cpu memory pids",
    divided: str = "",
    processes: str = f"{_PID}\n",
) -> Path:
    """A `/proc/self` of a process in a group of its own; the group is `folder` / user / scope."""
    group = folder / "user" / "scope"
    group.mkdir(parents=True)
    (group / "cgroup.controllers").write_text(f"{controllers}\n")
    (group / "cgroup.subtree_control").write_text(divided)
    (group / "cgroup.procs").write_text(processes)
    proc = folder / "proc"
    proc.mkdir()
    (proc / "cgroup").write_text(f"4:memory:/other\n0::{path}\n")
    (proc / "mountinfo").write_text(
        f"30 24 0:26 / {folder / 'v1'} rw shared:4 - cgroup cgroup rw,memory\n"
        f"31 24 0:27 / {folder} rw,nosuid shared:5 - cgroup2 cgroup2 rw\n"
    )
    return proc


def test_a_group_of_our_own_is_divided_and_the_runner_has_a_part(tmp_path: Path) -> None:
    group = delegated_group(make_group(tmp_path), _PID)
    assert group == tmp_path / "user" / "scope"
    assert (group / "runner" / "cgroup.procs").read_text() == str(_PID)
    assert (group / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_a_group_that_is_divided_already_stays_as_it_is(tmp_path: Path) -> None:
    group = delegated_group(make_group(tmp_path, divided="memory pids", processes=""), _PID)
    assert group == tmp_path / "user" / "scope"
    assert (group / "cgroup.subtree_control").read_text() == "memory pids"
    assert not (group / "runner").exists()


@pytest.mark.parametrize(
    "unlike",
    [{"processes": f"1\n{_PID}\n"}, {"controllers": "cpu pids"}, {"path": "/elsewhere"}],
)
def test_others_in_it_no_controllers_or_no_folder_is_none(
    tmp_path: Path, unlike: dict[str, str]
) -> None:
    assert delegated_group(make_group(tmp_path, **unlike), _PID) is None
    assert not (tmp_path / "user" / "scope" / "runner").exists()


def test_without_the_second_version_there_is_none(tmp_path: Path) -> None:
    proc = make_group(tmp_path)
    (proc / "mountinfo").write_text("24 1 0:22 / / rw - ext4 /dev/root rw\n")
    assert delegated_group(proc, _PID) is None
    assert delegated_group(tmp_path / "nothing", _PID) is None


def test_the_limits_of_a_run_are_written(tmp_path: Path) -> None:
    with control_group(_LIMITS, tmp_path) as group:
        assert group is not None
        written = {path.name: path.read_text() for path in group.folder.iterdir()}
        for path in group.folder.iterdir():
            path.unlink()  # the kernel's files go with their folder
    assert written == {
        "memory.max": str(300 * MEBIBYTE),
        "memory.oom.group": "1",
        "memory.swap.max": "0",
        "pids.max": "72",
    }
    assert list(tmp_path.iterdir()) == []


def test_a_kernel_that_ended_something_is_believed(tmp_path: Path) -> None:
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 2\n")
    assert ControlGroup(tmp_path).ran_out_of_memory()
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 0\n")
    assert not ControlGroup(tmp_path).ran_out_of_memory()


def test_no_parent_no_group() -> None:
    with control_group(_LIMITS, None) as group:
        assert group is None


def test_what_cannot_be_written_is_no_group(tmp_path: Path) -> None:
    with control_group(_LIMITS, tmp_path / "nothing") as group:
        assert group is None
