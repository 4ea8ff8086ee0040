"""Diagnosis over HTTP: what is recognised, what is refused, and that nothing is kept."""

import json
from collections.abc import Iterator

import pytest
from msgspec import convert

from api.responses.diagnosis import DiagnosisObject
from api.responses.envelope import Envelope
from corpus.document.article import Status
from tests.api.conftest import Served, site_of
from tests.api.site import URL, Answer, Site
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_translation,
)

ROUTE = "/api/v1/diagnose"
CLAIMED = "Error: cannot attach shared segment 77: tenant quota exceeded [E4711]"
MESSAGE = "Error: cannot attach shared segment 9041: tenant quota exceeded [E4711]"
TEMPLATE = "Error: cannot attach shared segment <num>: tenant quota exceeded [E4711]"
BODY = f"""\
## Errors

| Error | Cause | Solution |
|---|---|---|
| `{CLAIMED}` | Too many segments | Remove some |"""
CHINESE = f"""\
## 错误

| 错误 | 原因 | 解决 |
|---|---|---|
| `{CLAIMED}` | 共享段太多 | 删除一些 |"""
LOG = f"starting\n  at once\n{MESSAGE}\n    at TCPConnectWrap.afterConnect (node:net:1555:16)\n"
LIMIT = 64 * 1024
OTHERS = {
    f"other-{number}.md": make_document(
        make_article(
            slug=f"other-{number}",
            metadata=make_metadata(id=f"art_Other{number:07}", keywords=["disk full"]),
            translations=[make_translation(title=f"Disk {number} is full", body="Make room.")],
        )
    )
    for number in range(12)
}
"""How sure a match is depends on how rare its words are in the corpus."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    article = make_article(
        slug="quota",
        translations=[
            make_translation(title="Quota of segments", body=BODY),
            make_translation(lang="zh", title="共享段配额", body=CHINESE),
        ],
    )
    documents = {
        **OTHERS,
        "quota.md": make_document(article),
        "quota.zh.md": make_document(article, lang="zh"),
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def test_the_environment_is_given_or_read_in_the_text(site: Site) -> None:
    asked = {"text": f"{LOG}\nNode.js v20.1", "environment": {"os": "debian 12", "Python3": "3.13"}}
    answer = site.post(ROUTE, asked, content_type="application/json")
    assert answer.data["environment"] == {"node": "20.1", "os": "debian 12", "python": "3.13"}


def test_a_sure_first_match_says_how_to_fix_it(serve: Served) -> None:
    body = f"{BODY}\n\n## Fix\n\nRemove a segment.\n\n" + "Then wait for it.\n\n" * 200
    site = serve(
        {"quota.md": make_document(make_article(translations=[make_translation(body=body)]))}
    )

    answer = site.post(ROUTE, {"text": LOG}, content_type="application/json")

    [match] = answer.data["matches"]
    assert answer.json["meta"]["nextStep"].endswith("?format=markdown and follow its fix")
    assert match["fix"].startswith("## Fix\n\nRemove a segment.")
    assert 1_000 < len(match["fix"]) <= 1_600
    assert match["fixCharactersLeft"] > 1_000


def test_a_match_that_is_not_sure_has_no_fix(site: Site) -> None:
    asked = {"text": "Error: cannot attach shared segment 9041: tenant limit reached"}
    found = site.post(ROUTE, asked, content_type="application/json").data
    assert found["outcome"] == "related"
    assert "fix" not in found["matches"][0]


def test_a_diagnosis_in_markdown(site: Site) -> None:
    answer = site.ask(
        "POST",
        ROUTE,
        headers={"content-type": "text/plain", "accept": "text/markdown"},
        body=LOG.encode(),
    )

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.body.decode().startswith("Outcome: exact. 13 articles were searched.\n\n1. **")
    assert "   Solution: Remove some\n" in answer.body.decode()


def test_the_line_that_matters_is_found(site: Site) -> None:
    answer = site.post(ROUTE, {"text": LOG}, content_type="application/json")

    convert(answer.json, Envelope[DiagnosisObject])
    data = answer.data
    assert data["outcome"] == "exact"
    [match] = data["matches"]
    score = match.pop("score")
    assert 0.9 <= score <= 1.0
    assert match.pop("trust")["level"] == "none"
    assert match["error"].pop("trust")["level"] == "none"
    assert match == {
        "slug": "quota",
        "title": {"en": "Quota of segments", "zh": "共享段配额"},
        "outcome": "exact",
        "line": 3,
        "signature": TEMPLATE,
        "error": {
            "error": CLAIMED,
            "cause": "Too many segments",
            "solution": "Remove some",
            "anchor": "error-error-cannot-attach-shared-segment-77-tenant-q",
        },
        "verificationStatus": "pending",
        "fit": "unknown",
        "url": f"{URL}/api/v1/articles/quota",
    }
    recognised = next(seen for seen in data["signatures"] if seen["line"] == 3)
    assert recognised["template"] == TEMPLATE
    assert data["searched"] == {
        "generation": 1,
        "articles": 13,
        "filters": {"domain": [], "status": []},
        "linesUnread": 0,
    }
    assert answer.json["meta"]["nextStep"].startswith(f"GET {match['url']}?format=markdown")


def test_plain_text_is_a_body_too(site: Site) -> None:
    answer = site.post(ROUTE, LOG.encode(), content_type="text/plain; charset=utf-8")
    assert answer.data["outcome"] == "exact"
    broken = site.post(ROUTE, b"\xff\xfe " + LOG.encode(), content_type="Text/Plain")
    assert broken.data["outcome"] == "exact"


def test_without_a_content_type_it_is_json(site: Site) -> None:
    assert site.post(ROUTE, {"text": LOG}).data["outcome"] == "exact"


def test_the_row_comes_in_the_wanted_language(site: Site) -> None:
    def cause(answer: Answer) -> str:
        found: str = answer.data["matches"][0]["error"]["cause"]
        return found

    assert cause(site.post(ROUTE, {"text": MESSAGE, "lang": "zh"})) == "共享段太多"
    assert cause(site.post(ROUTE, {"text": MESSAGE}, accept_language="zh-CN")) == "共享段太多"
    assert cause(site.post(ROUTE, {"text": MESSAGE, "lang": "fr"})) == "Too many segments"


def test_none_is_an_empty_list(site: Site) -> None:
    for text in ("all is well", "Segmentation fault (core dumped)", "。", "\0\0", "💥"):
        answer = site.post(ROUTE, {"text": text})
        assert (answer.data["outcome"], answer.data["matches"]) == ("none", [])
        assert answer.json["meta"]["nextStep"].startswith("No article covers this error.")


def test_filters_and_limit(serve: Served) -> None:
    documents = dict(OTHERS)
    for number in range(4):
        metadata = make_metadata(
            id=f"art_Refused{number:05}",
            domain="databases" if number else "transport",
            status=Status.VERIFIED if number == 1 else Status.PENDING,
        )
        slug = f"refused-{number}"
        article = make_article(
            slug=slug, metadata=metadata, translations=[make_translation(body=BODY)]
        )
        documents[f"{slug}.md"] = make_document(article)
    site = serve(documents)

    def found(**more: object) -> int:
        return len(site.post(ROUTE, {"text": MESSAGE, **more}).data["matches"])

    assert found() == 4
    assert found(limit=2) == 2
    assert found(domain="databases") == 3
    assert found(domain=["databases", "transport"]) == 4
    assert found(status="verified") == 1
    assert found(status=["verified", "pending"], domain="transport") == 1
    assert found(domain="mcp") == 0
    searched = site.post(ROUTE, {"text": MESSAGE, "domain": "mcp", "status": "failed"}).data
    assert searched["searched"]["filters"] == {"domain": ["mcp"], "status": ["failed"]}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b"null", "body"),
        (b'"text"', "body"),
        (b"[" * 100_000, "body"),
        (b"\xff", "body"),
        (b"{}", "text"),
        (b'{"text": 5}', "text"),
        (b'{"text": null}', "text"),
        (b'{"text": ""}', "text"),
        (b'{"text": " \\n "}', "text"),
        (b'{"text": "x", "limit": 0}', "limit"),
        (b'{"text": "x", "limit": 51}', "limit"),
        (b'{"text": "x", "limit": "many"}', "limit"),
        (b'{"text": "x", "limit": 1e400}', "limit"),
        (b'{"text": "x", "limit": %d}' % 10**40, "limit"),
        (b'{"text": "x", "domain": "nonsense"}', "domain"),
        (b'{"text": "x", "domain": 5}', "domain.0"),
        (b'{"text": "x", "status": "nonsense"}', "status.0"),
        (b'{"text": "x", "lang": 5}', "lang"),
    ],
)
def test_what_cannot_be_used_is_400(site: Site, body: bytes, path: str) -> None:
    answer = site.post(ROUTE, body, content_type="application/json")

    assert answer.status == 400
    assert [found["path"] for found in answer.json["error"]["details"]["errors"]] == [path]


def test_other_kinds_of_body_are_refused(site: Site) -> None:
    answer = site.post(ROUTE, b"text=x", content_type="application/x-www-form-urlencoded")

    assert answer.status == 400
    [complaint] = answer.json["error"]["details"]["errors"]
    assert complaint["allowed"] == ["application/json", "text/plain"]


def test_half_a_character_does_not_matter(site: Site) -> None:
    body = json.dumps({"text": f"{MESSAGE}\n\ud83d"}).encode()
    assert b"\\ud83d" in body
    assert site.post(ROUTE, body, content_type="application/json").data["outcome"] == "exact"


def test_unknown_fields_are_ignored(site: Site) -> None:
    assert site.post(ROUTE, {"text": MESSAGE, "colour": "red"}).data["outcome"] == "exact"


def test_as_much_as_64_kib(site: Site) -> None:
    padding = "x" * (LIMIT - len(MESSAGE) - 1)
    whole = f"{MESSAGE}\n{padding}"
    assert site.post(ROUTE, {"text": whole}).data["outcome"] == "exact"
    escaped = "\u0001" * (LIMIT - len(MESSAGE) - 1)
    assert site.post(ROUTE, {"text": f"{MESSAGE}\n{escaped}"}).data["outcome"] == "exact"
    for answer in (
        site.post(ROUTE, {"text": f"{whole}x"}),
        site.post(ROUTE, f"{whole}x".encode(), content_type="text/plain"),
        site.post(ROUTE, {"text": "中" * (LIMIT // 3 + 1)}),
        site.post(ROUTE, b" " * (8 * LIMIT + 1)),
    ):
        assert answer.status == 413
        assert answer.json["error"]["code"] == "PAYLOAD_TOO_LARGE"


def test_answers_are_not_kept(site: Site) -> None:
    answer = site.post(ROUTE, {"text": MESSAGE})

    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_the_text_is_neither_logged_nor_stored(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = "hunter2-6b1f"  # noqa: S105 - nobody's
    site.post(ROUTE, {"text": f"{MESSAGE} password={secret}"})
    site.post(ROUTE, f"{secret}: {MESSAGE}".encode(), content_type="text/plain")
    site.post(ROUTE, {"text": MESSAGE, "limit": 0, "password": secret})
    site.wait(0.4)

    printed = capfd.readouterr()
    assert f"POST {ROUTE} 200" in printed.out
    assert secret not in printed.out + printed.err + caplog.text
    stored = [path for path in site.app.state.settings.data_dir.rglob("*") if path.is_file()]
    assert [path for path in stored if secret.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"content_encoding": "gzip"}, "Content-Encoding 'gzip' is not supported; send the body"),
        ({"content_encoding": "zip, br"}, "Content-Encoding 'zip, br'"),
        ({"content_type": "application/json; charset=utf-16"}, "charset 'utf-16'"),
        ({"content_type": 'text/plain;x=y; Charset="Latin-1"'}, "charset 'latin-1'"),
    ],
)
def test_a_body_that_would_be_read_wrongly_is_refused(
    site: Site, headers: dict[str, str], told: str
) -> None:
    answer = site.post(ROUTE, {"text": LOG}, **headers)
    assert (answer.status, answer.json["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert told in answer.json["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"content_encoding": "identity"},
        {"content_encoding": ""},
        {"content_type": "application/json; charset=UTF-8"},
        {"content_type": 'application/json;charset="utf8"'},
        {"content_type": "application/json; charset=us-ascii"},
    ],
)
def test_a_body_that_says_that_it_is_plain_is_read(site: Site, headers: dict[str, str]) -> None:
    assert site.post(ROUTE, {"text": LOG}, **headers).data["outcome"] == "exact"
