"""Tests of cards: what a search shows of an article, and what is kept of it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from corpus.diagnosis.signatures import Origin, signature_of
from corpus.document.article import Status
from corpus.search.reading import Reading
from corpus.store import schema
from corpus.store.cards import Card, Cards, PassageKind, bodies
from tests.conftest import Ingested
from tests.factories import (
    BODY,
    make_article,
    make_document,
    make_metadata,
    make_question,
    make_record,
    make_translation,
)

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


def card_of(reading: Reading) -> Card:
    (card,) = reading.cards.load(reading.connection, ["art_PortClosed01", "art_Unknown00000"])
    return card


def test_a_card_has_the_places_to_point_to(reading: Reading) -> None:
    card = card_of(reading)
    assert [(p.kind, p.lang, p.text) for p in card.passages] == [
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
    assert (card.lang("zh"), card.lang("fr")) == ("zh", "en")


def test_what_was_kept_is_what_the_tables_say(ingested: Ingested) -> None:
    article = make_article(
        metadata=make_metadata(
            code="TRANS-002", aliases=["old"], status=Status.VERIFIED, records=[make_record()]
        ),
        translations=[
            make_translation(questions=[make_question()]),
            make_translation(lang="zh", title="连接被拒绝", body=CHINESE),
        ],
    )
    library = ingested(
        {"a.md": make_document(article), "a.zh.md": make_document(article, lang="zh")}
    )
    ids = [article.metadata.id]
    with library.reading() as reading:
        kept = reading.cards.load(reading.connection, ids)
        signatures = reading.cards.signatures(reading.connection, ids)
    with library.database.writing() as connection:
        connection.execute(delete(schema.cards))
        assert Cards().load(connection, ids) == kept
        assert Cards().signatures(connection, ids) == signatures
    assert [len(signatures[id_]) for id_ in ids] == [10]


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
    row = card_of(reading).row(signature, lang)
    assert (row.cause if row else None) == cause


@pytest.mark.parametrize(("lang", "body"), [("en", BODY), ("zh", CHINESE), ("fr", BODY)])
def test_bodies_come_in_the_language_that_is_shown(reading: Reading, lang: str, body: str) -> None:
    assert bodies(reading.connection, [card_of(reading)], lang) == {"art_PortClosed01": body}


def test_what_was_loaded_is_kept(reading: Reading) -> None:
    assert card_of(reading) is card_of(reading)
    ids = ["art_PortClosed01"]
    first = reading.cards.signatures(reading.connection, ids)["art_PortClosed01"]
    assert reading.cards.signatures(reading.connection, ids)["art_PortClosed01"] is first
