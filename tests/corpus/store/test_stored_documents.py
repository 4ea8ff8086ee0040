"""Tests of summaries: what a search shows of an article, and what is kept of it."""

from collections.abc import Iterator, Sequence

import pytest

from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.signature_parser import signature_of
from corpus.search.reading import Reading
from corpus.store import stored_documents
from corpus.store.articles import fingerprints
from corpus.store.stored_documents import Summaries, bodies, stored_columns
from corpus.store.summaries import ArticleSummary, PassageKind
from corpus.store.tuning import SIGNATURE_CHARACTERS, SUMMARY_CHARACTERS
from tests.conftest import Ingested
from tests.factories import (
    BODY,
    make_article,
    make_document,
    make_question,
    make_translation,
    numbered_document,
)
from tests.shared_corpus import SharedCorpus

CHINESE = """\
客户端能到达主机，端口上没有监听。

## 错误对照表

| 错误 | 原因 | 解决方法 |
|---|---|---|
| `connect ECONNREFUSED 127.0.0.1:8931` | 没有监听 | 启动服务器 |"""


@pytest.fixture
def reading(ingested: Ingested) -> Iterator[Reading]:
    article = make_article(
        translations=[
            make_translation(questions=[make_question()]),
            make_translation(lang="zh", title="连接被拒绝", body=CHINESE),
        ]
    )
    files = {
        "connection-refused.md": make_document(article),
        "connection-refused.zh.md": make_document(article, lang="zh"),
    }
    with ingested(files).reading() as reading:
        yield reading


def summary_of(reading: Reading) -> ArticleSummary:
    (summary,) = reading.summaries.load(
        reading.connection, ["art_PortClosed01", "art_Unknown00000"]
    )
    return summary


def test_a_card_has_the_places_to_point_to(reading: Reading) -> None:
    summary = summary_of(reading)
    assert [(p.kind, p.lang, p.text) for p in summary.passages] == [
        (PassageKind.ERROR, "en", "connect ECONNREFUSED 127.0.0.1:8931"),
        (PassageKind.ERROR, "en", "curl: (28) Connection timed out"),
        (PassageKind.QUESTION, "en", "What does it mean?"),
        (PassageKind.SECTION, "en", "Symptoms"),
        (PassageKind.SECTION, "en", "Error table"),
        (PassageKind.ERROR, "zh", "connect ECONNREFUSED 127.0.0.1:8931"),
        (PassageKind.SECTION, "zh", "错误对照表"),
        (PassageKind.KEYWORD, "", "connection refused"),
        (PassageKind.KEYWORD, "", "ECONNREFUSED"),
    ]
    assert (summary.lang("zh"), summary.lang("fr")) == ("zh", "en")


@pytest.mark.parametrize(
    ("claimed", "lang", "cause"),
    [
        ("connect ECONNREFUSED 127.0.0.1:8931", "en", "Nothing listens there"),
        ("connect ECONNREFUSED 127.0.0.1:8931", "zh", "没有监听"),
        ("(28) Connection timed out", "en", "A firewall drops packets"),
        ("(28) Connection timed out", "zh", "A firewall drops packets"),
        ("read ECONNRESET", "en", None),
    ],
)
def test_the_row_of_a_signature(
    reading: Reading, claimed: str, lang: str, cause: str | None
) -> None:
    signature = signature_of(claimed, origin=Origin.ERROR)
    assert signature is not None
    row = summary_of(reading).row(signature, lang)
    assert (row.cause if row else None) == cause


@pytest.mark.parametrize(("lang", "body"), [("en", BODY), ("zh", CHINESE), ("fr", BODY)])
def test_bodies_come_in_the_language_that_is_shown(reading: Reading, lang: str, body: str) -> None:
    assert bodies(reading.connection, [summary_of(reading)], lang) == {"art_PortClosed01": body}


def test_what_was_loaded_is_kept(reading: Reading) -> None:
    assert summary_of(reading) is summary_of(reading)
    ids = ["art_PortClosed01"]
    first = reading.summaries.signatures(reading.connection, ids)["art_PortClosed01"]
    assert reading.summaries.signatures(reading.connection, ids)["art_PortClosed01"] is first


def test_what_was_read_first_makes_room(
    ingested: Ingested, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ingested({f"{n}.md": numbered_document(n) for n in range(4)}).reading() as reading:
        ids = [f"art_Numbered{n:04}" for n in range(4)]
        sizes = [len(text) for (text,) in stored_columns(reading.connection, "signatures", ids)]
        monkeypatch.setattr(stored_documents, "SIGNATURE_CHARACTERS", 2 * max(sizes))
        summaries = Summaries()

        def loaded(number: int) -> Sequence[Signature]:
            return summaries.signatures(reading.connection, [ids[number]])[ids[number]]

        first, second, third = map(loaded, range(3))
        assert (loaded(1) is second, loaded(2) is third) == (True, True)
        assert ([*loaded(0)] == [*first], loaded(0) is first) == (True, False)
        assert (loaded(2) is third, loaded(1) is second) == (True, False)


def test_all_of_the_content_is_kept(shared_corpus: SharedCorpus) -> None:
    """Searches of `content/` would take twice as long if what they compare came and went."""
    with shared_corpus.reading() as reading:
        ids = list(fingerprints(reading.connection))
        read = [*stored_columns(reading.connection, "summary, signatures", ids)]
    assert sum(len(summary) for summary, _ in read) <= SUMMARY_CHARACTERS
    assert sum(len(signatures) for _, signatures in read) <= SIGNATURE_CHARACTERS
