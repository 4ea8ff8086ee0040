"""The pipeline: what changes, what stays, what goes, and what is published of it."""

import shutil
from pathlib import Path

import pytest

from corpus import store
from corpus.article import State
from corpus.errors import Busy, Unavailable
from corpus.generation import EMPTY, ingest_lock, number_of
from corpus.library import Library
from corpus.search.engine import Field
from ingest.pipeline import Options, ingest
from ingest.readers import article_id
from ingest.report import Report
from tests.conftest import write_files
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_translation,
    numbered_document,
)
from tests.ingest.conftest import Shelf, found


def counts(report: Report) -> dict[str, int]:
    """What a report counts, zeros left out."""
    names = ("added", "changed", "unchanged", "removed", "rejected")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def named_document(slug: str, id_: str, *, title: str = "Title") -> str:
    """A document with these names."""
    return make_document(
        make_article(
            slug=slug,
            metadata=make_metadata(id=id_),
            translations=[make_translation(title=title)],
        )
    )


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
        options=Options(),
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 3), (2, 3), (3, 3)]


# Options


def test_add_keeps_what_lies_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write({f"{n}.md": numbered_document(n) for n in range(3)})
    shelf.ingest()
    more = write_files(tmp_path / "more", {"new.md": numbered_document(7)})

    report = shelf.ingest(more, options=Options(add=True))

    assert counts(report) == {"added": 1}
    assert sorted(shelf.titles()) == ["article-000", "article-001", "article-002", "article-007"]


