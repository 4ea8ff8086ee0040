"""What the languages say, and what is refused in a language that somebody adds."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from languages.loader import DEFAULT, folders, spoken_languages, tables
from tests.languages.esperanto import write_esperanto

ROOT = Path(__file__).parents[2]
GAP = re.compile(r"\{\w+\}")
NO_EXPRESSION = "'(' is no regular expression: missing ), unterminated subpattern at position 0"
FILES = ("answers", "discovery", "documents", "lint", "logs", "pages")


def test_languages() -> None:
    assert list(folders()) == ["en", "de", "zh"]
    assert spoken_languages() == ("en", "zh")


@pytest.mark.parametrize("name", FILES)
def test_all_languages_have_the_same_keys(name: str) -> None:
    english, *others = tables(name).values()
    assert others
    for other in others:
        assert list(other) == list(english)


def test_all_languages_say_what_to_do_after_an_error() -> None:
    english, *others = (table["after"] for table in tables("answers").values())
    for other in others:
        assert other.keys() == english.keys()


@pytest.mark.parametrize("name", ["answers", "discovery", "pages"])
def test_all_languages_have_the_same_gaps(name: str) -> None:
    english, *others = tables(name).values()
    for other in others:
        for key, text in english.items():
            if isinstance(text, str):
                assert {*GAP.findall(other[key])} == {*GAP.findall(text)}, key


def test_there_are_no_other_files() -> None:
    found = {file.stem for folder in folders().values() for file in folder.iterdir()}
    assert found == {*FILES, "specification"}


def loaded(place: Path) -> str:
    """What loading all files says with further languages in a folder."""
    script = (
        "from languages import loader; from corpus.lint import prompt_injection; "
        "[loader.texts(name) for name in ('pages', 'discovery')]; "
        "loader.pattern('documents', 'fix_heading'); loader.spoken_languages()"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT), "FIXBOOK_LANGUAGES_DIR": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stderr.splitlines()[-1] if run.stderr else ""


def test_a_language_may_be_added(tmp_path: Path) -> None:
    assert loaded(write_esperanto(tmp_path)) == ""


@pytest.mark.parametrize(
    ("name", "changes", "complaint"),
    [
        ("pages", {"search": None}, "search is missing"),
        ("pages", {"serch": "Serĉi"}, "serch is unknown"),
        ("documents", {"fix_heading": "solvo"}, "fix_heading may be a list of texts"),
        ("documents", {"fix_heading": [1]}, "fix_heading may be a list of texts"),
        ("pages", {"search": ["Serĉi"]}, "search may be a text"),
        ("pages", {"search": "{Serĉi"}, "search: expected '}' before end of string"),
        ("pages", {"results": "{m} artikoloj"}, "results has an unknown gap {m}"),
        (
            "documents",
            {"fix_heading": ["solvo", "("]},
            f"fix_heading: {NO_EXPRESSION}",
        ),
        ("lint", {"role": ["{robot}"]}, "role: there is no piece {robot}"),
        ("lint", {"role": ["("]}, f"role: {NO_EXPRESSION}"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_key(
    tmp_path: Path, name: str, changes: Mapping[str, Any], complaint: str
) -> None:
    place = write_esperanto(tmp_path, {name: changes})
    error = f"languages.LanguageError: {tmp_path / 'eo' / name}.toml: {complaint}"
    assert loaded(place) == error


def test_what_is_no_toml_is_named(tmp_path: Path) -> None:
    file = write_esperanto(tmp_path) / "eo" / "pages.toml"
    file.write_text("name = \n")
    assert loaded(tmp_path).startswith(f"languages.LanguageError: {file}: Invalid value (at line 1")


def test_pages_need_what_programs_find(tmp_path: Path) -> None:
    file = write_esperanto(tmp_path) / "eo" / "discovery.toml"
    file.unlink()
    assert loaded(tmp_path) == f"languages.LanguageError: {file} is missing: pages.toml needs it"


def test_vocabulary_without_pages_is_enough(tmp_path: Path) -> None:
    folder = write_esperanto(tmp_path) / "eo"
    for name in ("pages", "discovery", "logs"):
        (folder / f"{name}.toml").unlink()
    assert loaded(tmp_path) == ""


def test_the_command_line_says_it_in_a_line(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "cli", "check", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "FIXBOOK_LANGUAGES_DIR": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    message = "fixbook: FIXBOOK_LANGUAGES_DIR: may be a folder of language folders, not /nowhere\n"
    assert (run.returncode, run.stderr) == (2, message)


def test_english_is_the_one_that_others_are_compared_with() -> None:
    assert next(iter(folders())) == DEFAULT
