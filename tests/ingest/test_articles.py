"""Articles: languages, states, names and references, from one ingest to the next."""

import pytest

from corpus.document.article import PublicationState
from corpus.store import articles
from ingest.read import article_id
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_translation,
    numbered_document,
)
from tests.ingest.conftest import Shelf, counts, found


def named_document(slug: str, id_: str, *, title: str = "Title") -> str:
    """A document with these names."""
    return make_document(
        make_article(
            slug=slug,
            metadata=make_metadata(id=id_),
            translations=[make_translation(title=title)],
        )
    )


def test_an_article_in_two_languages_is_one(shelf: Shelf) -> None:
    article = make_article(
        translations=[make_translation(), make_translation(lang="zh", title="连接被拒绝")]
    )
    shelf.write({"a.md": make_document(article), "a.zh.md": make_document(article, lang="zh")})

    report = shelf.ingest()

    assert counts(report) == {"added": 1}
    assert report.problems == ()
    with shelf.library.reading() as reading:
        (entry,) = articles.load(reading.connection, [article.metadata.id])
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
        (entry,) = articles.load(reading.connection, ["art_PortClosed01"])
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
        (entry,) = articles.load(reading.connection, [article_id("b")])
    assert entry.article.state is PublicationState.ARCHIVED


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
