"""The made-up articles are the same on every run and every machine."""

from pathlib import Path

from bench import load
from bench.corpora import article, fill, message
from corpus.diagnosis.signatures.signature_parser import signature_of


def test_an_article_is_made_from_its_number() -> None:
    made = article(7)
    assert (made.slug, made.code, made.title) == (
        "made-up-000007",
        "X10007",
        "Celi mentstamosi toya stamentsili zoxi rexi",
    )
    assert len(made.document) == 4521
    assert article(7) == made


def test_another_occurrence_of_a_message_has_the_same_signature() -> None:
    first, second = message(7, 1), message(7, 1, occurrence=5)
    assert first != second
    one, other = signature_of(first), signature_of(second)
    assert one is not None
    assert other is not None
    assert one.template == other.template


def test_a_folder_is_filled(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    assert sorted(file.name for file in tmp_path.rglob("*.md")) == [
        "made-up-000000.md",
        "made-up-000001.md",
        "made-up-000002.md",
    ]


def test_no_two_searches_are_the_same() -> None:
    lines = load.mixed(articles=3, count=300, seed="x")
    assert len(set(lines)) == 300
