"""The header fields of a request, read once and remembered."""

from api.http.content_encoding import Coding
from api.http.hosts import Hosts
from api.http.request_context import FieldReader
from corpus.settings import load_settings
from tests.api.site import scope

HOST = (b"host", b"fixbook.test")


def reader() -> FieldReader:
    return FieldReader(Hosts(load_settings()))


def test_the_same_fields_are_read_once() -> None:
    fields = reader()
    first = fields.read(scope("GET", "/a", headers=[HOST, (b"accept-encoding", b"gzip")]))

    assert (first.authority, first.coding) == (b"fixbook.test", Coding.GZIP)
    assert fields.read(scope("GET", "/b", headers=[HOST, (b"accept-encoding", b"gzip")])) is first
    assert fields.read(scope("GET", "/a", headers=[HOST])).coding is Coding.IDENTITY


def test_long_fields_are_not_remembered() -> None:
    fields, headers = reader(), [HOST, (b"x-long", b"a" * 3_000)]
    first = fields.read(scope("GET", "/", headers=headers))

    assert first.error is None
    assert fields.read(scope("GET", "/", headers=headers)) is not first


def test_fields_that_cannot_be_used() -> None:
    def error(*headers: tuple[bytes, bytes], http_version: str = "1.1") -> str | None:
        request = {**scope("GET", "/", headers=list(headers)), "http_version": http_version}
        found = reader().read(request).error
        return found.message if found else None

    assert error(HOST) is None
    assert error() == "Host: is missing"
    assert error(http_version="1.0") is None
    assert error(HOST, HOST) == "Host: is given more than once"
    assert error((b"host", b"a b")) == "Host: is not a host"
    assert error(HOST, (b"a", b"b" * 40_000)) == "the headers are longer than 32768 bytes"
    assert error(HOST, (b"transfer-encoding", b"chunked"), http_version="1.0") == (
        "Transfer-Encoding: needs HTTP/1.1"
    )
