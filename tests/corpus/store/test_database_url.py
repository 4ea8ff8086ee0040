"""The address of a database: several hosts in libpq's forms, and clear words for wrong ones."""

from typing import Any

import pytest

from corpus.errors import SettingsError
from corpus.store.database_url import checked_url

_SEVERAL = ("a,b", "5432,5433")


def connected_with(url: str) -> Any:
    """What libpq is given."""
    parsed = checked_url(url, "URL")
    return parsed.get_dialect()().create_connect_args(parsed)[1]


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://u:p@a:5432,b:5433/db", *_SEVERAL),
        ("postgresql://u:p@/db?host=a,b&port=5432,5433", *_SEVERAL),
        ("postgresql://u:p@/db?host=a:5432,b:5433", *_SEVERAL),
        ("postgresql://u:p@/db?host=a:5432&host=b:5433", *_SEVERAL),
        ("postgresql://u:p@/db?host=a,b", "a,b", ","),
        ("postgresql://u:p@/db?host=a,b&port=5", "a,b", "5,5"),
        ("postgresql://u:p@a,b/db?port=5", "a,b", "5,5"),
        ("postgresql://u:p@/db?host=a&host=b&port=5", "a,b", "5,5"),
        ("postgresql://u:p@a,b:5/db", "a,b", ",5"),
        ("postgresql://u:p@[::1]:5,[::2]:6/db", "::1,::2", "5,6"),
        ("postgresql://u:p@[::1],[::2]/db", "::1,::2", ","),
        ("postgresql://u:p@/db?host=::1,/run/postgresql", "::1,/run/postgresql", ","),
        ("postgresql://u:p@a,b/db", "a,b", ","),
        ("postgresql://u:p@a/db", "a", None),
        ("postgresql://u:p@[::1]:5/db", "::1", 5),
        ("postgresql://u:p@/db?host=/run/postgresql", "/run/postgresql", None),
        ("postgresql://u:p@/db", None, None),
    ],
)  # fmt: skip
def test_hosts_and_ports(url: str, host: str | None, port: object) -> None:
    given = connected_with(url)
    assert (given.get("host"), given.get("port")) == (host, port)
    assert (given["user"], given["password"], given["dbname"]) == ("u", "p", "db")


@pytest.mark.parametrize("password", ["p/q", "p:q", "p#q", "p?q", "p,q", "p%2Fq", "p q"])
def test_passwords_that_were_not_encoded(password: str) -> None:
    for hosts in ("h", "h,i", "h:1,i:2"):
        given = connected_with(f"postgresql://u:{password}@{hosts}/db")
        assert given["password"] == password.replace("%2F", "/")
        assert given["host"] == hosts.replace(":1", "").replace(":2", "")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@h:x/db",
        "postgresql://u:s3cret@h:0/db",
        "postgresql://u:s3cret@h:65536/db",
        "postgresql://u:s3cret@h:99999999999999999999/db",
        "postgresql://u:s3cret@a:1,b:x/db",
        "postgresql://u:s3cret@/db?host=a,b:x",
        "postgresql://u:s3cret@h/db?port=x",
        "postgresql://u:s3cret@h/db?port=1,x",
        "postgresql://u:s3cret/db",
    ],
)
def test_a_port_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^URL: a port may be a number from 1 to ") as told:
        checked_url(url, "URL")
    assert "s3cret" not in told.value.message


@pytest.mark.parametrize("url", ["mysql://h/db", "nonsense", "://", "postgresql", "", "u:s3cret@h"])
def test_what_is_no_address_of_a_database(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^URL: may be sqlite:///… or postgresql://…$"):
        checked_url(url, "URL")


def test_an_at_sign_in_a_password_is_told_without_it() -> None:
    with pytest.raises(SettingsError, match=r"^URL: an @ .* is written %40$"):
        checked_url("postgresql://u:s3@cret@h/db", "URL")


@pytest.mark.parametrize("url", ["sqlite:////a@b,c/x.db", "sqlite:///a,b.db"])
def test_a_path_may_hold_anything(url: str) -> None:
    assert checked_url(url, "URL").database == url.removeprefix("sqlite:///")


@pytest.mark.parametrize("query", ["host=a,b,c&port=1,2", "host=a&host=b&port=1&port=2&port=3"])
def test_as_many_ports_as_hosts(query: str) -> None:
    with pytest.raises(SettingsError, match="URL: there may be one port for all hosts"):
        checked_url(f"postgresql://u:p@/db?{query}", "URL")
