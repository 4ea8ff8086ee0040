"""Export: ingesting what was written out gives the same corpus."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.responses.articles import article_object
from corpus.bundle.export import export
from corpus.document.article import PublicationState, Risk, Status
from corpus.errors import InvalidRequest
from corpus.feedback.reports import ReportCounts
from corpus.library import Library
from corpus.store import articles, schema
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested, settings_in, write_files
from tests.factories import (
    PUBLIC_URL,
    make_article,
    make_code_block,
    make_document,
    make_metadata,
    make_question,
    make_record,
    make_translation,
)

NOTE = """\
---
title: "A note: with, commas"
description: >
  Two lines
  of summary
tags: [one, "two, three", "1.10"]
keywords: 0x80070005, plain
author: Ada, Bob
category: Guides & Tips/../x
date: 2024-03-12
updated: 2025-01-02T03:04:05+08:00
risk: high
verification_status: partial
version: 1.10
audience: {level: [1, two, null, true], "no": off}
---
# Heading

Text with `code`.

---

## Metadata

- **ID:** art_Fake
"""


def everything(library: Library) -> dict[str, Any]:
    """All that readers can see of each article, in each language, and what they cannot; but for
    where its files are."""
    with library.reading() as reading:
        ids = sorted(reading.connection.scalars(schema.articles.select()))
        return {
            f"{entry.article.slug}.{lang}": (
                article_object(entry, lang=lang, url=PUBLIC_URL, slugs={}, reports=ReportCounts()),
                entry.article.state,
                entry.article.extra,
                replace(entry.of(lang), file=""),
            )
            for entry in articles.load(reading.connection, ids)
            for lang in entry.article.languages
        }


def moved(library: Library, folder: Path) -> tuple[Library, list[str]]:
    """The corpus exported to a folder and ingested into another library."""
    with library.reading() as reading:
        export(reading.connection, folder / "out", url=PUBLIC_URL, default_lang="en")
    other = Library(settings_in(folder / "other", content_dir=folder / "out"))
    upgrade(other.database)
    report = ingest(other, [folder / "out"], options=IngestOptions())
    return other, [str(problem) for problem in report.problems]


def documents() -> dict[str, str]:
    whole = make_article(
        metadata=make_metadata(
            code="TRANS-002",
            aliases=["old"],
            status=Status.VERIFIED,
            confidence=90,
            risk=Risk.CRITICAL,
            records=[make_record(notes="once")],
            related_ids=["art_Other0000001"],
        ),
        translations=[
            make_translation(code_blocks=[make_code_block()], questions=[make_question()]),
            make_translation(lang="zh", title="拒绝", summary="一\n\n二"),
        ],
    )
    return {
        "connection-refused.md": make_document(whole),
        "connection-refused.zh.md": make_document(whole, lang="zh"),
    }


def test_article_documents_come_back(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(documents())
    other, problems = moved(library, tmp_path)

    assert problems == []
    assert everything(other) == everything(library)
    assert len(everything(other)) == 2
    assert sorted(path.name for path in (tmp_path / "out/transport").iterdir()) == sorted(
        documents()
    )
    for name, text in documents().items():
        assert (tmp_path / "out/transport" / name).read_text() == text
    other.close()


def test_other_markdown_comes_back(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(
        {
            "guides/note.md": NOTE,
            "guides/bare.md": "# Bare\n\nFirst paragraph.\n\nSecond.\n",
            "guides/bare.zh.md": "# 裸\n\n第一段。\n",
            "guides/empty-title.md": "no heading at all\n",
            "draft.md": "---\ndraft: true\ntitle: Draft\n---\nText\n",
            "unpublished.md": "---\npublished: false\ntitle: Not yet\n---\nText\n",
            "old.md": "---\narchived: yes\n---\n# Old\n",
            "front.md": f"---\nowner: me\n---\n{make_document(make_article(slug='front'))}",
        }
    )
    other, problems = moved(library, tmp_path)

    assert problems == []
    assert everything(other) == everything(library)
    states = {name: state for name, (_, state, _, _) in everything(other).items()}
    assert states["draft.en"] == states["unpublished.en"] == PublicationState.DRAFT
    assert states["old.en"] == PublicationState.ARCHIVED
    other.close()


def test_slugs_that_look_like_languages_come_back(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(
        {
            "a.md": make_document(make_article(slug="guide.zh")),
            "b.zh.md": make_document(
                make_article(
                    slug="node.js",
                    metadata=make_metadata(id="art_Other0000001"),
                    translations=[make_translation(lang="zh")],
                ),
                lang="zh",
            ),
            "c.md": make_document(
                make_article(slug="连接", metadata=make_metadata(id="art_Other0000002"))
            ),
        }
    )
    other, problems = moved(library, tmp_path)

    assert problems == []
    assert everything(other) == everything(library)
    assert set(everything(other)) == {"guide.zh.en", "node.js.zh", "连接.en"}
    other.close()


def test_nothing_is_written_outside_the_folder(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(
        {
            f"{number}.md": make_document(
                make_article(
                    slug=f"a-{number}",
                    metadata=make_metadata(id=f"art_Escape{number:06}", domain=domain),
                )
            )
            for number, domain in enumerate(("../../up", "/etc", "..", "a/b", ". .", "C:\\x"))
        }
    )
    other, problems = moved(library, tmp_path)

    assert problems == []
    assert everything(other) == everything(library)
    assert {path.name for path in tmp_path.iterdir()} == {"content", "data", "out", "other"}
    written = {str(path.relative_to(tmp_path / "out")) for path in tmp_path.glob("out/**/*.md")}
    assert written == {
        "up/a-0.md", "etc/a-1.md", "general/a-2.md", "a-b/a-3.md", "general/a-4.md", "C-x/a-5.md",
    }  # fmt: skip
    other.close()


def test_a_folder_with_something_in_it_is_refused(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(documents())
    full = write_files(tmp_path / "full", {"mine.txt": "keep"})
    for folder in (full, full / "mine.txt"):
        with library.reading() as reading, pytest.raises(InvalidRequest):
            export(reading.connection, folder, url=PUBLIC_URL, default_lang="en")
    assert [path.name for path in full.iterdir()] == ["mine.txt"]
