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
    """The pinned versions of a list, in which each file is known by its hash."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        pin, _, hashes = line.partition(" --hash=sha256:")
        package, version = pin.partition(" ;")[0].split("==")
        assert hashes, package
        found[package] = version.strip()
    return found


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
    assert "pip install --require-hashes -r requirements-image.txt" in instructions("RUN")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (image,) = re.findall(r"^IMAGE := (.*)$", makefile, re.MULTILINE)
    extras = PROJECT["optional-dependencies"]
    assert set(image.split()) == set(extras) - {"dev"}
    needed = {name.partition("[")[0] for extra in image.split() for name in extras[extra]}
    assert needed - set(pins("requirements-image.txt")) == set()


def test_the_lists_of_requirements_agree() -> None:
    all_ = pins("requirements-dev.txt")
    for name in ("requirements.txt", "requirements-image.txt"):
        ours = pins(name)
        assert {package: all_[package] for package in ours} == ours


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
