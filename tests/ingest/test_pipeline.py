"""The pipeline: what changes, what stays, what goes, and what is published of it."""

from pathlib import Path

from corpus.store.generations import EMPTY
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import write_files
from tests.factories import numbered_document
from tests.ingest.conftest import Shelf, counts


def test_the_first_ingest_publishes_the_first_generation(shelf: Shelf) -> None:
    shelf.write({f"{n}.md": numbered_document(n) for n in range(3)})

    report = shelf.ingest()

    assert counts(report) == {"added": 3}
    assert (report.generation, report.articles, report.published) == (1, 3, True)
    assert report.good
    assert shelf.titles() == {
        "article-000": "Article number 0",
        "article-001": "Article number 1",
        "article-002": "Article number 2",
    }


def test_only_what_changed_is_written(shelf: Shelf) -> None:
    shelf.write({f"{n}.md": numbered_document(n) for n in range(4)})
    shelf.ingest()
    shelf.delete("0.md")
    shelf.write({"1.md": numbered_document(1, title="Renamed"), "9.md": numbered_document(9)})

    report = shelf.ingest()

    assert counts(report) == {"added": 1, "changed": 1, "unchanged": 2, "removed": 1}
    assert (report.generation, report.articles, report.published) == (2, 4, True)
    assert shelf.titles() == {
        "article-001": "Renamed",
        "article-002": "Article number 2",
        "article-003": "Article number 3",
        "article-009": "Article number 9",
    }


def test_nothing_new_is_no_new_generation(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    before = shelf.ingest()
    notice = shelf.library.notice.value()

    report = shelf.ingest()

    assert counts(report) == {"unchanged": 1}
    assert (report.generation, report.articles, report.published) == (1, 1, False)
    assert shelf.library.current().number == before.generation
    assert shelf.library.notice.value() == notice


def test_an_empty_folder_is_an_empty_corpus(shelf: Shelf) -> None:
    shelf.write({".keep": ""})

    report = shelf.ingest()

    assert (report.generation, report.articles, report.published) == (1, 0, True)
    assert shelf.titles() == {}


def test_everything_can_go(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.ingest()
    shelf.delete("a.md")

    assert counts(shelf.ingest()) == {"removed": 1}
    assert shelf.titles() == {}


def test_servers_are_told_of_a_new_generation(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    before = shelf.library.notice.value()

    shelf.ingest()

    assert shelf.library.notice.value() == before + 1


def test_the_summary_is_one_line(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": ""})

    report = shelf.ingest()

    assert report.summary().startswith(
        "1 articles in generation 1: 1 added, 0 changed, 0 unchanged, 0 removed, 1 rejected in "
    )
    machine = report.as_dict()
    assert machine.pop("seconds") == report.seconds
    assert machine == {
        "generation": 1,
        "articles": 1,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
        "rejected": 1,
        "published": True,
        "advice": None,
        "problems": [
            {
                "path": str(shelf.content / "b.md"),
                "line": 1,
                "message": "empty",
                "warning": False,
            }
        ],
    }


def test_progress_is_told(shelf: Shelf) -> None:
    shelf.write({f"{n}.md": numbered_document(n) for n in range(3)})
    told: list[tuple[int, int]] = []

    ingest(
        shelf.library,
        [shelf.content],
        options=IngestOptions(),
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 3), (2, 3), (3, 3)]


# Options


def test_add_keeps_what_lies_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write({f"{n}.md": numbered_document(n) for n in range(3)})
    shelf.ingest()
    more = write_files(tmp_path / "more", {"new.md": numbered_document(7)})

    report = shelf.ingest(more, options=IngestOptions(add=True))

    assert counts(report) == {"added": 1}
    assert sorted(shelf.titles()) == ["article-000", "article-001", "article-002", "article-007"]


def test_add_of_one_file_replaces_that_file(shelf: Shelf) -> None:
    shelf.write({"sub/a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shelf.write({"sub/a.md": numbered_document(1, title="Renamed")})

    report = shelf.ingest(shelf.content / "sub" / "a.md", options=IngestOptions(add=True))

    assert counts(report) == {"changed": 1}
    assert shelf.titles() == {"article-001": "Renamed", "article-002": "Article number 2"}


def test_the_paths_together_are_the_corpus(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    more = write_files(tmp_path / "more", {"c.md": numbered_document(3)})

    report = shelf.ingest(shelf.content / "a.md", more)

    assert counts(report) == {"added": 1, "unchanged": 1, "removed": 1}
    assert sorted(shelf.titles()) == ["article-001", "article-003"]


def test_strict_publishes_nothing_unless_all_is_good(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.ingest()
    shelf.write({"b.md": numbered_document(2), "c.md": ""})

    report = shelf.ingest(options=IngestOptions(strict=True))

    assert counts(report) == {"added": 1, "unchanged": 1, "rejected": 1}
    assert (report.generation, report.articles, report.published) == (1, 1, False)
    assert shelf.titles() == {"article-001": "Article number 1"}

    shelf.delete("c.md")
    assert shelf.ingest(options=IngestOptions(strict=True)).published
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_a_warning_does_not_stop_a_strict_ingest(shelf: Shelf) -> None:
    shelf.write({"a.md": "# A\n\nSee [b](NET-404)."})

    report = shelf.ingest(options=IngestOptions(strict=True))

    assert report.published
    assert shelf.complaints(report) == [
        "a.md:3: warning: the reference 'NET-404' leads to no article"
    ]


def test_a_dry_run_says_what_would_happen(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shelf.delete("b.md")
    shelf.write({"a.md": numbered_document(1, title="Renamed"), "c.md": numbered_document(3)})

    report = shelf.ingest(options=IngestOptions(dry_run=True))

    assert counts(report) == {"added": 1, "changed": 1, "removed": 1}
    assert (report.generation, report.articles, report.published) == (1, 2, False)
    assert shelf.titles() == {"article-001": "Article number 1", "article-002": "Article number 2"}


def test_a_dry_run_over_nothing_leaves_nothing(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})

    assert counts(shelf.ingest(options=IngestOptions(dry_run=True))) == {"added": 1}

    assert shelf.library.current() == EMPTY
    assert not shelf.library.settings.index_dir.exists()


def test_rebuild_reads_everything_again(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()

    report = shelf.ingest(options=IngestOptions(rebuild=True))

    assert counts(report) == {"changed": 2}
    assert report.generation == 2
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_rebuild_keeps_the_good_version_of_what_is_bad_now(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shelf.write({"b.md": "---\ntitle: [\n---\n"})

    report = shelf.ingest(options=IngestOptions(rebuild=True))

    assert counts(report) == {"changed": 1, "rejected": 1}
    assert sorted(shelf.titles()) == ["article-001", "article-002"]
    assert counts(shelf.ingest()) == {"unchanged": 1, "rejected": 1}


def test_rebuild_with_add_keeps_what_lies_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.ingest()
    more = write_files(tmp_path / "more", {"b.md": numbered_document(2)})

    shelf.ingest(more, options=IngestOptions(add=True, rebuild=True))

    assert sorted(shelf.titles()) == ["article-001", "article-002"]
