"""Health, readiness, statistics, and the envelope that they share."""

import asyncio
import json
import re
from itertools import count

from msgspec import convert

from api.http.shared_results import RecentResult
from api.responses.envelope import Envelope
from api.responses.service import Health, Stats
from api.specification import standalone
from corpus.document.article import Status
from tests.api.conftest import Served
from tests.factories import make_article, make_document, make_metadata, numbered_document


def test_health(serve: Served) -> None:
    answer = serve({"connection-refused.md": make_document()}).get("/api/health")

    assert answer.status == 200
    assert list(answer.json) == ["status", "timestamp", "responseTime", "services"]
    convert(answer.json, Health)
    assert answer.json["status"] == "healthy"
    assert answer.json["services"] == {"database": "connected", "search": "connected"}
    assert re.fullmatch(r"\d+ms", answer.json["responseTime"])
    assert answer.headers["cache-control"] == "no-store"


def test_probes(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})

    assert site.get("/livez").json == {"status": "alive"}
    assert site.get("/readyz").json == {"status": "ready", "generation": 1}


def test_stats(serve: Served) -> None:
    verified = make_article(metadata=make_metadata(status=Status.VERIFIED))
    site = serve({"connection-refused.md": make_document(verified), "b.md": numbered_document(1)})
    site.get("/livez")
    answer = site.get("/api/v1/stats")

    convert(answer.json, Envelope[Stats])
    generation = answer.data.pop("generation")
    assert (generation["number"], generation["engine"]) == (1, "whoosh")
    data = answer.data
    del data["generation"]
    assert data == {
        "articles": {"total": 2, "published": 2, "verified": 1, "weeklyNew": 0},
        "agents": {"active": 0},
        "apiRequests": {"total": 2, "source": "service"},
    }
    assert site.get("/api/v1/stats").data["apiRequests"]["total"] == 3


def test_the_envelope_is_compact_and_ends_with_the_request(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    for target in ("/api/v1/stats", "/api/v1/search?q=port", "/api/v1/articles/connection-refused"):
        for _again in range(2):
            answer = site.get(target)
            assert answer.body.startswith(b'{"success":true,"data":{"')
            assert list(answer.json) == ["success", "data", "error", "meta"]
            meta = answer.json["meta"]
            assert meta["requestId"] == answer.headers["x-request-id"]
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", meta["timestamp"])
            compact = json.dumps(answer.json, ensure_ascii=False, separators=(",", ":"))
            assert compact.encode() == answer.body


def test_every_request_has_an_id_of_its_own(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    targets = ("/livez", "/nowhere", "/openapi.json", "/api/v1/articles/art_PortClosed01",
               "/api/v1/search", "/api/v1/search")  # fmt: skip
    ids = [site.get(target).headers["x-request-id"] for target in targets]

    prefix = ids[0].removesuffix("-1")
    assert re.fullmatch(r"[0-9a-f]{12}", prefix)
    assert ids == [f"{prefix}-{number}" for number in range(1, 7)]


def test_the_specification(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})

    assert site.get("/openapi.json").json == standalone()


def test_health_and_metrics_are_looked_at_once_a_second(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    for path, accept in (("/api/health", "*/*"), ("/metrics", "*/*"),
                         ("/metrics", "application/openmetrics-text")):  # fmt: skip
        first, second = (site.get(path, accept=accept) for _ in "ab")
        assert first.body == second.body
        site.wait(1.1)
        assert site.get(path, accept=accept).body != first.body


def test_many_who_ask_at_once_share_what_is_found() -> None:
    async def ask() -> list[int]:
        found: RecentResult[int] = RecentResult()
        looks = count(1)

        async def find() -> int:
            await asyncio.sleep(0)
            return next(looks)

        return await asyncio.gather(*(found.get(find) for _ in range(100)))

    assert asyncio.run(ask()) == [1] * 100
