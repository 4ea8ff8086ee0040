"""More than a server is made for: a long run, twice the load it can bear, hostile clients."""

import asyncio
import itertools
import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from bench import load, servers
from bench.corpora import Site, Sites, article, code, slug
from bench.load import Asked, Load, Options
from bench.report import Goal, Section, Table, at_most
from bench.servers import Server

_SOAK_ARTICLES = 1_000
_MIXTURE = 30_000
"""Requests of a file; each round has another."""
_SOAK_SECONDS = 30.0
"""Of a round; in each one the corpus changes once, while requests are running."""
_WARM = 0.25
"""The part of the rounds after which memory must not grow any more."""
_TOLERATED_MB = 8.0
"""What the memory of a healthy process goes up and down by."""
_SOAK = """\
{requests:,} requests in {rounds} rounds of about {seconds:.0f} seconds against one worker with
{articles:,} articles: articles in all forms, pages, searches that repeat and
searches that do not, lists, diagnoses, and the rest of the API. In every round some files
change and are ingested meanwhile, so that a new generation is published under load.
"""


def soak(sites: Sites, options: Options) -> Section:
    """Asks until so many requests were answered."""
    site = sites.fresh(_SOAK_ARTICLES, name="-soak")
    loads: list[Load] = []
    memory: list[float] = []
    with site.serving() as server:
        while sum(each.requests for each in loads) < options.requests or len(loads) < 4:
            loads.append(_round(site, server, options, number=len(loads)))
            memory.append(server.memory_mb)
    warm = max(1, round(len(memory) * _WARM))
    rest = memory[warm:]
    third = max(1, len(rest) // 3)
    growth = mean(rest[-third:]) - mean(rest[:third])
    failed, lost = sum(each.failed for each in loads), sum(each.lost for each in loads)
    requests = sum(each.requests for each in loads)
    rows = (
        ("after the first round", f"{memory[0]:.1f} MB"),
        ("after warm-up", f"{mean(rest[:third]):.1f} MB"),
        ("at the end", f"{mean(rest[-third:]):.1f} MB"),
        ("most", f"{max(memory):.1f} MB"),
    )
    return Section(
        title="Soak",
        text=_SOAK.format(
            requests=requests, rounds=len(loads), seconds=_seconds(options), articles=_SOAK_ARTICLES
        ),
        tables=(Table(("memory of the worker", ""), rows),),
        goals=(
            at_most(
                f"growth after warm-up, {requests:,} requests", _TOLERATED_MB, growth, unit=" MB"
            ),
            _none("answers with an error", failed),
            _none("requests without an answer in 2 s", lost),
        ),
        points={"memory": {str(number): each for number, each in enumerate(memory)}},
    )


def _none(measure: str, number: int) -> Goal:
    return Goal(measure=measure, wanted="0", measured=f"{number:,}", met=number == 0)


def _round(site: Site, server: Server, options: Options, *, number: int) -> Load:
    lines = list(_mixture(number))
    file = load.write(lines, options.folder / "soak.txt")
    _change(site.content, number)
    ingest = subprocess.Popen(site.ingesting, env=site.environment, stdout=subprocess.DEVNULL)
    found = load.load(server.url, Asked(file=file), seconds=_seconds(options))
    if ingest.wait():
        raise RuntimeError(f"fixbook ingest ended with {ingest.returncode}")
    return found


def _seconds(options: Options) -> float:
    return min(_SOAK_SECONDS, 15 * options.seconds)


def _change(content: Path, number: int) -> None:
    """Other texts for some articles, and the texts they had before for others."""
    for at in range(10):
        changed = article((number * 10 + at) % _SOAK_ARTICLES)
        file = content / "000" / f"{changed.slug}.md"
        file.write_text(f"{changed.document}\nChanged in round {number}.\n", "utf-8")


def _mixture(number: int) -> Iterator[str]:
    """Requests of all kinds, in random order."""
    choice = random.Random(number)  # noqa: S311 - requests, not secrets
    fresh = iter(load.mixed(articles=_SOAK_ARTICLES, count=_MIXTURE // 3, seed=f"soak {number}"))
    logs = load.ask("a log", articles=_SOAK_ARTICLES, count=_MIXTURE // 10, seed=f"soak {number}")
    forms = ("?format=json", "?format=markdown", "", ".md")
    for at in range(_MIXTURE):
        name = slug(choice.randrange(_SOAK_ARTICLES))
        match at % 10:
            case 0:
                yield load.diagnosis(logs[at // 10])
            case 1 | 2:
                yield next(fresh)
            case 3:
                yield f"GET\t/en/articles/{name}"
            case 4:
                yield f"GET\t/api/v1/search?q={code(choice.randrange(50))}"
            case 5:
                yield choice.choice(_OTHERS)
            case _:
                yield f"GET\t/api/v1/articles/{name}{choice.choice(forms)}"


_OTHERS = (
    "GET\t/api/v1/articles?pageSize=20",
    "GET\t/api/v1/domains",
    "GET\t/api/v1/tags",
    "GET\t/api/v1/stats",
    "GET\t/api/v1/errors?page=2",
    "GET\t/api/health",
    "GET\t/en/search?q=error",
    "GET\t/llms.txt",
)


_OVERLOAD_ARTICLES = 2_000
_OVERLOAD_SECONDS = 8.0
_PATIENCE = 20.0
_QUESTION_WORDS = (
    "connection refused timeout error module import path permission denied server client "
    "certificate request response header python node install version package build memory"
).split()
_KEPT = "/api/v1/tags"


_OVERLOAD = """\
Twice the load that one worker with {articles:,} articles can bear. Searches that were not asked
before come at a steady rate, whether or not answers do: few, to learn how long one takes; as
fast as they are answered, to learn how many are borne; twice as many, with one kept answer
among ten; then few again.
"""


def overload(sites: Sites, _options: Options) -> Section:
    """Twice the load that it can bear."""
    with sites.of(_OVERLOAD_ARTICLES).serving() as server:
        return asyncio.run(_overload(int(server.url.rpartition(":")[2])))


@dataclass(slots=True)
class Seen:
    """What came back: seconds by status, of searches and of kept answers."""

    searches: list[tuple[int, float]] = field(default_factory=list)
    kept: list[tuple[int, float]] = field(default_factory=list)

    def took(self, *statuses: int, of_kept: bool = False) -> list[float]:
        """Seconds of all answers with one of these statuses, in order of length."""
        answers = self.kept if of_kept else self.searches
        return sorted(seconds for status, seconds in answers if status in statuses)


class Clients:
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
        words = "+".join(self._random.sample(_QUESTION_WORDS, 3))
        return f"/api/v1/search?q={words}&nothing={self._asked}"


async def _overload(port: int) -> Section:
    clients = Clients(port)
    await clients.closed(4, 2.0)
    borne = await clients.closed(4, _OVERLOAD_SECONDS)
    calm = await clients.at_rate(borne / 10, _OVERLOAD_SECONDS)
    over = await clients.at_rate(2 * borne, 2 * _OVERLOAD_SECONDS)
    await asyncio.sleep(1.0)
    after = await clients.at_rate(borne / 10, 5.0)
    rows = (
        _overload_row("a tenth", calm),
        _overload_row("twice", over),
        _overload_row("a tenth, a second later", after),
    )
    head = ("load", "200", "p99 ms", "503", "p99 ms", "other", "kept, p99 ms")
    ratio = _share(over.took(200), 0.99) / _share(calm.took(200), 0.99)
    text = (
        f"{borne:.0f} searches a second are borne. The p99 of what is let in at twice the load "
        f"is {ratio:.1f} times that of a tenth.\n"
    )
    return Section(
        title="Overload",
        text=f"{_OVERLOAD.format(articles=_OVERLOAD_ARTICLES)}{text}",
        tables=(Table(head, rows),),
    )


def _overload_row(name: str, seen: Seen) -> tuple[str, ...]:
    counts = Counter(status for status, _ in seen.searches)
    good, refused = seen.took(200), seen.took(503)
    return (
        name,
        str(len(good)),
        f"{_share(good, 0.99) * 1e3:.1f}",
        str(len(refused)),
        f"{_share(refused, 0.99) * 1e3:.1f}",
        str(counts.total() - len(good) - len(refused)),
        f"{_share(seen.took(200, of_kept=True), 0.99) * 1e3:.1f}",
    )


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


_HOSTILE_ARTICLES = 5_000
_HOSTILE_SECONDS = 15.0
_ROUNDS = 3
_RATE = 20.0
"""Requests of the others a second."""
_SLOW_READERS = 95
_PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
"""An honest message, before the hostile ones: with the first, the MCP SDK is loaded."""
_ARRAY = b"[" + b",".join([_PING] * 12_000) + b"]"
_VALUES = json.dumps(
    {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": [1] * 150_000}}
).encode()
_LOG = "".join(f"error: a{at} {'~7' * 480}\n" for at in range(66))[:65_536].encode()
_PATHS = ("/en/articles/" + "x" * 4_500 + "/", "/api/v1/articles/" + "x" * 12_000, "/llms.txt")


_HOSTILE = """\
What a few hostile clients cost all others, at the limits that are the default, on one worker
with {articles:,} articles. Others ask at a steady rate, in turn alone and while 95 addresses
read `/llms-full.txt` as slowly as they may, one sends arrays and large messages to `/mcp`, and
one asks for long paths.
"""


def hostile(sites: Sites, _options: Options) -> Section:
    """A few hostile clients beside all others."""
    limited = {**sites.of(_HOSTILE_ARTICLES).environment, "FIXBOOK_RATE_LIMIT": "100/minute"}
    with servers.fixbook(limited) as server:
        return asyncio.run(_hostile(server))


class Others(Clients):
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


async def _hostile(server: Server) -> Section:
    port = int(server.url.rpartition(":")[2])
    others, seen = Others(port), Counter[str]()
    await others.at_rate(_RATE, 3.0)
    await _once(port, "127.3.1.1", "POST /mcp", _PING, "application/json")
    before = server.memory_mb
    watch = asyncio.create_task(_largest(server))
    alone, beside = [], []
    for number in range(_ROUNDS):
        alone.append(await others.at_rate(_RATE, _HOSTILE_SECONDS))
        async with _while_hostile(port, number, seen):
            beside.append(await others.at_rate(_RATE, _HOSTILE_SECONDS))
    watch.cancel()
    memory = f"The worker held {before:.0f} MB before, and {await watch:.0f} MB at most.\n"
    answers = ", ".join(f"{name}: {number}" for name, number in sorted(seen.items()))
    return Section(
        title="Hostile clients",
        text=f"{_HOSTILE.format(articles=_HOSTILE_ARTICLES)}{memory}{answers}",
        tables=(
            Table(
                ("others", "200", "other", "median ms", "p99 ms"),
                (
                    *(_hostile_row("alone", each) for each in alone),
                    *(_hostile_row("beside the hostile", each) for each in beside),
                    _hostile_row("alone, all rounds", *alone),
                    _hostile_row("beside the hostile, all rounds", *beside),
                ),
            ),
        ),
    )


def _hostile_row(name: str, *rounds: Seen) -> tuple[str, ...]:
    both = [answer for seen in rounds for answer in (*seen.searches, *seen.kept)]
    good = sorted(seconds for status, seconds in both if status == 200)
    figures = (f"{_share(good, part) * 1e3:.1f}" for part in (0.5, 0.99))
    return name, str(len(good)), str(len(both) - len(good)), *figures
