"""Readers: article documents and any other Markdown become the same kind of article."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document.article import Article
from corpus.document.article_document import parse, render
from corpus.errors import DocumentError
from ingest.read import FilePlace, ParsedFile, article_id, read
from tests.corpus.strategies import articles
from tests.factories import PUBLIC_URL, make_article, make_document

FIXTURES = Path(__file__).parents[1] / "fixtures" / "markdown"


def files(folder: str) -> Sequence[object]:
    """One test parameter for each file."""
    return [pytest.param(path, id=path.stem) for path in sorted((FIXTURES / folder).glob("*.md"))]


def read_file(text: str) -> ParsedFile:
    """Reads a text as if it stood in `folder/file-name.md`."""
    return read(text, FilePlace(slug="file-name", domain="folder", lang="en"))


def shown(reading: ParsedFile) -> dict[str, Any]:
    """A reading as the fixtures show it."""
    document = asdict(reading.document)
    text = document["translation"]
    return {
        "slug": document["slug"],
        "state": reading.state,
        "metadata": document["metadata"],
        "title": text["title"],
        "summary": text["summary"],
        "body": text["body"],
        "extra": reading.extra,
    }


@pytest.mark.parametrize("path", files("good"))
def test_a_text_is_read(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())

    reading = read_file(path.read_bytes().decode())

    assert json.loads(json.dumps(shown(reading))) == expected


@pytest.mark.parametrize("path", files("bad"))
def test_what_is_wrong_is_said_with_its_line(path: Path) -> None:
    expected = path.with_suffix(".error").read_text().rstrip("\n")

    with pytest.raises(DocumentError) as caught:
        read_file(path.read_bytes().decode())

    assert f"{caught.value.line}: {caught.value.message}" == expected


@pytest.mark.parametrize("path", files("warned"))
def test_what_cannot_be_used_is_left_out_and_told(path: Path) -> None:
    expected = path.with_suffix(".warnings").read_text().splitlines()

    reading = read_file(path.read_bytes().decode())

    assert [f"{problem.line}: {problem.message}" for problem in reading.problems] == expected
    assert reading.document.translation.body == "Text."


def test_a_document_says_all_by_itself() -> None:
    article = make_article()

    reading = read_file(make_document(article))

    assert reading.document.slug == article.slug
    assert reading.document.metadata == article.metadata
    assert reading.document.translation == article.translations[0]
    assert reading.extra == {}


@given(text=st.text())
def test_any_text_is_read_or_refused_and_can_be_exported(text: str) -> None:
    try:
        reading = read_file(text.replace("\0", ""))
    except DocumentError:
        return
    article = Article(
        slug="file-name",
        metadata=reading.document.metadata,
        translations=(reading.document.translation,),
    )

    exported = parse(render(article, lang="en", public_url=PUBLIC_URL), lang="en")

    assert exported.metadata == reading.document.metadata
    assert exported.translation.title == reading.document.translation.title
    assert exported.translation.summary == reading.document.translation.summary


@given(article=articles())
def test_front_matter_changes_nothing_in_a_document(article: Article) -> None:
    text = render(article, lang="en", public_url=PUBLIC_URL)

    plain, fronted = read_file(text), read_file("---\nowner: team-a\n---\n" + text)

    assert fronted.document == plain.document
    assert fronted.extra == {"owner": "team-a"}


def test_an_id_is_made_from_the_slug() -> None:
    assert article_id("file-name") == "art_ET_ubTZQpvl0"
    assert read_file("Text.").document.metadata.id == "art_ET_ubTZQpvl0"
    assert read_file("---\nslug: other\n---\n").document.metadata.id == article_id("other")
