"""How everything grows with the number of articles."""

from collections.abc import Iterator

from bench import machine, questions
from bench.load import Asked, Load
from bench.options import Options
from bench.report import Goal, Section, Table, at_most
from bench.rounds import contest
from bench.servers import Server
from bench.site import Site, Sites

_WHOOSH_UP_TO = 10_000
_RANDOM = 1_000
_TEXT = """\
The same for corpora of different sizes, one worker. Ingest is the whole process, with both
cores; `again` is the same with nothing changed; `start` is from `fixbook serve --no-ingest` to
the first answer, on one core. Memory is that of the worker after everything
else. Articles are read in random order, among 1,000, with 16 connections. Searches are all
first-time ones; the times of the kinds are p50 end to end with one connection.
"""
_INGEST = ("ingest", "first", "files/s", "peak memory", "again", "database", "index", "start")
_Times = dict[str, Load]


def measure(sites: Sites, options: Options) -> Section:
    """Every size with Tantivy, and those that are for Whoosh with Whoosh."""
    ingest, serving, searching = [], [], []
    times: dict[tuple[int, str], _Times] = {}
    goals: list[Goal] = []
    for size, engine in _wanted(options):
        site = sites.of(size, engine)
        name = f"{size:,} articles, {engine.title()}"
        with site.serving() as server:
            ingest.append((name, *_ingested(site), f"{server.start:.2f} s"))
            figures, times[size, engine] = _served(site, server, options)
            memory = server.memory_mb
        serving.append((name, *figures, f"{memory:.0f} MB"))
        searching.append((name, *(f"{each.p50:.2f} ms" for each in times[size, engine].values())))
        goals += _goals(site, memory)
    lines = {
        f"{engine.title()}, {kind}": {
            f"{size}": times[size, engine][kind].p50 for size, other in times if other == engine
        }
        for engine in dict.fromkeys(engine for _, engine in times)
        for kind in questions.KINDS
    }
    return Section(
        title="By number of articles",
        text=_TEXT,
        tables=(
            Table(
                _INGEST,
                tuple(ingest),
            ),
            Table(
                ("serving", "articles/s", "p50", "p99", "searches/s", "p50", "p99", "memory"),
                tuple(serving),
            ),
            Table(("search, p50", *questions.KINDS), tuple(searching)),
        ),
        goals=(*goals, *_growth(times)),
        points=lines,
    )


def _wanted(options: Options) -> Iterator[tuple[int, str]]:
    for size in options.sizes:
        yield size, "tantivy"
    for size in options.sizes:
        if size <= _WHOOSH_UP_TO:
            yield size, "whoosh"


def _ingested(site: Site) -> tuple[str, ...]:
    return (
        f"{site.seconds:.1f} s",
        f"{site.articles / site.seconds:,.0f}",
        f"{site.peak_mb:.0f} MB",
        f"{site.unchanged_seconds:.2f} s",
        f"{machine.size_mb(site.data / 'fixbook.db'):.1f} MB",
        f"{machine.size_mb(site.data / 'index'):.1f} MB",
    )


def _served(site: Site, server: Server, options: Options) -> tuple[tuple[str, ...], _Times]:
    chosen = questions.slugs(site.articles, among=_RANDOM, count=20_000)
    lines = [f"GET\t/api/v1/articles/{slug}?format=json" for slug in chosen]
    file = options.folder / f"articles-{site.articles}-{site.engine}.txt"
    reading = [Asked(file=questions.write(lines, file))]
    articles = _asked(server, reading, options, connections=16)
    mixed = [
        questions.mixed(articles=site.articles, count=options.questions(), seed=f"m{number}")
        for number in range(options.rounds + 1)
    ]
    searches = _asked(server, _files(mixed, site, options), options, connections=16)
    times = {kind: _kind(kind, site, server, options) for kind in questions.KINDS}
    return (*_shown(articles), *_shown(searches)), times


def _kind(kind: str, site: Site, server: Server, options: Options) -> Load:
    each = [
        questions.searches(
            kind, articles=site.articles, count=options.questions(), seed=f"{kind} {number}"
        )
        for number in range(options.rounds + 1)
    ]
    return _asked(server, _files(each, site, options), options, connections=1)


def _files(lines: list[list[str]], site: Site, options: Options) -> list[Asked]:
    return questions.files(lines, options.folder, name=f"{site.articles}-{site.engine}")


def _asked(server: Server, asked: list[Asked], options: Options, *, connections: int) -> Load:
    found = contest(
        {"ours": (server, asked)},
        rounds=options.rounds,
        seconds=options.seconds,
        connections=connections,
    )
    return found["ours"]


def _shown(load: Load) -> tuple[str, ...]:
    return f"{load.per_second:,.0f}", f"{load.p50:.2f} ms", f"{load.p99:.2f} ms"


def _goals(site: Site, memory: float) -> list[Goal]:
    """What is promised for 10,000 articles on Tantivy."""
    if (site.articles, site.engine) != (10_000, "tantivy"):
        return []
    return [
        at_most("ingest of 10,000 articles", 25, site.seconds, unit=" s"),
        at_most("the same again, unchanged", 3, site.unchanged_seconds, unit=" s"),
        at_most("memory of a worker, 10,000 articles", 200, memory, unit=" MB"),
    ]


def _growth(times: dict[tuple[int, str], _Times]) -> list[Goal]:
    small, large = times.get((10_000, "tantivy")), times.get((100_000, "tantivy"))
    if small is None or large is None:
        return []
    return [
        at_most(
            f"search for {kind}, p50 at 100,000 articles to that at 10,000",
            3,
            large[kind].p50 / small[kind].p50,
            unit="×",
        )
        for kind in questions.KINDS
    ]
