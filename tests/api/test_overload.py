"""More than can be done: what comes on top is told so, and everything else goes on."""

import asyncio
import time
from collections import Counter

from starlette.types import Message

from api.app import Application
from tests.api.conftest import Served
from tests.api.site import HOST, Site, scope
from tests.factories import make_document

PATH = "/api/v1/articles/connection-refused"


async def statuses(app: Application, paths: list[str]) -> list[int]:
    """What comes back to requests that are made at the same time."""

    async def one(path: str) -> int:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope("GET", path, headers=[(b"host", HOST.encode())]), receive, send)
        status: int = sent[0]["status"]
        return status

    return await asyncio.gather(*map(one, paths))


def searches(first: int, number: int) -> list[str]:
    return [f"/api/v1/search?q=port{at}&pageSize=1" for at in range(first, first + number)]


def crowd(site: Site, seconds: float) -> tuple[Counter[int], list[int], list[int]]:
    """Ever more searches for some seconds; their statuses, those of kept answers, of probes."""

    async def story() -> tuple[Counter[int], list[int], list[int]]:
        tasks, kept, probes, asked = [], [], [], 0
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            tasks.append(asyncio.create_task(statuses(site.app, searches(asked, 20))))
            asked += 20
            kept += await statuses(site.app, [PATH])
            probes += await statuses(site.app, ["/livez", "/readyz"])
        searched = [status for found in await asyncio.gather(*tasks) for status in found]
        return Counter(searched), kept, probes

    return site.run(story())


def test_more_than_can_be_done(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    assert site.get(PATH).status == 200
    searched, kept, probes = crowd(site, 2.0)

    assert set(searched) == {200, 503}
    assert set(kept) == {200}
    assert set(probes) == {200}
    assert site.get(searches(10**6, 1)[0]).status == 200


def test_a_burst_is_answered(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    assert set(site.run(statuses(site.app, searches(0, 100)))) == {200}
