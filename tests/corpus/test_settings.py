"""Settings: their defaults, and that a bad one stops the start with its name."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from corpus.errors import SettingsError
from corpus.search.engines.opensearch.server import Server
from corpus.settings import Access, Gaps, LogFormat, LogLevel, ProxyHeader, Settings, load_settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FIXBOOK_{name.upper()}", raising=False)


def test_defaults() -> None:
    settings = load_settings()

    assert settings.model_dump() == {
        "access": Access.PUBLIC,
        "content_dir": Path("content"),
        "data_dir": Path("data"),
        "database_url": "",
        "database_read_url": "",
        "database_pool": 8,
        "search_url": "whoosh",
        "search_user": "",
        "search_password": SecretStr(""),
        "search_ca": None,
        "search_shards": 1,
        "search_replicas": 1,
        "search_timeout": 3.0,
        "trusted_keys": (),
        "receipt_age": None,
        "public_url": "",
        "edit_url": "",
        "default_lang": "en",
        "host": "127.0.0.1",
        "port": 8000,
        "workers": 1,
        "rate_limit": "100/minute",
        "key_rate_limit": "1000/minute",
        "trusted_proxies": (),
        "proxy_header": ProxyHeader.X_FORWARDED_FOR,
        "trusted_hosts": (),
        "cors_origins": (),
        "log_format": LogFormat.TEXT,
        "log_level": LogLevel.INFO,
        "gaps": Gaps.OFF,
        "otel": False,
        "sync_repository": "",
        "sync_branch": "",
        "sync_folder": ".",
        "sync_signers": None,
        "vectors": None,
    }
    assert settings.database == "sqlite:///data/fixbook.db"
    assert settings.index_dir == Path("data/index")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIXBOOK_PORT", "9000")
    monkeypatch.setenv("FIXBOOK_PUBLIC_URL", "https://fixes.example/kb/")
    monkeypatch.setenv("FIXBOOK_CORS_ORIGINS", "https://a.example, http://localhost:3000,")
    monkeypatch.setenv("FIXBOOK_LOG_FORMAT", "json")
    monkeypatch.setenv("FIXBOOK_DATABASE_URL", "postgresql+psycopg://db/fixbook")
    settings = load_settings()

    assert settings.port == 9000
    assert settings.public_url == "https://fixes.example/kb"
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000")
    assert settings.log_format is LogFormat.JSON
    assert settings.database == "postgresql+psycopg://db/fixbook"


def test_what_is_given_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIXBOOK_PORT", "9000")
    assert load_settings(port=9001).port == 9001


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = load_settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(f"FIXBOOK_{name.upper()}", "")
    assert load_settings() == defaults
    assert load_settings().content_dir == Path("content")


@pytest.mark.parametrize(
    ("name", "value", "may_be"),
    [
        ("PORT", "x", "valid integer"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("PORT", "-1", "greater than or equal to 0"),
        ("WORKERS", "0", "greater than or equal to 1"),
        ("WORKERS", "65", "less than or equal to 64"),
        ("SEARCH_URL", "lucene", "may be whoosh, tantivy or opensearch://host:9200/name"),
        ("SEARCH_URL", "opensearch://", "may be whoosh, tantivy or opensearch://host:9200/name"),
        ("SEARCH_SHARDS", "0", "greater than or equal to 1"),
        ("SEARCH_REPLICAS", "-1", "greater than or equal to 0"),
        ("SEARCH_TIMEOUT", "0", "greater than 0"),
        ("PUBLIC_URL", "fixes.example", "may be an http:// or https:// address"),
        ("PUBLIC_URL", "https://fixes.example/?x", "without query or fragment"),
        ("PUBLIC_URL", "https://fixes.example/\r\nX: y", "without query or fragment"),
        ("DEFAULT_LANG", "English", "may be a language tag such as en or zh"),
        ("CORS_ORIGINS", "app.example", "may be origins such as https://app.example"),
        ("CORS_ORIGINS", "https://a.example/path", "may be origins such as"),
        ("RATE_LIMIT", "100", "may be off, or a number per second, minute or hour"),
        ("RATE_LIMIT", "0/minute", "as in 100/minute"),
        ("KEY_RATE_LIMIT", "many/day", "as in 100/minute"),
        ("TRUSTED_PROXIES", "proxy.example", "may be addresses and networks such as 10.0.0.0/8"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "may be addresses and networks"),
        ("PROXY_HEADER", "via", "'x-forwarded-for' or 'forwarded'"),
        ("TRUSTED_HOSTS", "https://a.example", "may be host names such as docs.example"),
        ("TRUSTED_KEYS", "/none.pem", "may be files of Ed25519 public keys in PEM; /none.pem: "),
        ("LOG_FORMAT", "xml", "'text' or 'json'"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_bad_value_is_named_with_what_it_may_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, may_be: str
) -> None:
    monkeypatch.setenv(f"FIXBOOK_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert caught.value.message.startswith(f"FIXBOOK_{name}: ")
    assert may_be in caught.value.message


def test_the_search_server_is_put_together_from_its_settings() -> None:
    settings = load_settings(
        search_url="opensearchs://one,two:9201/kb",
        search_user="ada",
        search_password="secret",  # noqa: S106 - nobody's
        search_ca="ca.pem",
        search_shards=3,
        search_replicas=2,
        search_timeout=1.5,
    )
    assert settings.search_server == Server(
        hosts=(("one", 9200), ("two", 9201)),
        prefix="kb",
        tls=True,
        ca=Path("ca.pem"),
        user="ada",
        password="secret",  # noqa: S106 - nobody's
        shards=3,
        replicas=2,
        timeout=1.5,
    )
    assert load_settings().search_server is None


def test_the_address_of_the_search_server_names_the_user_first() -> None:
    server = load_settings(
        search_url="opensearch://a%40b:p%2Fw@one/kb", search_user="x"
    ).search_server
    assert server is not None
    assert (server.user, server.password) == ("a@b", "p/w")


def test_a_password_is_never_shown() -> None:
    settings = load_settings(
        search_url="opensearch://u:secret@one",
        search_password="secret",  # noqa: S106 - nobody's
    )
    assert "secret" not in f"{settings!r}{settings}{settings.search_server!r}"


def test_a_password_in_a_bad_address_is_not_shown_either() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(search_url="opensearch://u:secret@one/BAD!")
    assert "secret" not in caught.value.message


def test_all_bad_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIXBOOK_PORT", "x")
    monkeypatch.setenv("FIXBOOK_LOG_LEVEL", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert "FIXBOOK_PORT: " in caught.value.message
    assert "FIXBOOK_LOG_LEVEL: " in caught.value.message


@pytest.mark.parametrize(
    "value", ["https://x.example/", "{path}", "javascript:{path}", 'https://x{path}"<']
)
def test_an_address_to_edit_has_a_place_for_the_path(value: str) -> None:
    with pytest.raises(SettingsError, match=r"FIXBOOK_EDIT_URL: may be an http:// or https://"):
        load_settings(edit_url=value)
    good = "https://x.example/edit/main/{path}?plain=1"
    assert load_settings(edit_url=good).edit_url == good
