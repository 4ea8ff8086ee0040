"""The Dockerfile against the tree: what it copies is there, what it installs is what we need."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "Dockerfile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def instructions(name: str) -> list[str]:
    """What stands after an instruction, line continuations joined."""
    joined = TEXT.replace("\\\n", " ")
    return re.findall(rf"^{name} +(.*)$", joined, re.MULTILINE)


def sources() -> list[str]:
    """What is copied from the tree."""
    copied = [line.split() for line in instructions("COPY") if "--from" not in line]
    return [source for parts in copied for source in parts[:-1]]


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return dict(line.partition(" ;")[0].split("==") for line in lines)


@pytest.mark.parametrize("source", sources())
def test_what_is_copied_is_there_and_reaches_the_builder(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source}" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def test_nothing_else_reaches_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert kept == set(sources())


def test_all_packages_are_copied() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "tests"}
    assert packages - set(sources()) == set()


def test_the_extras_are_those_of_the_project() -> None:
    (install,) = (line for line in instructions("RUN") if "-r requirements.txt" in line)
    extras = PROJECT["optional-dependencies"]
    needed = {name for extra, names in extras.items() if extra != "dev" for name in names}
    installed = install.partition("-c requirements-dev.txt")[2].replace('"', "").split()
    assert set(installed) == needed


def test_both_lists_of_requirements_agree() -> None:
    """One of them constrains what the other one installs."""
    ours, all_ = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: all_[name] for name in ours} == ours


def test_it_runs_as_nobody_special_and_without_a_shell() -> None:
    assert [line for line in instructions("USER") if re.match(r"(root|0)\b", line)] == []
    assert instructions("USER") != []
    (entry,) = (json.loads(line) for line in instructions("ENTRYPOINT"))
    assert list(PROJECT["scripts"]) == entry
    assert [json.loads(line) for line in instructions("CMD")] == [["serve"]]


def test_the_tools_of_the_build_stay_behind() -> None:
    assert [line for line in instructions("RUN") if "pip uninstall" in line][-1].startswith("pip")
    (packages,) = re.findall(r"apt-get install [-a-z ]*?((?: [a-z]\S*)+)", TEXT)
    assert packages.split() == ["ca-certificates", "git", "openssh-client"]  # for `fixbook sync`
