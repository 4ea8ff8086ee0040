"""The server: articles as resources, and what it says where it cannot answer."""

import logging

import pytest

from corpus.library import Library
from corpus.settings import Settings
from tests.api.conftest import Served
from tests.api.mcp.calls import complaint, documents, post, rpc
from tests.api.site import Site


def test_only_articles_are_resources(site: Site) -> None:
    answer = post(site, rpc("resources/read", uri="file:///etc/passwd"))
    assert answer.json["error"]["message"] == (
        "there is no such resource; articles are fixbook://articles/{slug}"
    )


def test_a_resource_is_the_document(site: Site) -> None:
    answer = post(site, rpc("resources/read", uri="fixbook://articles/connection-refused"))
    document = site.get("/api/v1/articles/connection-refused?format=markdown").body.decode()
    assert answer.json["result"]["contents"] == [
        {
            "uri": "fixbook://articles/connection-refused",
            "mimeType": "text/markdown",
            "text": document,
        }
    ]


def test_an_unknown_tool_is_a_protocol_error(site: Site) -> None:
    assert post(site, rpc("tools/call", name="fix_it")).json["error"] == {
        "code": -32602,
        "message": "there is no tool 'fix_it'; there are diagnose_error, search_articles, "
        "get_article, report_outcome, propose_fix",
    }


def test_before_the_first_ingest_it_says_what_to_do(settings: Settings, library: Library) -> None:
    assert library.current().number == 0
    with Site(settings) as site:
        assert complaint(site, "get_article", article="x") == (
            "Nothing was ingested yet, so there is nothing to search. Run `fixbook ingest` with "
            "the folder of the articles and the same FIXBOOK_DATA_DIR; then make this call again."
        )


@pytest.mark.sqlite("moves the file")
def test_an_outage_is_never_nothing_found(serve: Served, caplog: pytest.LogCaptureFixture) -> None:
    site = serve(documents())
    database = site.app.state.settings.data_dir / "fixbook.db"
    site.app.state.library.close()
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    caplog.set_level(logging.DEBUG)
    for tool, arguments in (
        ("search_articles", {"query": "tell-tale"}),
        ("diagnose_error", {"text": "Error: tell-tale"}),
        ("get_article", {"article": "tell-tale"}),
    ):
        said = complaint(site, tool, **arguments)
        assert said.startswith("Temporarily unavailable: ")
        assert said.endswith(
            "Make the same call again in a few seconds. This does not mean that there is no "
            "article."
        )
    answer = post(site, rpc("resources/read", uri="fixbook://articles/x"))
    assert answer.json["error"]["code"] == -32603
    assert "tell-tale" not in caplog.text
