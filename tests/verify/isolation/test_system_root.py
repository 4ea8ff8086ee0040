"""System roots: links are followed as inside."""

from pathlib import Path

import pytest

from verify.isolation.system_root import SystemRoot


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/usr/bin/dash", "usr/bin/dash"),
        ("../usr/bin/dash", "usr/bin/dash"),
        ("../../../../usr/bin/dash", "usr/bin/dash"),
        ("/etc/passwd", None),
        ("../../../../etc/passwd", None),
        ("link", None),
    ],
)
def test_a_link_leads_nowhere_else(tmp_path: Path, target: str, found: str | None) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/dash").touch()
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/link").symlink_to(target)
    expected = tmp_path / found if found else None
    assert SystemRoot(tmp_path).find("/etc/link") == expected


def test_a_folder_that_is_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/sh").touch()
    (tmp_path / "bin").symlink_to("/usr/bin")
    assert SystemRoot(tmp_path).find("/bin/sh") == tmp_path / "usr/bin/sh"


def test_a_system_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('NAME=Small\nPRETTY_NAME="Small Linux 7"\n')
    assert SystemRoot(tmp_path).description() == "Small Linux 7"


def test_what_is_no_system_is_none(tmp_path: Path) -> None:
    root = SystemRoot(tmp_path)
    assert root.description() == ""
    assert root.missing() == f"{tmp_path} is no root file system: it has no folder /usr"
    (tmp_path / "usr").mkdir()
    assert root.missing() == f"{tmp_path} is no root file system: it has no /bin/sh"
