"""Documents: read and written again they are the same, whatever stands in them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document.article import Article
from corpus.document.article_document import Document, fence_after, is_document, parse, render
from corpus.errors import DocumentError
from tests.corpus.strategies import articles
from tests.factories import (
    PUBLIC_URL,
    make_article,
    make_code_block,
    make_document,
    make_question,
    make_translation,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "documents"
SHARED = Path(__file__).parents[4] / "shared"
PUBLIC_SITE = "https://buzhou.io"


def files(folder: Path, pattern: str) -> Sequence[object]:
    """One test parameter for each file; none where the folder is not there."""
    return [pytest.param(path, id=path.name) for path in sorted(folder.glob(pattern))]


def article_of(document: Document) -> Article:
    """The article that a document states."""
    return make_article(
        slug=document.slug or "unnamed",
        metadata=document.metadata,
        translations=[document.translation],
    )


def line_of_error(text: str) -> int:
    """The line that is complained of, or 0."""
    try:
        parse(text, lang="en")
    except DocumentError as error:
        return error.line
    return 0


@pytest.mark.parametrize("path", files(FIXTURES / "whole", "*.md"))
def test_each_part_is_found_in_its_place(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())

    parsed = parse(path.read_bytes().decode(), lang="en")

    assert json.loads(json.dumps(asdict(parsed))) == expected


@pytest.mark.parametrize("path", files(FIXTURES / "whole", "*.md"))
def test_a_document_stays_the_same_to_the_byte(path: Path) -> None:
    text = path.read_bytes()

    parsed = parse(text.decode(), lang="en")

    assert render(article_of(parsed), lang="en", public_url=PUBLIC_URL).encode() == text


@pytest.mark.parametrize(
    "path", [*files(SHARED / "seeds", "*.txt"), *files(SHARED / "corpora/upstream", "*.md")]
)
def test_a_document_of_the_public_site_stays_the_same(path: Path) -> None:
    text = path.read_bytes()

    parsed = parse(text.decode(), lang="en")

    assert render(article_of(parsed), lang="en", public_url=PUBLIC_SITE).encode() == text


@pytest.mark.parametrize("path", files(FIXTURES / "broken", "*.md"))
def test_what_is_wrong_is_said_with_its_line(path: Path) -> None:
    expected = path.with_suffix(".error").read_text().rstrip("\n")

    with pytest.raises(DocumentError) as caught:
        parse(path.read_bytes().decode(), lang="en")

    assert f"{caught.value.line}: {caught.value.message}" == expected


@given(article=articles())
def test_reading_gives_back_what_was_written(article: Article) -> None:
    text = render(article, lang="en", public_url=PUBLIC_URL)

    parsed = parse(text, lang="en")

    assert parsed.slug == article.slug
    assert parsed.metadata == article.metadata
    assert parsed.translation.title == article.translations[0].title
    assert parsed.translation.summary == article.translations[0].summary


@given(article=articles())
def test_writing_what_was_read_changes_nothing(article: Article) -> None:
    text = render(article, lang="en", public_url=PUBLIC_URL)

    again = render(article_of(parse(text, lang="en")), lang="en", public_url=PUBLIC_URL)

    assert again == text


@given(cut=st.integers(min_value=0), article=articles())
@settings(max_examples=50)
def test_a_document_that_is_cut_off_is_read_or_refused(cut: int, article: Article) -> None:
    text = render(article, lang="en", public_url=PUBLIC_URL)
    piece = text[: cut % len(text)]

    assert 0 <= line_of_error(piece) <= piece.count("\n") + 1


def test_sections_go_to_the_article_and_not_to_its_body() -> None:
    translation = make_translation(
        body="Look at the port.",
        code_blocks=[make_code_block(), make_code_block(content="```\nls\n```", description="")],
        questions=[make_question(), make_question(question="Who?", answer="The old process.")],
    )

    text = make_document(make_article(translations=[translation]))

    assert parse(text, lang="en").translation == translation


def test_a_code_block_with_a_fence_in_it_gets_a_longer_one() -> None:
    block = make_code_block(language="markdown", content="````\n```\n````", description="Fences")

    text = make_document(make_article(translations=[make_translation(code_blocks=[block])]))

    assert "### Fences\n\n`````markdown\n````\n```\n````\n`````\n\n" in text


def test_a_language_that_is_missing_is_rendered_in_the_original() -> None:
    article = make_article(translations=[make_translation(lang="zh", title="端口")])

    text = render(article, lang="en", public_url=PUBLIC_URL)

    assert text.startswith("# 端口\n\n> ")


def test_a_body_made_of_section_starts_is_read_in_no_time() -> None:
    body = "## Q&A\n\n**Q: open\n\n## Code Blocks\n\n### x\n\n```\n" * 20_000
    text = make_document(make_article(translations=[make_translation(body=body)]))

    assert parse(text, lang="en").translation.body == body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# T\n\n> S\n\n---\n\n## Content\n", True),
        ("# T\n\n> S\n> more\n\n---\n\n## Content\n\nbody", True),
        ("# T\n\n>\n\n---\n\n## Content\n", True),
        ("# T\n\nS\n\n---\n\n## Content\n", False),
        ("# T\n\n> S\n\n## Content\n", False),
        ("\n# T\n\n> S\n\n---\n\n## Content\n", False),
        ("", False),
    ],
)
def test_a_document_is_known_by_its_head(text: str, expected: bool) -> None:
    assert is_document(text) is expected


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("```", "", "```"),
        ("```", "```", ""),
        ("````", "```", ""),
        ("```", "````", "````"),
        ("```sh", "```", "```"),
        ("```  ", "```", ""),
        ("~~~", "```", "```"),
        ("~~~ a`b", "", "~~~"),
        ("``` a`b", "", ""),
        ("   ```", "", "```"),
        ("    ```", "", ""),
        ("text", "```", "```"),
    ],
)
def test_fences_open_and_close_as_in_commonmark(line: str, before: str, after: str) -> None:
    assert fence_after(line, before) == after
