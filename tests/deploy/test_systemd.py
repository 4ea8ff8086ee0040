"""The units of systemd: it understands them, and they confine what they start."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from corpus.settings import Settings

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "systemd"
SERVICES = ("fixbook.service", "fixbook-sync.service", "fixbook-verify.service")
UNITS = (*SERVICES, "fixbook-sync.timer", "fixbook-verify.timer")
NEEDED = (
    "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes",
    "PrivateTmp=yes", "RestrictSUIDSGID=yes", "SystemCallArchitectures=native", "UMask=0077",
)  # fmt: skip


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_them(tmp_path: Path) -> None:
    """With a program that is there, for Fixbook is not in /opt here."""
    for name in UNITS:
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", (FOLDER / name).read_text("utf-8"))
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_confined(name: str) -> None:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    assert [each for each in NEEDED if each not in lines] == []
    assert len([line for line in lines if line.startswith("User=fixbook")]) == 1


@pytest.mark.parametrize("name", ["fixbook.env", "verify.env"])
def test_every_variable_is_a_setting(name: str) -> None:
    known = {f"FIXBOOK_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"FIXBOOK_[A-Z_]+", (FOLDER / name).read_text("utf-8"))) - known == set()


def test_the_script_is_one_that_bash_understands() -> None:
    script = FOLDER / "run-due-checks"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)
