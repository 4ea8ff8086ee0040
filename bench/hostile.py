"""What a few hostile readers cost all others: `python -m bench.hostile [ENGINE]`.

At the limits that are the default, on one worker: others ask at a steady rate, in turn alone
and while 95 addresses read `/llms-full.txt` as slowly as they may, one sends arrays and
large messages to `/mcp`, and one asks for long paths. Told are the times of the others and
the memory of the worker, in MB.
"""

import asyncio
import itertools
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from bench import servers
from bench.overload import Load, Seen, share
from bench.servers import Server
from bench.site import Site, Sites

_ARTICLES = 5_000
_SECONDS = 15.0
_ROUNDS = 3
_RATE = 20.0
"""Requests of the others a second."""
_SLOW_READERS = 95
_ARRAY = b"[" + b",".join([b'{"jsonrpc":"2.0","id":1,"method":"ping"}'] * 12_000) + b"]"
_VALUES = json.dumps(
    {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": [1] * 150_000}}
).encode()
_LOG = "".join(f"error: a{at} {'~7' * 480}\n" for at in range(66))[:65_536].encode()
_PATHS = ("/en/articles/" + "x" * 4_500 + "/", "/api/v1/articles/" + "x" * 12_000, "/llms.txt")


class Others(Load):
    """Readers, each with an address of its own."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self._addresses = (f"127.1.{at // 250 % 250}.{at % 250 + 1}" for at in itertools.count())

    async def _ask(self, path: str) -> int:
        return await _once(self._port, next(self._addresses), f"GET {path}")


async def _once(port: int, address: str, request: str, body: bytes = b"", kind: str = "") -> int:
    """The status of an answer, or 0."""
    try:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, local_addr=(address, 0), limit=2**20
        )
        head = f"{request} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ", 2)[1])
    except (OSError, IndexError):
        return 0


async def _slow_reader(port: int, address: str, seen: Counter[str]) -> None:
    """Reads a few kilobytes a second, which is as much as one must."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, local_addr=(address, 0), limit=4_096
    )
    writer.write(b"GET /llms-full.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br\r\n\r\n")
    seen[f"slow readers {(await reader.read(20)).decode().split()[1]}"] += 1
    try:
        while await reader.read(4_096):  # noqa: ASYNC110 - it is slow on purpose
            await asyncio.sleep(1.0)
    finally:
        writer.close()


async def _sender(port: int, address: str, seen: Counter[str]) -> None:
    """Arrays, large messages and the dearest logs, from one address, without a pause."""
    for body, path, kind in itertools.cycle(
        [(_ARRAY, "/mcp", "application/json"), (_VALUES, "/mcp", "application/json"),
         (_LOG, "/api/v1/diagnose", "text/plain")]
    ):  # fmt: skip
        status = await _once(port, address, f"POST {path}", body, kind)
        seen[f"POST {path} {status}"] += 1
        await asyncio.sleep(0.05)


async def _long_paths(port: int, address: str, seen: Counter[str]) -> None:
    for path in itertools.cycle(_PATHS):
        seen[f"long paths {await _once(port, address, f'GET {path}')}"] += 1
        await asyncio.sleep(0.05)


@asynccontextmanager
async def _while_hostile(port: int, turn: int, seen: Counter[str]) -> AsyncIterator[None]:
    attacks: list[Coroutine[Any, Any, None]] = [
        _sender(port, f"127.3.0.{turn + 1}", seen),
        _long_paths(port, f"127.4.0.{turn + 1}", seen),
    ]
    attacks += [_slow_reader(port, f"127.2.{turn}.{n + 1}", seen) for n in range(_SLOW_READERS)]
    tasks = [asyncio.create_task(attack) for attack in attacks]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _largest(server: Server) -> float:
    """The most memory that it ever has, until it is cancelled; what was seen is returned then."""
    most = 0.0
    try:
        while True:
            most = max(most, server.memory_mb)
            await asyncio.sleep(0.2)
    except asyncio.CancelledError:
        return most


async def _measure(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    others, seen = Others(port), Counter[str]()
    await others.at_rate(_RATE, 3.0)
    before = server.memory_mb
    watch = asyncio.create_task(_largest(server))
    print("| others | 200 | other | median ms | p99 ms |\n| --- | --- | --- | --- | --- |")
    for number in range(_ROUNDS):
        print(_row("alone", await others.at_rate(_RATE, _SECONDS)))
        async with _while_hostile(port, number, seen):
            print(_row("beside the hostile", await others.at_rate(_RATE, _SECONDS)))
    watch.cancel()
    print(f"\nmemory: {before:.0f} MB before, {await watch:.0f} MB at most")
    print(", ".join(f"{name}: {number}" for name, number in sorted(seen.items())))


def _row(name: str, seen: Seen) -> str:
    both = [*seen.searches, *seen.kept]
    good = sorted(seconds for status, seconds in both if status == 200)
    figures = f"{share(good, 0.5) * 1e3:.1f} | {share(good, 0.99) * 1e3:.1f}"
    return f"| {name} | {len(good)} | {len(both) - len(good)} | {figures} |"


def _limited(site: Site) -> dict[str, str]:
    return {**site.environment, "FIXBOOK_RATE_LIMIT": "100/minute"}


def main() -> None:
    """Measures one engine, `tantivy` if none is named."""
    engine = sys.argv[1] if len(sys.argv) > 1 else "tantivy"
    with Sites() as sites:
        site = sites.of(_ARTICLES, engine)
        with servers.fixbook(_limited(site)) as server:
            asyncio.run(_measure(server))


if __name__ == "__main__":
    main()
