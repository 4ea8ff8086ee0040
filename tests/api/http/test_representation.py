"""Validators, content codings and HEAD: the same answer in every form it is sent in."""

import gzip
import zlib
from collections.abc import Iterator

import pytest

from tests.api.conftest import site_of
from tests.api.site import Answer, Site
from tests.factories import BODY, make_article, make_document, make_translation

PATH = "/api/v1/articles/connection-refused"
FORMS = (PATH, f"{PATH}?format=json", f"{PATH}?format=markdown", f"{PATH}.md")
KEPT = (*FORMS, "/api/v1/search?q=ECONNREFUSED", "/api/v1/articles", "/api/v1/errors",
        "/api/v1/domains", "/api/v1/tags")  # fmt: skip
LONG = make_document(make_article(translations=[make_translation(body=BODY + "\n\nLong. " * 90)]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    documents = {"connection-refused.md": LONG}
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def tag(answer: Answer) -> str:
    assert answer.status == 200
    return answer.headers["etag"]


def test_head_is_get_without_the_body(site: Site) -> None:
    for target in (*KEPT, "/api/health", "/livez", "/readyz", "/api/v1/stats", "/openapi.json"):
        for _again in range(2):
            got, head = site.get(target), site.head(target)
            assert head.status == 200
            assert head.body == b""
            changing = {"x-request-id": "", "content-length": ""}
            assert head.headers | changing == got.headers | changing, target
            assert "content-length" in head.headers


def test_head_of_what_is_missing(site: Site) -> None:
    for target in ("/api/v1/articles/nothing-like-it", "/nowhere", "/api/v1/search?page=0"):
        answer = site.head(target)
        assert answer.status == site.get(target).status
        assert answer.body == b""


def test_each_representation_has_a_tag_of_its_own(site: Site) -> None:
    asked = [(form, coding) for form in FORMS for coding in ("", "gzip")]
    tags = [tag(site.get(form, accept_encoding=coding)) for form, coding in asked]

    summary, compressed_summary, *bare = tags
    assert summary == compressed_summary
    assert summary[:3] == 'W/"'
    assert all(value[0] == '"' for value in bare)
    assert bare[1] == f'{bare[0][:-1]}-gzip"'
    assert len(set(bare)) == 4  # `.md` is the same document as `format=markdown`
    assert tags == [tag(site.get(form, accept_encoding=coding)) for form, coding in asked]


def test_what_is_known_is_not_sent_again(site: Site) -> None:
    for target in KEPT:
        for coding in ("", "gzip", "br"):
            first = site.get(target, accept_encoding=coding)
            for known in (first.headers["etag"], f'"x", {first.headers["etag"]}', "*"):
                again = site.get(target, accept_encoding=coding, if_none_match=known)
                assert (again.status, again.body) == (304, b"")
                assert again.headers["etag"] == first.headers["etag"]
                for name in ("cache-control", "vary"):
                    assert again.headers[name] == first.headers[name]
                assert "content-length" not in again.headers
                assert "content-encoding" not in again.headers
            assert site.head(target, if_none_match="*").status == 304


def test_what_is_not_known_is_sent(site: Site) -> None:
    plain = tag(site.get(f"{PATH}?format=json"))

    assert site.get(f"{PATH}?format=json", if_none_match='"other"').status == 200
    assert site.get(f"{PATH}?format=markdown", if_none_match=plain).status == 200
    gzipped = site.get(f"{PATH}?format=json", if_none_match=plain, accept_encoding="gzip")
    assert gzipped.status == 200


def test_if_modified_since(site: Site) -> None:
    def status(since: str, **more: str) -> int:
        return site.get(f"{PATH}?format=json", if_modified_since=since, **more).status

    assert status("Fri, 13 Mar 2026 08:00:00 GMT") == 304
    assert status("Sat, 14 Mar 2026 08:00:00 GMT") == 304
    assert status("Fri, 13 Mar 2026 07:59:59 GMT") == 200
    assert status("yesterday") == 200
    assert status("Sat, 14 Mar 2026 08:00:00 GMT", if_none_match='"other"') == 200
    assert site.get("/api/v1/tags", if_modified_since="Sat, 14 Mar 2026 08:00:00 GMT").status == 200


def test_errors_are_never_304(site: Site) -> None:
    assert site.get("/api/v1/articles/nothing", if_none_match="*").status == 404
    assert site.get("/api/v1/stats", if_none_match="*").status == 200


def test_gzip_holds_exactly_the_same_bytes(site: Site) -> None:
    for target in FORMS[1:]:
        plain = site.get(target)
        packed = site.get(target, accept_encoding="gzip, deflate")
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["content-length"] == str(len(packed.body))
        assert gzip.decompress(packed.body) == plain.body


def test_enveloped_gzip_is_one_whole_member(site: Site) -> None:
    for _again in range(3):
        packed = site.get("/api/v1/search?q=ECONNREFUSED", accept_encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip"
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        body = decoder.decompress(packed.body)
        assert (decoder.eof, decoder.unused_data) == (True, b"")
        assert body == gzip.decompress(packed.body)
        plain = site.get("/api/v1/search?q=ECONNREFUSED").body
        assert body.partition(b'"requestId"')[0] == plain.partition(b'"requestId"')[0]
        request_id = packed.headers["x-request-id"].encode()
        assert body.endswith(b'Z"}}')
        assert b'"requestId":"%b","timestamp":"20' % request_id in body


def test_what_is_small_is_not_compressed(site: Site) -> None:
    answer = site.get("/api/v1/tags", accept_encoding="gzip")

    assert "content-encoding" not in answer.headers
    assert answer.data["items"][0] == {"name": "network", "articles": 1}


def test_which_codings_are_understood(site: Site) -> None:
    def coding(accepted: str) -> str:
        answer = site.get(f"{PATH}?format=json", accept_encoding=accepted)
        return answer.headers.get("content-encoding", "identity")

    assert {accepted: coding(accepted) for accepted in (
        "", "identity", "gzip", "GZIP", "deflate, gzip;q=0.5", "gzip;q=0", "gzip; q=0.000",
        "gzip;q=0.001", "*", "*;q=0", "gzip;q=0, *", "br",
    )} == {
        "": "identity", "identity": "identity", "gzip": "gzip", "GZIP": "gzip",
        "deflate, gzip;q=0.5": "gzip", "gzip;q=0": "identity", "gzip; q=0.000": "identity",
        "gzip;q=0.001": "gzip", "*": "br", "*;q=0": "identity", "gzip;q=0, *": "br", "br": "br",
    }  # fmt: skip


def test_headers_are_not_shared_between_answers(site: Site) -> None:
    first = site.get(f"{PATH}?format=json")
    for _again in range(3):
        again = site.get(f"{PATH}?format=json")
        assert len(again.raw_headers) == len(first.raw_headers)
        assert again.headers | {"x-request-id": ""} == first.headers | {"x-request-id": ""}
