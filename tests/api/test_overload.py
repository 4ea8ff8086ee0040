"""Many questions at once: a burst waits in line and is answered."""

import asyncio

from starlette.types import Message

from api.app import Application
from tests.api.conftest import Served
from tests.api.site import HOST, scope
from tests.factories import make_document


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


def test_a_burst_is_answered(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    assert set(site.run(statuses(site.app, searches(0, 100)))) == {200}
