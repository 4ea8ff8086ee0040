"""Requests per second, as ratios.

To a bare ASGI application that sends as many bytes, with nginx and the same bytes in files as
the limit of what can be hoped for; of two workers to one; and to Datasette over the same
articles in SQLite's full-text index.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from tempfile import mkdtemp
from urllib.parse import quote

from bench import load, servers
from bench.corpora import Sites, message
from bench.load import Asked, Load, Options, contest
from bench.report import Section, Table, at_least
from bench.servers import Server

_ARTICLE = "/api/v1/articles/made-up-000007"
_QUERY = quote(message(7, 0))
_RANDOM = 1_000
"""Articles that are read in random order."""
_SAMPLE = 50
"""Answers whose mean size the bare application sends, where they differ."""
_SERVING = """\
One worker, 16 connections, {articles} articles, Tantivy. `bare` is an ASGI application on the
same server (uvicorn with uvloop and httptools) that sends as many bytes and nothing else; nginx
sends the same bytes from files with `sendfile`. The goals are ratios to `bare`, for a 304 to
`bare` sending what need not be sent; the row after it has `bare` send no body either.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is asked for in one row."""

    name: str
    goal: float | None = None
    path: str = ""
    lines: Sequence[Sequence[str]] = ()
    """Request lines instead of one path: for each round, and for the one before."""
    conditional: bool = False
    bare_bytes: int | None = None
    """What the bare application sends; as much as the whole answer unless it is told."""
    is_file: bool = True
    """Whether it could be a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A row with what came of it."""

    row: Row
    size: int
    loads: Mapping[str, Load]

    @property
    def ratio(self) -> float:
        """To the bare application."""
        return self.loads["ours"].per_second / self.loads["bare"].per_second


def serving(sites: Sites, options: Options) -> Section:
    """All rows on one server."""
    with sites.of(options.articles).serving() as fixbook:
        measured = [_measured(row, fixbook, options) for row in _rows(options)]
    head = ("request", "bytes", "requests/s", "p50", "p99", "bare", "nginx", "ratio", "goal")
    return Section(
        title="Serving",
        text=_SERVING.format(articles=f"{options.articles:,}"),
        tables=(Table(head, tuple(map(_shown, measured))),),
        goals=tuple(
            at_least(f"{each.row.name}, to bare ASGI", each.row.goal, each.ratio, unit="")
            for each in measured
            if each.row.goal
        ),
        points={
            "ratio": {each.row.name: each.ratio for each in measured},
            "goal": {each.row.name: each.row.goal for each in measured if each.row.goal},
        },
    )


def _rows(options: Options) -> Iterator[Row]:
    yield Row(name="article, Markdown", path=f"{_ARTICLE}?format=markdown", goal=0.80)
    yield Row(name="article, JSON", path=f"{_ARTICLE}?format=json", goal=0.80)
    yield Row(name="article, summary", path=_ARTICLE, goal=0.80)
    yield Row(name="article, .md", path=f"{_ARTICLE}.md", goal=0.80)
    yield Row(name="article, page", path="/en/articles/made-up-000007")
    markdown = f"{_ARTICLE}?format=markdown"
    yield Row(name="not modified (304)", path=markdown, goal=0.90, conditional=True)
    yield Row(name="the same, bare empty", path=markdown, conditional=True, bare_bytes=0)
    chosen = load.slugs(options.articles, among=_RANDOM, count=20_000)
    lines = [f"GET\t/api/v1/articles/{slug}?format=json" for slug in chosen]
    yield Row(name="1,000 articles, random", lines=[lines], goal=0.68)
    yield Row(name="repeated search", path=f"/api/v1/search?q={_QUERY}", goal=0.78)
    yield Row(name="repeated search, page", path=f"/en/search?q={_QUERY}", goal=0.78)
    yield Row(name="first-time search", lines=_searches(options), goal=0.12, is_file=False)
    yield Row(name="diagnosis", lines=_diagnoses(options), is_file=False)


def _searches(options: Options) -> list[list[str]]:
    """For each round messages, words and codes in turns."""
    return [
        load.mixed(articles=options.articles, count=options.questions(), seed=f"s{number}")
        for number in range(options.rounds + 1)
    ]


def _diagnoses(options: Options) -> list[list[str]]:
    asked = options.questions() // 2
    return [
        [
            load.diagnosis(log)
            for log in load.ask("a log", articles=options.articles, count=asked, seed=f"d{number}")
        ]
        for number in range(options.rounds + 1)
    ]


def _measured(row: Row, fixbook: Server, options: Options) -> Measured:
    folder = Path(mkdtemp(dir=options.folder))
    asked = _asked(row, folder)
    size = _size(row, fixbook)
    with ExitStack() as stack:
        bare = stack.enter_context(servers.bare(size if row.bare_bytes is None else row.bare_bytes))
        contestants = {"ours": (fixbook, _validated(row, fixbook, asked)), "bare": (bare, asked)}
        if row.is_file and shutil.which("nginx"):
            files = _static_files(row, fixbook, folder / "files")
            nginx = stack.enter_context(servers.nginx(files, folder / "nginx"))
            contestants["nginx"] = (nginx, _validated(row, nginx, asked))
        loads = contest(contestants, rounds=options.rounds, seconds=options.seconds)
    if loads["ours"].again and not row.is_file:
        raise RuntimeError(f"{row.name}: not enough different requests")
    return Measured(row=row, size=size, loads=loads)


def _shown(measured: Measured) -> tuple[str, ...]:
    row, loads = measured.row, measured.loads
    return (
        row.name,
        f"{measured.size:,}",
        f"{loads['ours'].per_second:,.0f}",
        f"{loads['ours'].p50:.2f} ms",
        f"{loads['ours'].p99:.2f} ms",
        f"{loads['bare'].per_second:,.0f}",
        f"{loads['nginx'].per_second:,.0f}" if "nginx" in loads else "–",
        f"{measured.ratio:.2f}",
        f"{row.goal:.2f}" if row.goal else "–",
    )


def _asked(row: Row, folder: Path) -> list[Asked]:
    if row.path:
        return [Asked(path=row.path)]
    return load.files(row.lines, folder, name="round")


def _validated(row: Row, server: Server, asked: Sequence[Asked]) -> Sequence[Asked]:
    """With the ETag that the server gives, where it is a question of that."""
    if not row.conditional:
        return asked
    _, etag = server.get(row.path)
    return [Asked(path=each.path, headers=(f"If-None-Match: {etag}",)) for each in asked]


def _size(row: Row, fixbook: Server) -> int:
    """Bytes of the answer, or of some answers in the mean."""
    if row.path:
        return len(fixbook.get(row.path)[0])
    lines = [line.split("\t") for line in row.lines[-1][:_SAMPLE]]
    return round(mean(len(fixbook.ask(line[1], *line[2:])) for line in lines))


def _static_files(row: Row, fixbook: Server, folder: Path) -> Path:
    """What Fixbook answers as files; the query is no part of their names."""
    paths = [row.path] if row.path else sorted({line.split("\t")[1] for line in row.lines[0]})
    for path in paths:
        file = folder / path.partition("?")[0].removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(fixbook.get(path)[0])
    return folder


_WORKER_CONNECTIONS = 16
"""As many as one worker lets stand in line: of more that stay it turns some away."""
_WORKERS = """\
Two workers to one, 16 connections, nothing pinned. The load generator runs on the same cores:
where answers are kept it takes a good part of them, so what is more to compute says more.
"""


def workers(sites: Sites, options: Options) -> Section:
    """What is kept, and what is not."""
    site = sites.of(options.articles)
    lines = [
        load.mixed(articles=site.articles, count=3 * options.questions(), seed=f"w{number}")
        for number in range(options.rounds + 1)
    ]
    files = load.files(lines, options.folder, name="workers")
    asked = {
        "article, JSON": [Asked(path="/api/v1/articles/made-up-000007?format=json")],
        "first-time search": files,
    }
    rows, ratios = [], []
    with site.serving(pinned=False) as one, site.serving(workers=2, pinned=False) as two:
        for name, what in asked.items():
            found = contest(
                {"one": (one, what), "two": (two, what)},
                rounds=options.rounds,
                seconds=options.seconds,
                connections=_WORKER_CONNECTIONS,
                pinned=False,
            )
            ratios.append(found["two"].per_second / found["one"].per_second)
            rates = (f"{found[each].per_second:,.0f}" for each in ("one", "two"))
            rows.append((name, *rates, f"{ratios[-1]:.2f}"))
        memory = two.memory_mb
    return Section(
        title="Two workers",
        text=f"{_WORKERS}The supervisor and both workers held {memory:.0f} MB at the end.",
        tables=(Table(("request", "1 worker", "2 workers", "ratio"), tuple(rows)),),
        goals=(at_least("2 workers to 1, first-time search", 1.8, ratios[-1]),),
    )


_PRIVATE = """\
`FIXBOOK_ACCESS=keys`, asked with a key, to the same server open to all: one worker, 16 connections,
{articles} articles, answers from the response cache.
"""


def private(sites: Sites, options: Options) -> Section:
    """What it costs to ask everybody for a key."""
    site = sites.of(options.articles)
    key = (f"Authorization: Bearer {site.key()}",)
    rows, ratios = [], {}
    with site.serving() as public, site.serving(access="keys") as closed:
        for name, path in _HOT.items():
            found = contest(
                {
                    "public": (public, [Asked(path=path)]),
                    "keys": (closed, [Asked(path=path, headers=key)]),
                },
                rounds=options.rounds,
                seconds=options.seconds,
            )
            ratios[name] = found["keys"].per_second / found["public"].per_second
            rates = (f"{found[each].per_second:,.0f}" for each in ("public", "keys"))
            rows.append((name, *rates, f"{ratios[name]:.2f}"))
    return Section(
        title="Reading with keys",
        text=_PRIVATE.format(articles=f"{options.articles:,}"),
        tables=(Table(("request", "public", "keys", "ratio"), tuple(rows)),),
        goals=tuple(at_least(f"{name}, keys to public", 0.9, ratios[name]) for name in _HOT),
    )


_HOT = {
    "article, JSON": f"{_ARTICLE}?format=json",
    "article, page": "/en/articles/made-up-000007",
    "repeated search": f"/api/v1/search?q={_QUERY}",
}
