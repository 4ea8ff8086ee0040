"""Whatever can be set, typed or asked is in the documentation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.specification import standalone
from cli.application import COMMANDS, load_command
from corpus.settings import Settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def documentation() -> str:
    files = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(file.read_text("utf-8") for file in files)


def commands() -> dict[str, Any]:
    """Typer's own kind of command, by name."""
    return {name: load_command(name) for name in COMMANDS}


def options(command: Any) -> Iterator[str]:
    names = (name for parameter in command.params for name in parameter.opts)
    return (name for name in names if name.startswith("--") and name != "--help")


def test_every_setting(documentation: str) -> None:
    names = [f"FIXBOOK_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if name not in documentation] == []


def test_every_command_and_option(documentation: str) -> None:
    missing = []
    for name, command in commands().items():
        lines = [line for line in documentation.splitlines() if f"fixbook {name}" in line]
        missing += [f"fixbook {name}"] if not lines else []
        missing += [
            f"fixbook {name} {option}"
            for option in options(command)
            if not any(option in line for line in lines)
        ]
    assert missing == []


def test_every_command_and_option_says_what_it_is_for() -> None:
    for name, command in commands().items():
        assert command.help, name
        for parameter in command.params:
            assert parameter.help, (name, parameter.name)


def test_every_route_and_parameter(documentation: str) -> None:
    missing = []
    for path, operations in standalone()["paths"].items():
        missing += [path] if path not in documentation else []
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if not re.search(rf"[`?&]{parameter['name']}\b", documentation):
                    missing.append(f"{path} {parameter['name']}")
    assert missing == []


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_file_that_is_named_exists() -> None:
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    missing = []
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        text = page.read_text("utf-8")
        missing += [name for name in re.findall(r"`(test_\w+\.py)`", text) if name not in tests]
        paths = re.findall(
            r"`((?:api|cli|corpus|ingest|languages|tests|verify|bench|deploy)/[\w./-]+)`", text
        )
        missing += [path for path in paths if not (ROOT / path).exists()]
    assert missing == []


def test_nobody_is_told_to_install_what_is_not_ours_to_name() -> None:
    """In a package index `fixbook` may be somebody else's; what is here comes from a clone."""
    folders = ("api", "cli", "corpus", "docs", "ingest", "verify")
    files = [
        ROOT / "README.md",
        *(
            file
            for folder in folders
            for file in (ROOT / folder).rglob("*.*")
            if file.suffix != ".pyc"
        ),
    ]
    told = re.compile(r"pip install [^\n`]*\bfixbook\b")
    assert [file.name for file in files if told.search(file.read_text("utf-8", "replace"))] == []
