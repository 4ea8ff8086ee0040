"""One article, in every format and language, by every name it has."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from sqlalchemy import Connection, Engine, Pool, event

from api.responses.articles import ArticleObject, Summary
from api.responses.envelope import Envelope
from corpus.document.article import RecordEnvironment, Status, VerifierKind
from tests.api.conftest import Served
from tests.api.site import URL, Site
from tests.api.test_errors import assert_error
from tests.conftest import settings_in
from tests.factories import (
    BODY,
    make_article,
    make_code_block,
    make_document,
    make_metadata,
    make_question,
    make_record,
    make_translation,
)
from tests.shared_corpus import CONTENT, SharedCorpus

PATH = "/api/v1/articles/connection-refused"
FIELDS = (
    "id slug author title summary content lang domain tags keywords verificationStatus "
    "confidenceScore riskLevel applicableVersions runtimeEnv codeBlocks qaPairs "
    "verificationRecords relatedIds publishedAt updatedAt createdAt apiAccess"
)
OUR_FIELDS = "code aliases languages sections errors references trust reports url"
SUMMARY_FIELDS = (
    "id slug code title summary domain author tags keywords verificationStatus confidenceScore "
    "riskLevel applicableVersions publishedAt updatedAt createdAt formats"
)


@contextmanager
def queries() -> Iterator[list[str]]:
    """What the database is asked meanwhile, beginnings of transactions left out."""
    asked: list[str] = []

    def note(sql: str) -> None:
        if not sql.startswith(("BEGIN", "ROLLBACK")):
            asked.append(sql)

    def told(connection: Any, *_: object) -> None:
        """SQLite tells of each statement itself, for not all of them go through SQLAlchemy."""
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(note)

    def sent(connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        if connection.dialect.name != "sqlite":
            note(sql)

    event.listen(Pool, "checkout", told)
    event.listen(Engine, "before_cursor_execute", sent)
    yield asked
    event.remove(Engine, "before_cursor_execute", sent)
    event.remove(Pool, "checkout", told)


def in_two_languages(slug: str = "connection-refused", **metadata: object) -> dict[str, str]:
    article = make_article(
        slug=slug,
        metadata=make_metadata(**metadata),  # type: ignore[arg-type]
        translations=[
            make_translation(title="Refused", summary="In English."),
            make_translation(lang="zh", title="连接被拒绝", summary="中文。"),
        ],
    )
    return {
        f"{slug}.md": make_document(article),
        f"{slug}.zh.md": make_document(article, lang="zh"),
    }


def test_json_is_the_bare_article(serve: Served) -> None:
    answer = serve({"connection-refused.md": make_document()}).get(f"{PATH}?format=json")

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert set(answer.json) == {*FIELDS.split(), *OUR_FIELDS.split()}
    article = convert(answer.json, ArticleObject)
    assert article.slug == "connection-refused"
    assert article.title == "Connection refused on a local port"
    assert article.languages == ("en",)
    assert article.url == f"{URL}{PATH}"
    assert article.api_access.endpoints.json == f"{PATH}?format=json&lang=en"
    assert [section.anchor for section in article.sections] == ["symptoms", "error-table"]
    assert article.errors[0].error == "connect ECONNREFUSED 127.0.0.1:8931"
    assert article.errors[0].solution == "Start the server"


def test_nested_objects_of_the_bare_article(serve: Served) -> None:
    record = make_record(
        notes="on a fresh machine",
        environment=RecordEnvironment(os="Debian 12", runtime="python", version="3.11"),
        kind=VerifierKind.OFFICIAL_BOT,
    )
    article = make_article(
        metadata=make_metadata(status=Status.VERIFIED, confidence=90, records=[record]),
        translations=[
            make_translation(code_blocks=[make_code_block()], questions=[make_question()])
        ],
    )
    shown = serve({"connection-refused.md": make_document(article)}).get(f"{PATH}?format=json").json

    assert shown["codeBlocks"] == [
        {
            "id": "cb_PortClosed01_1",
            "language": "bash",
            "filename": None,
            "content": "ss -ltn",
            "description": "What listens",
        }
    ]
    assert shown["qaPairs"] == [
        {
            "id": "qa_PortClosed01_1",
            "question": "What does it mean?",
            "answer": "The port is closed.",
        }
    ]
    [shown_record] = shown["verificationRecords"]
    assert list(shown_record) == (
        "id articleId verifier result environment notes verifiedAt".split()
    )
    assert shown_record["environment"] == {
        "os": "Debian 12",
        "runtime": "python",
        "version": "3.11",
    }
    assert shown_record["verifier"]["type"] == "official_bot"
    assert shown["trust"]["level"] == "attested"
    convert(shown, ArticleObject)


def test_markdown_is_the_document(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()}, public_url="https://fixbook.example")
    answer = site.get(f"{PATH}?format=markdown")

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.body.decode() == make_document()


def test_without_a_format_it_is_the_short_facts(serve: Served) -> None:
    answer = serve(in_two_languages()).get(PATH)

    assert set(answer.data) == set(SUMMARY_FIELDS.split())
    convert(answer.json, Envelope[Summary])
    assert answer.body.startswith(b'{"success":true,"data":{"id":"art_PortClosed01",')
    assert answer.data["title"] == {"en": "Refused", "zh": "连接被拒绝"}
    assert answer.data["formats"] == {
        "json": f"{URL}{PATH}?format=json&lang=en",
        "markdown": f"{URL}{PATH}?format=markdown&lang=en",
    }


def test_accept_can_ask_for_markdown(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    types = {
        accept: site.get(PATH, accept=accept).headers["content-type"].partition(";")[0]
        for accept in (
            "text/markdown",
            "text/markdown, application/json",
            "application/json, text/markdown",
            "application/json;q=0.5, text/markdown;q=0.8",
            "text/*",
            "*/*",
            "text/html,application/xhtml+xml,*/*;q=0.8",
        )
    }
    assert types == {
        "text/markdown": "text/markdown",
        "text/markdown, application/json": "text/markdown",
        "application/json, text/markdown": "application/json",
        "application/json;q=0.5, text/markdown;q=0.8": "text/markdown",
        "text/*": "text/markdown",
        "*/*": "application/json",
        "text/html,application/xhtml+xml,*/*;q=0.8": "application/json",
    }
    assert site.get(f"{PATH}?format=json", accept="text/markdown").json["slug"]
    assert site.get(f"{PATH}?format=json", accept="image/png").status == 200


def test_markdown_has_a_url_of_its_own(serve: Served) -> None:
    site = serve(in_two_languages())

    english, chinese = site.get(f"{PATH}.md"), site.get(f"{PATH}.zh.md")
    assert english.body.startswith(b"# Refused\n")
    assert english.headers["content-language"] == "en"
    assert chinese.body.startswith("# 连接被拒绝\n".encode())
    assert chinese.headers["content-language"] == "zh"
    assert site.get(f"{PATH}.zh-TW.md").headers["content-language"] == "zh"
    absent = site.get(f"{PATH}.fr.md")
    assert (absent.status, absent.json["error"]["details"]["suggestions"]) == (
        404, ["connection-refused"],
    )  # fmt: skip
    assert site.get(f"{PATH}.md?lang=zh").headers["content-language"] == "zh"
    assert site.get(f"{PATH}.md", accept_language="zh").headers["content-language"] == "zh"


def test_language_is_negotiated(serve: Served) -> None:
    site = serve(in_two_languages())
    given = {
        accept: site.get(f"{PATH}?format=json", accept_language=accept).headers["content-language"]
        for accept in ("", "zh", "zh-CN,zh;q=0.9", "fr, zh;q=0.1", "en;q=0.1, zh;q=0.2", "fr", "*")
    }
    assert given == {
        "": "en",
        "zh": "zh",
        "zh-CN,zh;q=0.9": "zh",
        "fr, zh;q=0.1": "zh",
        "en;q=0.1, zh;q=0.2": "zh",
        "fr": "en",
        "*": "en",
    }


def test_lang_decides_before_the_header_and_falls_back(serve: Served) -> None:
    site = serve(in_two_languages())
    given = {
        lang: site.get(f"{PATH}?format=json&lang={lang}", accept_language="zh").json["lang"]
        for lang in ("en", "EN", "zh", "ZH", "zh-TW", "zh_CN", "fr", "")
    }
    assert given == {
        "en": "en",
        "EN": "en",
        "zh": "zh",
        "ZH": "zh",
        "zh-TW": "zh",
        "zh_CN": "zh",
        "fr": "en",
        "": "zh",
    }


def test_an_article_only_in_chinese(serve: Served) -> None:
    article = make_article(slug="duankou", translations=[make_translation(lang="zh", title="端口")])
    site = serve({"duankou.zh.md": make_document(article, lang="zh")})
    answer = site.get("/api/v1/articles/duankou?lang=en&format=json")

    assert answer.headers["content-language"] == "zh"
    assert (answer.json["lang"], answer.json["title"]) == ("zh", "端口")


def test_other_names_lead_to_the_slug(serve: Served) -> None:
    site = serve(in_two_languages(code="TRANS-002", aliases=["old-name"]))
    for name in ("art_PortClosed01", "TRANS-002", "old-name"):
        answer = site.get(f"/api/v1/articles/{name}?format=json&lang=zh&x=%E4%B8%AD+1")
        assert answer.status == 308
        assert answer.headers["location"] == f"{PATH}?format=json&lang=zh&x=%E4%B8%AD+1"
    assert site.get("/api/v1/articles/TRANS-002").headers["location"] == PATH
    assert site.get("/api/v1/articles/TRANS-002.zh.md").headers["location"] == f"{PATH}.zh.md"
    assert site.head("/api/v1/articles/old-name").status == 308


def test_slugs_with_dots_and_chinese(serve: Served) -> None:
    documents = {}
    for number, slug in enumerate(("node.js", "连接被拒绝", "guide.zh")):
        article = make_article(slug=slug, metadata=make_metadata(id=f"art_Named{number:07}"))
        documents[f"a{number}.md"] = make_document(article)
    site = serve(documents)

    assert site.get("/api/v1/articles/node.js?format=json").json["slug"] == "node.js"
    assert site.get("/api/v1/articles/node.js.md").status == 200
    assert site.get("/api/v1/articles/node.js.en.md").status == 200
    assert site.get("/api/v1/articles/guide.zh.md").headers["x-article-slug"] == "guide.zh"
    encoded = "%E8%BF%9E%E6%8E%A5%E8%A2%AB%E6%8B%92%E7%BB%9D"
    for slug in ("连接被拒绝", encoded):
        answer = site.get(f"/api/v1/articles/{slug}?format=json")
        assert answer.json["slug"] == "连接被拒绝"
        assert answer.headers["x-article-slug"] == encoded
        assert answer.json["url"] == f"{URL}/api/v1/articles/{encoded}"
    redirect = site.get("/api/v1/articles/art_Named0000001")
    assert redirect.headers["location"] == f"/api/v1/articles/{encoded}"


def test_a_slash_at_the_end_is_forgiven(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    answer = site.get(f"{PATH}/?format=json")

    assert (answer.status, answer.headers["location"]) == (308, f"{PATH}?format=json")
    assert site.get("//evil.example/").headers["location"] == "/evil.example"
    assert site.get("/api/v1/articles/").headers["location"] == "/api/v1/articles"


def test_headers(serve: Served) -> None:
    answer = serve({"connection-refused.md": make_document()}).get(f"{PATH}?format=markdown")
    address = f"{URL}{PATH}"

    headers = answer.headers
    assert headers.pop("etag")[:1] == '"'
    assert headers.pop("x-request-id").endswith("-1")
    assert headers == {
        "content-type": "text/markdown; charset=utf-8",
        "content-length": str(len(answer.body)),
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "content-language": "en",
        "last-modified": "Fri, 13 Mar 2026 08:00:00 GMT",
        "cache-control": "public, max-age=60",
        "vary": "Accept, Accept-Language, Accept-Encoding",
        "x-article-id": "art_PortClosed01",
        "x-article-slug": "connection-refused",
        "x-agent-api-endpoint": address,
        "x-agent-api-docs": f"{URL}/docs",
        "link": f'<{address}?format=json&lang=en>; rel="alternate"; type="application/json", '
        f'<{address}?format=markdown&lang=en>; rel="alternate"; type="text/markdown", '
        f'<{URL}/en/articles/connection-refused>; rel="alternate"; type="text/html", '
        f'<{URL}/docs>; rel="describedby"; type="text/html", '
        f'<{URL}/llms.txt>; rel="describedby"; type="text/plain"',
    }


def test_public_url_counts_before_the_host(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()}, public_url="https://fixes.example/kb")
    answer = site.get(PATH)

    assert answer.headers["x-agent-api-endpoint"] == f"https://fixes.example/kb{PATH}"
    assert answer.data["formats"]["json"].startswith("https://fixes.example/kb/api/v1/")


def test_a_date_to_come_is_no_last_modified(serve: Served) -> None:
    document = make_document(make_article(metadata=make_metadata(updated_at="2999-01-01")))
    answer = serve({"connection-refused.md": document}).get(f"{PATH}?format=json")

    assert answer.json["updatedAt"] == "2999-01-01"
    assert "2999" not in answer.headers["last-modified"]


def test_an_article_without_dates_has_no_last_modified(serve: Served) -> None:
    metadata = make_metadata(published_at=None, updated_at=None, created_at=None)
    document = make_document(make_article(metadata=metadata))
    answer = serve({"connection-refused.md": document}).get(f"{PATH}?format=json")

    assert answer.json["updatedAt"] is None
    assert "last-modified" not in answer.headers


def test_a_deprecated_article_names_its_successor(serve: Served) -> None:
    old = make_metadata(
        id="art_Old000000001", status=Status.DEPRECATED, related_ids=["art_PortClosed01"]
    )
    site = serve(
        {
            "connection-refused.md": make_document(),
            "old.md": make_document(make_article(slug="old", metadata=old)),
        }
    )
    notice = f"This article is deprecated; read {URL}{PATH} instead."
    summary = site.get("/api/v1/articles/old")
    assert summary.json["meta"]["nextStep"] == notice
    assert summary.data["notice"] == notice
    bare = site.get("/api/v1/articles/old?format=json")
    assert bare.json["notice"] == notice
    convert(bare.json, ArticleObject)
    markdown = site.get("/api/v1/articles/old.md")
    assert markdown.headers["x-article-notice"] == notice
    assert markdown.headers["link"].endswith(f'<{URL}{PATH}>; rel="successor-version"')


def test_a_deprecated_article_without_a_successor(serve: Served) -> None:
    metadata = make_metadata(status=Status.DEPRECATED)
    site = serve({"connection-refused.md": make_document(make_article(metadata=metadata))})

    assert site.get(PATH).data["notice"] == "This article is deprecated."
    assert "successor" not in site.get(PATH).headers["link"]


def test_drafts_and_archived_articles_do_not_exist(serve: Served) -> None:
    draft = make_article(slug="draft", metadata=make_metadata(id="art_Draft0000001", code="D-1"))
    old = make_article(slug="old", metadata=make_metadata(id="art_Archived0001"))
    linking = make_metadata(related_ids=["art_Draft0000001"])
    site = serve(
        {
            "connection-refused.md": make_document(make_article(metadata=linking)),
            "draft.md": f"---\ndraft: true\n---\n{make_document(draft)}",
            "old.md": f"---\narchived: true\n---\n{make_document(old)}",
        }
    )
    for name in ("draft", "art_Draft0000001", "D-1", "draft.md", "old", "art_Archived0001"):
        answer = site.get(f"/api/v1/articles/{name}")
        assert answer.status == 404
        assert set(answer.json["error"]["details"]["suggestions"]) <= {"connection-refused"}
    assert site.get("/api/v1/articles").data["pagination"]["total"] == 1
    assert site.get("/api/v1/search?q=draft").data["items"] == []
    assert site.get("/api/v1/search?q=ECONNREFUSED").data["pagination"]["total"] == 1
    assert site.get("/api/v1/stats").data["articles"]["total"] == 3
    assert site.get("/api/v1/stats").data["articles"]["published"] == 1
    assert site.get("/api/v1/errors").data["pagination"]["total"] == 2
    assert site.get("/api/v1/tags").data["items"][0] == {"name": "network", "articles": 1}


def test_references_are_resolved(serve: Served) -> None:
    body = "See [the other](TRANS-001), [a file](notes.txt) and [docs](https://docs.example/x)."
    other = make_article(
        slug="other", metadata=make_metadata(id="art_Other0000001", code="TRANS-001")
    )
    site = serve(
        {
            "other.md": make_document(other),
            "connection-refused.md": f"# Links\n\n{body}\n",
        }
    )
    references = site.get(f"{PATH}?format=json").json["references"]
    assert references == [
        {
            "label": "the other",
            "target": "TRANS-001",
            "slug": "other",
            "url": f"{URL}/api/v1/articles/other",
        },
        {"label": "a file", "target": "notes.txt", "slug": None, "url": None},
        {
            "label": "docs",
            "target": "https://docs.example/x",
            "slug": None,
            "url": "https://docs.example/x",
        },
    ]


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/guide/pump-stops/", "pump-stops"),
        ("../guide/02-pump-stops.mdx#fix", "pump-stops"),
        ("./pump-stops.html", "pump-stops"),
        ("/guide/pump-stops/index.md", "pump-stops"),
        ("<pump stops>", "pump-stops"),
        ("/guide/", None),
        ("mailto:pump-stops@a.example", None),
        ("https://a.example/guide/pump-stops", None),
    ],
)
def test_links_of_other_sites_lead_to_the_article_of_that_name(
    serve: Served, target: str, leads_to: str | None
) -> None:
    site = serve(
        {
            "guide/02-pump-stops.md": "# Pump\n\nText.\n",
            "connection-refused.md": f"# Links\n\n[a]({target})\n",
        }
    )
    [reference] = site.get(f"{PATH}?format=json").json["references"]
    assert reference["slug"] == leads_to


def test_code_blocks_are_those_of_the_body_where_no_section_has_them(serve: Served) -> None:
    body = '# A\n\n## Start\n\n```js title="src/a.js"\nstart()\n```\n\n```\nplain\n```\n'
    blocks = serve({"a.md": body}).get("/api/v1/articles/a?format=json").json["codeBlocks"]

    assert [(each["language"], each["filename"], each["content"]) for each in blocks] == [
        ("js", "src/a.js", "start()"),
        ("", None, "plain"),
    ]
    assert [each["description"] for each in blocks] == ["Start", "Start"]


def test_what_is_missing_is_404_with_what_was_perhaps_meant(serve: Served) -> None:
    site = serve(in_two_languages())
    answer = site.get("/api/v1/articles/connexion-refused")

    assert answer.status == 404
    assert answer.json["error"] == {
        "code": "NOT_FOUND",
        "message": "there is no such article",
        "details": {"suggestions": ["connection-refused"], "retryable": False},
    }
    assert answer.headers["cache-control"] == "no-store"


def test_odd_names_are_not_found(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    for name in (
        "%00", "a%00b", "%0d%0aX-Evil:%201", "%ff%fe", "%ED%A0%80", ".md", "..md", "'--",
        "%25", "*", '"', "a" * 400, "%F0%9F%98%80",
    ):  # fmt: skip
        answer = site.get(f"/api/v1/articles/{name}")
        assert (name, answer.status) == (name, 404)
        assert answer.json["error"]["message"] == "there is no such article"


def test_unknown_parameters_are_ignored(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})

    assert site.get(f"{PATH}?format=json&utm_source=x&_=1&pretty").json["slug"]
    assert (
        site.get(f"{PATH}?format=json&format=markdown").headers["content-type"].startswith("text")
    )


@pytest.mark.slow
def test_every_article_of_the_repository(shared_corpus: SharedCorpus, tmp_path: Path) -> None:
    documents = [file.name for file in CONTENT.glob("*.md")]
    settings = settings_in(tmp_path, content_dir=CONTENT)
    shared_corpus.fill(settings)
    with Site(settings) as site:
        numbers = range(1, len(documents) // 100 + 2)
        pages = [site.get(f"/api/v1/articles?pageSize=100&page={n}").data["items"] for n in numbers]
        listed = [item for items in pages for item in items]
        assert len(listed) == len({name.partition(".")[0] for name in documents})
        for item in listed:
            path = f"/api/v1/articles/{item['slug']}"
            convert(site.get(path).json, Envelope[Summary])
            for lang in ("en", "zh"):
                article = convert(site.get(f"{path}?format=json&lang={lang}").json, ArticleObject)
                assert (article.lang, article.code) == (lang, item["code"])
                assert site.get(f"{path}.{lang}.md").body.decode().startswith(f"# {article.title}")


@pytest.mark.parametrize("before", ["/en/articles/", "/", "/api/v1/articles/"])
def test_no_redirect_repeats_a_long_address(serve: Served, before: str) -> None:
    answer = serve({"connection-refused.md": make_document()}).get(f"{before}{'x' * 4_500}/")

    assert (answer.status, answer.json["error"]["code"]) == (414, "URI_TOO_LONG")


def test_a_redirect_takes_a_query_along_while_it_is_short(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    address = f"{PATH}/?format=json&x="

    room = 1_024 - len(f"{PATH}?format=json&x=")
    assert len(site.get(address + "y" * room).headers["location"]) == 1_024
    answer = site.get(address + "y" * (room + 1))
    assert (answer.status, answer.json["error"]["code"]) == (414, "URI_TOO_LONG")


@pytest.mark.parametrize("form", ["json", "markdown", ""])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_article_is_one_query_beside_its_generation_and_references(
    serve: Served, form: str, lang: str
) -> None:
    site = serve(in_two_languages(related_ids=["art_Other0000001"], records=[make_record()]))
    with queries() as asked:
        answer = site.get(f"{PATH}?lang={lang}" + (f"&format={form}" if form else ""))

    assert answer.status == 200
    tables = [sql.split("FROM ")[1].split()[0] for sql in asked]
    assert tables[0] == "alembic_version"  # which the watch for generations may ask for as well
    reports = ["reports"] if form == "json" else []
    asked_for = [table for table in tables if table != "alembic_version"]
    assert asked_for == ["articles", *reports, "articles"]


# Sections


def test_a_section_alone(serve: Served) -> None:
    article = make_article(
        translations=[make_translation(body=f"{BODY}\n\n## Fix\n\nStart it.\n\n## After\n\nx")]
    )
    site = serve({"connection-refused.md": make_document(article)})
    answer = site.get(f"{PATH}.md?section=fix")
    assert (answer.body, answer.headers["content-language"]) == (b"## Fix\n\nStart it.\n", "en")
    assert answer.headers["etag"] != site.get(f"{PATH}.md").headers["etag"]
    for target in (f"{PATH}.json?section=Fix", f"{PATH}?section=fix"):
        shown = site.get(target).json
        assert (shown["content"], shown["slug"]) == ("## Fix\n\nStart it.", "connection-refused")
        assert [each["anchor"] for each in shown["sections"]] == ["fix"]
        assert (shown["errors"], shown["codeBlocks"], shown["qaPairs"]) == ([], [], [])
    assert site.get(f"{PATH}?section=fix", accept="text/markdown").body == answer.body


def test_an_error_is_a_section(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    for name in ("error-curl-28-connection-timed-out", "curl-28-connection-timed-out"):
        shown = site.get(f"{PATH}.json?section={name}").json
        assert [each["error"] for each in shown["errors"]] == ["curl: (28) Connection timed out"]
        assert shown["content"].startswith("- Error: curl: (28) Connection timed out\n")


def test_an_unknown_section_names_those_there_are(serve: Served) -> None:
    answer = serve({"connection-refused.md": make_document()}).get(f"{PATH}.md?section=prices")
    assert_error(answer, "VALIDATION_ERROR")
    [complaint] = answer.json["error"]["details"]["errors"]
    assert complaint["allowed"] == [
        "fix", "cause", "errors", "questions", "summary", "symptoms", "error-table",
    ]  # fmt: skip
