"""No password is shown, whatever is in it and wherever it stands."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from corpus.text.redaction import without_secrets

ODD = (
    "s3cret", "s3/cret", "s3@cret", "s3:cret", "s3#cret", "s3?cret", "s3%cret", "s3%2Fcret",
    "s3,cret", "s3 cret", "//s3cret", "s3cret/a:b@c?d#e%f", "12@s3cret", "s3cret=1", "s3中cret",
)  # fmt: skip


@pytest.mark.parametrize("password", ODD)
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://user:{}@host:5432/name", "postgresql://***@host:5432/name"),
        ("postgresql://user:{}@a:1,b:2/name?x=y", "postgresql://***@a:1,b:2/name?x=y"),
        ("opensearchs://user:{}@host/name", "opensearchs://***@host/name"),
        ("user:{}@host/name", "***@host/name"),
    ],
)
def test_a_password_before_a_host(address: str, password: str, shown: str) -> None:
    assert without_secrets(address.format(password)).endswith(shown.partition("***")[2])
    assert "s3" not in without_secrets(address.format(password))
    assert "cret" not in without_secrets(address.format(password))


# One with an @ before a host would make that a host.
@pytest.mark.parametrize("password", ["s3cret", "s3/cret", "s3:cret", "s3#cret", "s3%cret"])
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:{}/name",
        "postgresql://a:1,user:{}/name",
        "postgresql://user@host/name?password={}",
        "postgresql://host/name?a=b&sslpassword={}&c=d",
        "host=a user=b password={} port=1",
        "host=a user=b password = '{} x' port=1",
    ],
)  # fmt: skip
def test_a_password_somewhere_else(address: str, password: str) -> None:
    shown = without_secrets(address.format(password))

    assert "s3" not in shown
    assert "cret" not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (SecretStr(""), "(empty)"),
        (SecretStr("s3cret"), "(set)"),
        ((), "(empty)"),
        (("https://a.example", "https://b.example"), "https://a.example, https://b.example"),
        (Path("data"), "data"),
        (Path("/home/a@b/data"), "/home/a@b/data"),
        ("sqlite:////data/x.db", "sqlite:////data/x.db"),
        ("postgresql://host:5432/name", "postgresql://host:5432/name"),
        ("postgresql://[::1]:5432/name", "postgresql://[::1]:5432/name"),
        ("postgresql://a:1,b:2/name", "postgresql://a:1,b:2/name"),
        ("postgresql:///name?host=/run/postgresql", "postgresql:///name?host=/run/postgresql"),
        ("https://fixes.example:8443/a", "https://fixes.example:8443/a"),
        ("100/minute", "100/minute"),
        ("::1", "::1"),
        (8000, "8000"),
    ],
)
def test_the_rest_is_shown(value: object, shown: str) -> None:
    assert without_secrets(value) == shown