def test_add_of_one_file_replaces_that_file(shelf: Shelf) -> None:
    shelf.write({"sub/a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shelf.write({"sub/a.md": numbered_document(1, title="Renamed")})

    report = shelf.ingest(shelf.content / "sub" / "a.md", options=Options(add=True))

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

    report = shelf.ingest(options=Options(strict=True))

    assert counts(report) == {"added": 1, "unchanged": 1, "rejected": 1}
    assert (report.generation, report.articles, report.published) == (1, 1, False)
    assert shelf.titles() == {"article-001": "Article number 1"}

    shelf.delete("c.md")
    assert shelf.ingest(options=Options(strict=True)).published
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_a_warning_does_not_stop_a_strict_ingest(shelf: Shelf) -> None:
    shelf.write({"a.md": "# A\n\nSee [b](NET-404)."})

    report = shelf.ingest(options=Options(strict=True))

    assert report.published
    assert shelf.complaints(report) == [
        "a.md:3: warning: the reference 'NET-404' leads to no article"
    ]


def test_a_dry_run_says_what_would_happen(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shelf.delete("b.md")
    shelf.write({"a.md": numbered_document(1, title="Renamed"), "c.md": numbered_document(3)})

    report = shelf.ingest(options=Options(dry_run=True))

    assert counts(report) == {"added": 1, "changed": 1, "removed": 1}
    assert (report.generation, report.articles, report.published) == (1, 2, False)
    assert shelf.titles() == {"article-001": "Article number 1", "article-002": "Article number 2"}


def test_a_dry_run_over_nothing_leaves_nothing(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})

    assert counts(shelf.ingest(options=Options(dry_run=True))) == {"added": 1}

    assert shelf.library.current() == EMPTY
    assert not shelf.library.settings.index_dir.exists()


def test_rebuild_reads_everything_again(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()

    report = shelf.ingest(options=Options(rebuild=True))

    assert counts(report) == {"changed": 2}
    assert report.generation == 2
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_rebuild_keeps_the_good_version_of_what_is_bad_now(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shelf.write({"b.md": "---\ntitle: [\n---\n"})

    report = shelf.ingest(options=Options(rebuild=True))

    assert counts(report) == {"changed": 1, "rejected": 1}
    assert sorted(shelf.titles()) == ["article-001", "article-002"]
    assert counts(shelf.ingest()) == {"unchanged": 1, "rejected": 1}


def test_rebuild_with_add_keeps_what_lies_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.ingest()
    more = write_files(tmp_path / "more", {"b.md": numbered_document(2)})

    shelf.ingest(more, options=Options(add=True, rebuild=True))

    assert sorted(shelf.titles()) == ["article-001", "article-002"]


# Articles


def test_an_article_in_two_languages_is_one(shelf: Shelf) -> None:
    article = make_article(
        translations=[make_translation(), make_translation(lang="zh", title="连接被拒绝")]
    )
    shelf.write({"a.md": make_document(article), "a.zh.md": make_document(article, lang="zh")})

    report = shelf.ingest()

    assert counts(report) == {"added": 1}
    assert report.problems == []
    with shelf.library.reading() as reading:
        (entry,) = store.load(reading.connection, [article.metadata.id])
        assert entry.article == article
        assert found(reading, "连接被拒绝") == ["connection-refused"]


def test_a_translation_that_disagrees_is_told(shelf: Shelf) -> None:
    original = make_article()
    other = make_article(metadata=make_metadata(tags=["other"], confidence=50))
    shelf.write({"a.md": make_document(original), "a.zh.md": make_document(other)})

    report = shelf.ingest()

    original_path = shelf.content / "a.md"
    assert [problem.message for problem in sorted(report.problems)] == [
        f"confidence differs from {original_path}",
        f"tags differs from {original_path}",
    ]
    assert report.good


def test_a_language_can_go(shelf: Shelf) -> None:
    shelf.write({"a.md": make_document(), "a.zh.md": make_document()})
    shelf.ingest()
    shelf.delete("a.zh.md")

    assert counts(shelf.ingest()) == {"changed": 1}
    with shelf.library.reading() as reading:
        (entry,) = store.load(reading.connection, ["art_PortClosed01"])
    assert entry.article.languages == ("en",)


@pytest.mark.parametrize("line", ["draft: true", "published: false", "archived: true"])
def test_what_is_not_published_is_kept_and_not_found(shelf: Shelf, line: str) -> None:
    shelf.write({"a.md": f"---\n{line}\n---\n# Hidden\n\nText.", "b.md": "# Shown\n\nText."})

    report = shelf.ingest()

    assert counts(report) == {"added": 2}
    assert report.articles == 1
    assert shelf.titles() == {"b": "Shown"}
    assert counts(shelf.ingest()) == {"unchanged": 2}


def test_a_draft_is_published_and_withdrawn(shelf: Shelf) -> None:
    shelf.write({"a.md": "---\ndraft: true\n---\n# A\n", "b.md": "# B\n"})
    shelf.ingest()

    shelf.write({"a.md": "# A\n"})
    shelf.ingest()
    assert shelf.titles() == {"a": "A", "b": "B"}

    shelf.write({"b.md": "---\narchived: true\n---\n# B\n"})
    shelf.ingest()
    assert shelf.titles() == {"a": "A"}
    with shelf.library.reading() as reading:
        (entry,) = store.load(reading.connection, [article_id("b")])
    assert entry.article.state is State.ARCHIVED


def test_a_file_that_is_renamed_stays_the_article(shelf: Shelf) -> None:
    shelf.write({"old.md": numbered_document(1)})
    shelf.ingest()
    (shelf.content / "old.md").rename(shelf.content / "new.md")

    report = shelf.ingest()

    assert counts(report) == {"added": 1, "removed": 1}
    assert shelf.titles() == {"article-001": "Article number 1"}


def test_an_article_can_change_its_id_and_slug(shelf: Shelf) -> None:
    shelf.write({"a.md": named_document("first", "art_1"), "b.md": numbered_document(2)})
    shelf.ingest()
    shelf.write({"a.md": named_document("second", "art_2")})

    report = shelf.ingest()

    assert counts(report) == {"changed": 1, "unchanged": 1}
    assert shelf.titles() == {"article-002": "Article number 2", "second": "Title"}


def test_articles_can_swap_their_names(shelf: Shelf) -> None:
    shelf.write(
        {
            "a.md": named_document("one", "art_1", title="First"),
            "b.md": named_document("two", "art_2", title="Second"),
            "c.md": numbered_document(3),
        }
    )
    shelf.ingest()
    shelf.write(
        {
            "a.md": named_document("two", "art_2", title="First"),
            "b.md": named_document("one", "art_1", title="Second"),
        }
    )

    report = shelf.ingest()

    assert shelf.complaints(report) == []
    assert counts(report) == {"changed": 2, "unchanged": 1}
    assert shelf.titles() == {"article-003": "Article number 3", "one": "Second", "two": "First"}


def test_a_name_can_be_handed_on(shelf: Shelf) -> None:
    shelf.write({"a.md": named_document("one", "art_1"), "b.md": named_document("two", "art_2")})
    shelf.ingest()
    shelf.write({"a.md": named_document("two", "art_1"), "b.md": named_document("three", "art_2")})

    report = shelf.ingest()

    assert shelf.complaints(report) == []
    assert sorted(shelf.titles()) == ["three", "two"]


def test_an_id_may_be_the_slug(shelf: Shelf) -> None:
    shelf.write({"intro.md": "---\nid: intro\n---\n# Introduction\n"})
    shelf.ingest()
    shelf.write({"intro.md": "---\nid: intro\n---\n# Introduction, changed\n"})

    assert shelf.complaints(shelf.ingest()) == []
    assert shelf.titles() == {"intro": "Introduction, changed"}


def test_references_are_looked_up_in_the_whole_corpus(shelf: Shelf) -> None:
    named = make_article(metadata=make_metadata(code="NET-001"))
    links = "# Links\n\n[a](NET-001) [b](art_PortClosed01)\n\n[c](art_Missing)\n[d](x.md)\n"
    shelf.write({"a.md": make_document(named), "z.md": links})

    report = shelf.ingest()

    assert shelf.complaints(report) == [
        "z.md:5: warning: the reference 'art_Missing' leads to no article"
    ]


# The index


def test_a_lost_index_is_made_again(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    before = shelf.library.current()
    for path in shelf.library.index_path(before.index_name).iterdir():
        path.unlink()
    later = Library(shelf.library.settings)  # another process: it has nothing open

    report = ingest(later, [shelf.content], options=Options())

    later.close()

    assert counts(report) == {"unchanged": 2}
    assert (report.generation, report.published) == (1, False)
    assert shelf.library.current() == before
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_a_lost_index_does_not_stop_a_change(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shutil.rmtree(shelf.library.settings.index_dir)
    shelf.write({"c.md": numbered_document(3)})
    later = Library(shelf.library.settings)

    report = ingest(later, [shelf.content], options=Options())

    later.close()
    assert (report.generation, report.published) == (2, True)
    assert sorted(shelf.titles()) == ["article-001", "article-002", "article-003"]


def test_an_index_from_the_database_is_the_one_from_the_files(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    with shelf.library.reading() as reading:
        ids = ["art_Numbered0001", "art_Numbered0002"]
        before = list(shelf.library.index_documents(reading.connection, ids))

    with shelf.library.database.reading() as connection:
        shelf.library.fill_index(connection, shelf.library.current())

    with shelf.library.reading() as reading:
        assert reading.index.count() == 2
        assert list(shelf.library.index_documents(reading.connection, ids)) == before
        assert before[0].texts[Field.SIGNATURE].split()[:2] == ["connect", "econnrefused"]


def test_old_indexes_are_swept(shelf: Shelf) -> None:
    for number in range(4):
        shelf.write({"a.md": numbered_document(1, title=f"Version {number}")})
        shelf.ingest()

    names = [path.name for path in shelf.library.settings.index_dir.iterdir()]
    assert sorted(map(number_of, names)) == [3, 4]


def test_nothing_is_left_of_an_ingest_that_was_given_up(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.ingest()
    shelf.write({"b.md": ""})

    shelf.ingest()
    shelf.ingest(options=Options(strict=True, rebuild=True))

    names = [path.name for path in shelf.library.settings.index_dir.iterdir()]
    assert names == [f"whoosh-{shelf.library.current().index_name}"]


def test_an_index_that_cannot_be_written_is_said(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.library.settings.index_dir.write_text("in the way")

    with pytest.raises(Unavailable, match="the search index cannot be written"):
        shelf.ingest()

    assert shelf.library.current() == EMPTY


def test_two_ingests_at_once_are_one_too_many(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})

    with ingest_lock(shelf.library.settings.data_dir), pytest.raises(Busy):
        shelf.ingest()

    assert shelf.library.current() == EMPTY
    assert shelf.ingest().published


def test_a_second_process_does_the_same_work(shelf: Shelf) -> None:
    shelf.write({f"{n:03}.md": numbered_document(n) for n in range(80)} | {"bad.md": b"\xff"})

    report = shelf.ingest(options=Options(processes=2))

    assert counts(report) == {"added": 80, "rejected": 1}
    assert shelf.complaints(report) == ["bad.md:1: not UTF-8: invalid start byte"]
    assert len(shelf.titles()) == 80


def test_a_corpus_that_outgrows_the_engine_is_told(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf.library.engine, "comfortable", 1)
    shelf.write({"one.md": "# One\n\nText."})
    assert shelf.ingest().advice is None
    shelf.write({"two.md": "# Two\n\nText."})
    assert shelf.ingest().advice == (
        "2 articles are more than whoosh is good for (1); "
        "FIXBOOK_SEARCH_URL=tantivy builds and answers faster"
    )
