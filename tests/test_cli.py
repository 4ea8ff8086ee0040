"""Every command, as it is typed: what it prints, and how it ends."""

import io
import json
import shutil
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert

import cli
from api.responses.articles import ArticleObject
from api.specification import standalone
from corpus.store.generations import ingest_lock
from tests.conftest import write_files
from tests.databases import database_url
from tests.factories import make_article, make_document, make_metadata, make_translation

MESSAGE = "Error: cannot attach shared segment 9041: tenant quota exceeded [E4711]"
BODY = """\
## Errors

| Error | Cause | Solution |
|---|---|---|
| `Error: cannot attach shared segment 77: tenant quota exceeded [E4711]` | Too many | Remove |"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for machines."""
        return json.loads(self.out)


Fixbook = Callable[..., Ended]
"""From arguments, and bytes for standard input, to what came of it."""


@pytest.fixture
def fixbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Fixbook:
    """Runs the command in an empty folder, with nothing set but where content and data are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIXBOOK_PUBLIC_URL", "https://fixbook.example")
    monkeypatch.setenv("FIXBOOK_DATABASE_URL", database_url(tmp_path / "data"))

    def run(*arguments: str | Path, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["fixbook", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, captured.out, captured.err)

    return run


@pytest.fixture
def filled(fixbook: Fixbook, tmp_path: Path) -> Fixbook:
    """The same over a corpus: one article in two languages, and twelve others."""
    article = make_article(
        slug="quota",
        metadata=make_metadata(code="MEM-001", keywords=["segment quota"]),
        translations=[
            make_translation(title="Quota of segments", body=BODY),
            make_translation(lang="zh", title="共享段配额", summary="配额。", body=BODY),
        ],
    )
    write_files(
        tmp_path / "content",
        {"quota.md": make_document(article), "quota.zh.md": make_document(article, lang="zh")},
    )
    write_files(
        tmp_path / "content",
        {f"other-{n}.md": f"# Disk {n} is full\n\nMake room.\n" for n in range(12)},
    )
    assert fixbook("ingest").code == 0
    return fixbook


def first_lines(ended: Ended, number: int = 1) -> Sequence[str]:
    assert ended.code == 0, ended
    return ended.out.splitlines()[:number]


# ingest


def test_ingest_says_what_it_did(fixbook: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path / "content", {"quota.md": make_document(make_article(slug="quota"))})
    first, second = fixbook("ingest"), fixbook("ingest")

    assert (first.code, first.err) == (0, "")
    assert first.out.startswith(
        "1 articles in generation 1: 1 added, 0 changed, 0 unchanged, 0 removed, 0 rejected in "
    )
    assert second.out.startswith("1 articles in generation 1: 0 added, 0 changed, 1 unchanged")


def test_ingest_for_machines(fixbook: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path / "content", {"a.md": "# A\n\nText.\n", "b.md": b"\xff"})
    ended = fixbook("ingest", "--json")

    assert ended.code == 1
    report = ended.json
    assert report.pop("seconds") > 0
    [problem] = report.pop("problems")
    assert report == {
        "generation": 1,
        "articles": 1,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
        "rejected": 1,
        "advice": None,
        "published": True,
    }
    assert problem == {
        "path": str(Path("content/b.md")),
        "line": 1,
        "message": "not UTF-8: invalid start byte",
        "warning": False,
    }


def test_a_bad_article_is_told_and_ends_with_1(fixbook: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path / "content", {"a.md": "# A\n\nText.\n", "b.md": b"\xff"})
    ended = fixbook("ingest")

    assert ended.code == 1
    assert ended.err.startswith("content/b.md:")
    assert "1 added" in ended.out


def test_strict_publishes_nothing_unless_all_are_good(fixbook: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path / "content", {"a.md": "# A\n\nText.\n", "b.md": b"\xff"})

    assert fixbook("ingest", "--strict").code == 1
    assert fixbook("search", "A").code == 3
    (tmp_path / "content" / "b.md").unlink()
    assert fixbook("ingest", "--strict").code == 0
    assert fixbook("search", "A").code == 0


def test_paths_are_the_corpus_and_add_keeps_the_rest(fixbook: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path, {"one/a.md": "# A\n", "two/b.md": "# B\n"})

    assert fixbook("ingest", "one", "--json").json["added"] == 1
    added = fixbook("ingest", tmp_path / "two", "--add", "--json").json
    assert (added["added"], added["removed"], added["articles"]) == (1, 0, 2)
    replaced = fixbook("ingest", "two", "--json").json
    assert (replaced["unchanged"], replaced["removed"], replaced["articles"]) == (1, 1, 1)


def test_a_dry_run_changes_nothing(fixbook: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path / "content", {"a.md": "# A\n"})
    report = fixbook("ingest", "--dry-run", "--json").json

    assert (report["added"], report["published"], report["generation"]) == (1, False, 0)
    assert fixbook("search", "A").code == 3


def test_rebuild_reads_everything_again(filled: Fixbook) -> None:
    report = filled("ingest", "--rebuild", "--json").json
    assert (report["changed"], report["unchanged"], report["generation"]) == (13, 0, 2)


def test_a_second_ingest_is_refused(filled: Fixbook, tmp_path: Path) -> None:
    with ingest_lock(tmp_path / "data"):
        ended = filled("ingest")
    assert ended.code == 3
    assert ended.err == ("fixbook: another ingest is running; try again when it has finished\n")


def test_version(fixbook: Fixbook) -> None:
    assert fixbook("--version").out == f"fixbook {version('fixbook')}\n"


# search, show, diagnose


def test_search(filled: Fixbook) -> None:
    assert first_lines(filled("search", "segment", "quota"), 2) == [
        "Quota of segments",
        "    quota",
    ]
    assert first_lines(filled("search", "MEM-001", "--lang", "zh")) == ["共享段配额"]
    assert filled("search", "zzzqqq").out == "0 articles\n"
    found = filled("search", "disk full", "--limit", "3", "--json").json
    assert (found["total"], len(found["items"])) == (12, 3)
    assert found["items"][0]["url"].startswith("https://fixbook.example/api/v1/articles/other-")


def test_show(filled: Fixbook) -> None:
    english = filled("show", "quota")
    assert (english.code, english.out[:20]) == (0, "# Quota of segments\n")
    for name in ("MEM-001", "art_PortClosed01"):
        assert filled("show", name).out == english.out
    assert first_lines(filled("show", "quota", "--lang", "zh")) == ["# 共享段配额"]
    assert first_lines(filled("show", "quota", "--lang", "fr")) == ["# Quota of segments"]
    shown = filled("show", "quota", "--format", "json", "--lang", "zh").json
    assert convert(shown, ArticleObject).title == "共享段配额"


def test_diagnose(filled: Fixbook, tmp_path: Path) -> None:
    log = f"starting\n{MESSAGE}\n".encode()
    (tmp_path / "log.txt").write_bytes(log)

    for ended in (filled("diagnose", stdin=log), filled("diagnose", "-", stdin=log),
                  filled("diagnose", "log.txt")):  # fmt: skip
        assert first_lines(ended, 3) == [
            "exact: searched 13 articles",
            "Quota of segments",
            "    quota",
        ]
    found = filled("diagnose", "--lang", "zh", "--limit", "1", "--json", stdin=log).json
    assert (found["outcome"], len(found["matches"])) == ("exact", 1)
    none = filled("diagnose", stdin=b"all is well")
    assert none.out == "none: searched 13 articles\n"
    for text, status in ((log, 0), (b"all is well", 1)):
        assert filled("diagnose", "--exit-code", stdin=text).code == status


def test_a_log_may_be_long_and_need_not_be_text(filled: Fixbook) -> None:
    log = b"\xff\x00" * 200_000 + f"\n{MESSAGE}\n".encode()
    assert first_lines(filled("diagnose", stdin=log)) == ["exact: searched 13 articles"]


# check, export, openapi


def test_check_needs_no_database(fixbook: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path / "content", {"a.md": "# A\n\n[b](TRANS-999)\n"})
    good = fixbook("check")
    assert (good.code, good.out) == (0, "")
    assert good.err == ("content/a.md:3: warning: the reference 'TRANS-999' leads to no article\n")
    assert fixbook("check", "--strict").code == 1
    write_files(tmp_path / "content", {"b.md": b"\xff"})
    assert fixbook("check").code == 1
    assert fixbook("check", "content/a.md").code == 0
    bad = fixbook("check", "--json", "content/b.md")
    assert (bad.code, len(bad.json["problems"])) == (1, 1)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["ingest", "check"])
def test_nothing_to_read_is_an_error(fixbook: Fixbook, tmp_path: Path, command: str) -> None:
    write_files(tmp_path / "content", {"a.rst": "A", "b.rst": "B"})

    ended = fixbook(command)

    assert ended.code == 1
    message = "content:1: no Markdown file (.md, .markdown, .mdx) is in it, only 2 .rst\n"
    assert ended.err == message


def test_export_and_ingest_elsewhere(filled: Fixbook, tmp_path: Path) -> None:
    before = filled("show", "quota", "--format", "json").out
    assert filled("export", "out").out == "14 documents in out\n"
    assert filled("export", "again", "--json").json == {"documents": 14, "folder": "again"}
    shutil.rmtree(tmp_path / "data")

    assert filled("ingest", "out", "--json").json["added"] == 13
    assert filled("show", "quota", "--format", "json").out == before


def test_export_as_one_file(filled: Fixbook, tmp_path: Path) -> None:
    assert filled("export", "--bundle", "a.fixbook").out == (
        "13 articles of generation 1 in a.fixbook\n"
    )
    again = filled("export", "--bundle", "b.fixbook", "--json").json
    assert (again["generation"], again["articles"], again["file"]) == (1, 13, "b.fixbook")
    assert (tmp_path / "a.fixbook").read_bytes() == (tmp_path / "b.fixbook").read_bytes()


def test_a_bundle_that_cannot_be_served_ends_with_2(fixbook: Fixbook, tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("# A note\n")
    ended = fixbook("serve", "--bundle", "note.md")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "fixbook: note.md is not a bundle, or is damaged\n"
    missing = fixbook("serve", "--bundle", "missing")
    assert (missing.code, missing.err) == (2, "fixbook: missing: No such file or directory\n")
    assert not (tmp_path / "data").exists()


def test_openapi(fixbook: Fixbook) -> None:
    assert fixbook("openapi").json == standalone()


# How commands end


def test_wrong_usage_ends_with_2(filled: Fixbook, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (
        ["nonsense"], ["ingest", "--nonsense"], ["show"], ["search"], ["show", "nothing-like-it"],
        ["show", "quota", "--format", "xml"], ["search", "x", "--limit", "0"],
        ["diagnose", "missing.txt"], ["diagnose", "."], ["diagnose"], ["export", "content"],
        ["export"], ["export", "out", "--bundle", "a.fixbook"], ["serve", "--port", "70000"],
    ):  # fmt: skip
        ended = filled(*arguments)
        assert (arguments, ended.code) == (arguments, 2)
        assert ended.err
        assert "Traceback" not in ended.err
    monkeypatch.setenv("FIXBOOK_SEARCH_URL", "lucene")
    assert filled("search", "x").err == (
        "fixbook: FIXBOOK_SEARCH_URL: may be whoosh, tantivy or opensearch://host:9200/name "
        "(opensearchs:// for TLS; several hosts with commas)\n"
    )
    assert filled("search", "x").code == 2
    monkeypatch.delenv("FIXBOOK_SEARCH_URL")
    monkeypatch.setenv("FIXBOOK_VECTORS", "content")
    for command in (["search", "x"], ["ingest"]):
        ended = filled(*command)
        assert ended.code == 2
        assert ended.err == (
            "fixbook: FIXBOOK_VECTORS: may be a folder with the files of a static model, as "
            "Model2Vec saves it; model.safetensors and tokenizer.json cannot be found in this one\n"
        )


@pytest.mark.sqlite("damages the file")
def test_a_failing_database_or_index_ends_with_3(filled: Fixbook, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data" / "index")
    assert filled("search", "x").code == 3
    for file in (tmp_path / "data").glob("fixbook.db*"):
        file.write_bytes(b"nonsense" * 1_000)
    for arguments in (["search", "x"], ["ingest"], ["show", "quota"], ["export", "out"]):
        ended = filled(*arguments)
        assert (ended.code, ended.out) == (3, "")
        assert ended.err == "fixbook: the database is damaged\n"


def test_a_data_folder_that_cannot_be_made_ends_with_3(fixbook: Fixbook, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    ended = fixbook("search", "x")
    assert ended.code == 3
    assert ended.err.startswith("fixbook: ")


def test_help_ends_with_0(fixbook: Fixbook) -> None:
    assert fixbook("--help").code == 0
    for command in ("serve", "ingest", "search", "show", "diagnose", "check", "export", "openapi"):
        assert fixbook(command, "--help").code == 0
        assert command in fixbook("--help").out


# doctor, backup, restore


def test_doctor(filled: Fixbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIXBOOK_PORT", "0")
    well = filled("doctor")
    write_files(tmp_path / "content", {"bad.md": b"\xff"})
    worse = filled("doctor", "--json")
    shutil.rmtree(tmp_path / "data" / "index")
    worst = filled("doctor")

    assert (well.code, well.err) == (0, "")
    assert "good    index     whoosh has all 13 articles\n" in well.out
    assert worse.code == 1
    [bad] = [finding for finding in worse.json["findings"] if finding["state"] == "bad"]
    assert (bad["about"], bad["advice"]) == ("content", "`fixbook check` says where and what")
    assert worst.code == 3
    assert "bad     index     whoosh has no index of generation 1 → " in worst.out


def test_backup_and_restore(filled: Fixbook, tmp_path: Path) -> None:
    asked = ("search", "segment quota", "--json")
    before = filled(*asked)
    made = filled("backup", "of.today")
    shutil.rmtree(tmp_path / "content")
    (tmp_path / "content").mkdir()
    write_files(tmp_path / "content", {"other.md": "# Other\n\nText.\n"})
    assert filled("ingest").code == 0
    restored = filled("restore", "of.today", "--json")

    assert first_lines(made) == ["13 articles of generation 1 in of.today"]
    assert restored.json == {"generation": 3, "articles": 13, "file": "of.today"}
    assert filled(*asked) == before


def test_restoring_what_is_no_backup(filled: Fixbook, tmp_path: Path) -> None:
    write_files(tmp_path, {"hello": "hello"})
    ended = filled("restore", "hello")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "fixbook: hello is not a bundle, or is damaged\n"


def test_what_articles_hold_does_nothing_to_the_terminal(fixbook: Fixbook, tmp_path: Path) -> None:
    """Control characters are printed as what they are called, in JSON as well."""
    bad = "red \x1b[31m, title \x1b]0;x\x07, \x9b2J"
    body = f"## Errors\n\n|Error|Cause|Fix|\n|-|-|-|\n|`{bad} quota`|{bad}|{bad}|\n"
    write_files(tmp_path / "content", {"a.md": f"# Quota {bad}\n\n{body}"})
    assert fixbook("ingest").code == 0
    log = tmp_path / "log.txt"
    log.write_text(f"{bad} quota")
    for command in (
        ["show", "a"], ["show", "a", "--format", "json"], ["search", "quota"],
        ["search", "quota", "--json"], ["diagnose", log], ["diagnose", log, "--json"],
    ):  # fmt: skip
        ended = fixbook(*command)
        assert ended.code == 0
        raw = [c for c in ended.out if unicodedata.category(c) == "Cc" and c != "\n"]
        assert (command, raw) == (command, [])
    assert "\\x1b[31m" in fixbook("show", "a").out
    assert "\x1b[31m" in fixbook("show", "a", "--format", "json").json["title"]
