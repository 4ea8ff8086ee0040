"""Twice the load that it can bear: `python -m bench.overload [ENGINE]`.

Searches that were not asked before come at a steady rate, whether or not answers do. First
few, to learn how long one takes; then as fast as they are answered, to learn how many are
borne; then twice as many as that, with one kept answer among ten; then few again.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.site import Sites

_ARTICLES = 2_000
_SECONDS = 8.0
_PATIENCE = 20.0
_WORDS = (
    "connection refused timeout error module import path permission denied server client "
    "certificate request response header python node install version package build memory"
).split()
_KEPT = "/api/v1/tags"


@dataclass(slots=True)
class Seen:
    """What came back: seconds by status, of searches and of kept answers."""

    searches: list[tuple[int, float]] = field(default_factory=list)
    kept: list[tuple[int, float]] = field(default_factory=list)

    def took(self, *statuses: int, of_kept: bool = False) -> list[float]:
        """Seconds of all answers with one of these statuses, in order of length."""
        answers = self.kept if of_kept else self.searches
        return sorted(seconds for status, seconds in answers if status in statuses)


class Load:
    """Asks over connections that are used again."""

    def __init__(self, port: int, seed: int = 1) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._random = random.Random(seed)  # noqa: S311 - the same questions each time
        self._asked = 0

    async def at_rate(self, rate: float, seconds: float) -> Seen:
        """So many a second, whoever waits."""
        seen, tasks = Seen(), []
        started = time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(self._one(seen, kept=number % 10 == 9)))
        await asyncio.gather(*tasks)
        return seen

    async def closed(self, clients: int, seconds: float) -> float:
        """How many a second are answered when each of some clients always asks."""
        seen, until = Seen(), time.perf_counter() + seconds

        async def client() -> None:
            while time.perf_counter() < until:
                await self._one(seen, kept=False)

        await asyncio.gather(*(client() for _ in range(clients)))
        return len(seen.took(200)) / seconds

    async def _one(self, seen: Seen, *, kept: bool) -> None:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(_PATIENCE):
                status = await self._persistently(_KEPT if kept else self._question())
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status = 0
        (seen.kept if kept else seen.searches).append((status, time.perf_counter() - started))

    async def _persistently(self, path: str) -> int:
        """Once more on a new connection where one that was idle has just been closed."""
        try:
            return await self._ask(path)
        except (ConnectionError, asyncio.IncompleteReadError):
            self._idle.clear()
            return await self._ask(path)

    async def _ask(self, path: str) -> int:
        reader, writer = self._idle.pop() if self._idle else await self._connected()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        self._idle.append((reader, writer))
        return int(head.split(b" ", 2)[1])

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port)

    def _question(self) -> str:
        self._asked += 1
        words = "+".join(self._random.sample(_WORDS, 3))
        return f"/api/v1/search?q={words}&nothing={self._asked}"


async def _measure(port: int) -> None:
    load = Load(port)
    await load.closed(4, 2.0)
    borne = await load.closed(4, _SECONDS)
    calm = await load.at_rate(borne / 10, _SECONDS)
    over = await load.at_rate(2 * borne, 2 * _SECONDS)
    await asyncio.sleep(1.0)
    after = await load.at_rate(borne / 10, 5.0)
    rows = [_row("a tenth", calm), _row("twice", over), _row("a tenth, a second later", after)]
    head = ("load", "200", "p99 ms", "503", "p99 ms", "other", "kept, p99 ms")
    print(f"{borne:.0f} searches a second are borne\n")
    for row in (head, ("---",) * len(head), *rows):
        print(f"| {' | '.join(row)} |")
    ratio = share(over.took(200), 0.99) / share(calm.took(200), 0.99)
    print(f"\np99 of what is let in, at twice the load: {ratio:.1f} times that of a tenth")


def _row(name: str, seen: Seen) -> tuple[str, ...]:
    counts = Counter(status for status, _ in seen.searches)
    good, refused = seen.took(200), seen.took(503)
    return (
        name,
        str(len(good)),
        f"{share(good, 0.99) * 1e3:.1f}",
        str(len(refused)),
        f"{share(refused, 0.99) * 1e3:.1f}",
        str(counts.total() - len(good) - len(refused)),
        f"{share(seen.took(200, of_kept=True), 0.99) * 1e3:.1f}",
    )


def share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def main() -> None:
    """Measures one engine, `tantivy` if none is named."""
    engine = sys.argv[1] if len(sys.argv) > 1 else "tantivy"
    with Sites() as sites, sites.of(_ARTICLES, engine).serving() as server:
        asyncio.run(_measure(int(server.url.rpartition(":")[2])))


if __name__ == "__main__":
    main()
