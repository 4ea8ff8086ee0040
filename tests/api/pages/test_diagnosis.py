"""Diagnosis as a page: the text comes in a body and goes nowhere."""

from urllib.parse import urlencode

import pytest

from tests.api.pages.document import Document, document
from tests.api.site import Answer, Site

LOG = "$ run\r\nError: connect ECONNREFUSED 127.0.0.1:8931\r\n    at f (<b>.js:1:1)"


def asked(site: Site, text: str, *, lang: str = "en", **headers: str) -> Answer:
    form = {"content_type": "application/x-www-form-urlencoded", **headers}
    return site.post(f"/{lang}/diagnose", urlencode({"text": text}).encode(), **form)


def pasted(site: Site, text: str, *, lang: str = "en") -> Document:
    return document(asked(site, text, lang=lang))


def test_every_page_takes_a_text(site: Site) -> None:
    for path in ("/en", "/en/diagnose", "/en/errors", "/en/articles/connection-refused"):
        [form] = document(site.get(path)).attributes("form", method="post")
        assert (form["action"], form["role"]) == ("/en/diagnose", "search")


def test_without_scripts_the_box_searches_for_a_line_and_diagnoses_more(site: Site) -> None:
    def sent(text: str) -> Answer:
        form = urlencode({"text": text, "from": "box"}).encode()
        return site.post("/en/diagnose", form, content_type="application/x-www-form-urlencoded")

    answer = sent("ECONNREFUSED & more\r\n")
    assert (answer.status, answer.headers["location"]) == (
        303,
        "/en/search?q=ECONNREFUSED+%26+more",
    )
    assert "Connection refused on a local port" in document(sent(LOG)).links()


def test_a_log_leads_to_the_row_of_its_error(site: Site) -> None:
    page = pasted(site, LOG)

    assert page.links()["Connection refused on a local port"] == (
        "/en/articles/connection-refused?error=connect-econnrefused-1270018931"
    )
    assert page.texts("dl", **{"class": "row"}) == [
        "CauseNothing listens there FixStart the server"
    ]
    [line] = [text for text in page.texts("p") if "Your line" in text]
    assert line.endswith("Your line 2: Error: connect ECONNREFUSED 127.0.0.1:8931")
    assert page.texts("span", **{"class": "gap"})[0] == "addr"


def test_the_text_is_shown_as_it_came_and_not_kept(site: Site) -> None:
    answer = asked(site, LOG)

    assert answer.headers["cache-control"] == "no-store"
    assert document(answer).attributes("meta", name="robots")[0]["content"] == "noindex"
    assert b"<b>.js" not in answer.body
    assert "".join(
        text for name, _, parts in document(answer).elements if name == "textarea"
        for text in parts
    ).strip() == LOG.replace("\r\n", "\n")  # fmt: skip


def test_no_match_is_said_and_not_guessed(site: Site) -> None:
    page = pasted(site, "all is well today", lang="zh")

    [told] = page.texts("div", role="status")
    assert told.startswith("没有文章了解这个错误。")
    assert page.links()["改为搜索其中的词语"] == "/zh/search?q=all+is+well+today"


def test_plain_text_is_taken_too(site: Site) -> None:
    answer = site.post("/en/diagnose", LOG.encode(), content_type="text/plain; charset=utf-8")

    assert "Connection refused on a local port" in document(answer).links()


def test_nothing_pasted(site: Site) -> None:
    assert pasted(site, " \n ").texts("div", role="alert") == ["The text was empty."]


def test_of_a_long_text_the_end_is_read_and_that_is_said(site: Site) -> None:
    page = pasted(site, "all is well\n" * 8_000 + LOG)

    assert page.texts("div", role="note") == ["This text is long: its last 64 KiB are read."]
    assert "Connection refused on a local port" in page.links()
    assert pasted(site, "\n" * 10 + LOG).texts("div", role="note") == []


def test_too_much_is_refused(site: Site) -> None:
    page = document(asked(site, "a" * 1024 * 1024, accept="text/html"), status=413)

    assert page.texts("h1") == ["The text is too long"]
    assert asked(site, "a" * 1024 * 1024).json["error"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize(
    ("body", "content_type", "path"),
    [
        (b"{}", "application/json", "Content-Type"),
        (b"&".join(b"a=b" for _ in range(30)), "application/x-www-form-urlencoded", "body"),
    ],
)
def test_other_bodies_are_refused(site: Site, body: bytes, content_type: str, path: str) -> None:
    answer = site.post("/en/diagnose", body, content_type=content_type)

    assert answer.status == 400
    assert answer.json["error"]["details"]["errors"][0]["path"] == path
