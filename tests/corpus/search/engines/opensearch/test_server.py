"""The address of an OpenSearch cluster, read."""

import pytest

from corpus.errors import SettingsError
from corpus.search.engines.opensearch.server import Server, is_address, read_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("opensearch://one", Server(hosts=(("one", 9200),))),
        ("opensearch://one/", Server(hosts=(("one", 9200),))),
        ("opensearch://one:80/kb-2", Server(hosts=(("one", 80),), prefix="kb-2")),
        ("opensearchs://one/kb", Server(hosts=(("one", 9200),), prefix="kb", tls=True)),
        (
            "opensearch://a.example:1,10.0.0.2,[::1]:3/x",
            Server(hosts=(("a.example", 1), ("10.0.0.2", 9200), ("::1", 3)), prefix="x"),
        ),
        (
            "opensearch://ada:p%40ss%3A@one,two",
            Server(hosts=(("one", 9200), ("two", 9200)), user="ada", password="p@ss:"),  # noqa: S106 - nobody's
        ),
    ],
)
def test_an_address_names_a_server(url: str, server: Server) -> None:
    assert is_address(url)
    assert read_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "opensearch:",
        "opensearch://",
        "opensearch:///name",
        "opensearch://one,/name",
        "opensearch://one:x/name",
        "opensearch://one/Name",
        "opensearch://one/-name",
        "opensearch://one/a/b",
        "opensearch://one/name?x=1",
        "opensearch://user:secret@",
        "opensearch://user:sec@ret@one",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(url: str) -> None:
    assert is_address(url)
    with pytest.raises(SettingsError) as raised:
        read_server(url)
    assert raised.value.message == (
        "FIXBOOK_SEARCH_URL: may be opensearch://host:9200/name "
        "(opensearchs:// for TLS; several hosts with commas)"
    )


@pytest.mark.parametrize("url", ["whoosh", "tantivy", "http://one:9200", "open", ""])
def test_other_engines_are_no_addresses(url: str) -> None:
    assert not is_address(url)
