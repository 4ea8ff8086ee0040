"""Compiled templates are read again, unless the template or what compiles it has changed."""

import stat
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from api.pages.html.template_cache import TemplateCache


def rendered(folder: Path, source: str, options: bytes = b"") -> str:
    cache = TemplateCache(folder, options)
    loader = DictLoader({"page.html": source})
    return (
        Environment(loader=loader, bytecode_cache=cache, autoescape=True)
        .get_template("page.html")
        .render()
    )


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("__pycache__/*"))


@pytest.fixture(autouse=True)
def _writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered(tmp_path, "<p>{{ 1 + 1 }}") == "<p>2"
    assert len(files(tmp_path)) == 1
    monkeypatch.delattr(Environment, "_compile")
    assert rendered(tmp_path, "<p>{{ 1 + 1 }}") == "<p>2"


def test_what_has_changed_is_compiled_again(tmp_path: Path) -> None:
    assert rendered(tmp_path, "old") == "old"
    assert rendered(tmp_path, "new") == "new"
    assert len(files(tmp_path)) == 1
    assert rendered(tmp_path, "new", options=b"other") == "new"
    assert len(files(tmp_path)) == 2


def test_a_file_that_is_damaged_is_written_again(tmp_path: Path) -> None:
    rendered(tmp_path, "text")
    [file] = files(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    assert rendered(tmp_path, "text") == "text"
    assert file.read_bytes() == whole


def test_nothing_is_written_where_python_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert rendered(tmp_path, "text") == "text"
    assert files(tmp_path) == []


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("a file")
    assert rendered(tmp_path, "text") == "text"
    assert stat.S_ISREG((tmp_path / "__pycache__").stat().st_mode)
