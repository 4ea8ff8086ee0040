"""Against Datasette over the same articles in SQLite's full-text index."""

from urllib.parse import quote, urlencode

from bench import questions, rows, servers
from bench.load import Asked, Load
from bench.options import Options
from bench.report import Section, Table, at_least, at_most
from bench.rounds import contest
from bench.site import Sites

_SLUG = "made-up-000007"
_TEXT = """\
Datasette over the same {articles} articles in SQLite with FTS5, both in one process with 16
connections, then with one. Datasette runs without access log, on an immutable database, with
one SQL thread and a cache of 64 MB, without facets and counts, 20 rows a page, which are its
fastest settings. What it answers is less: it ranks nothing and says not why something matched.
Both are asked for three words of an article, or for its code.
"""


def measure(sites: Sites, options: Options) -> Section:
    """The article, and a search that nobody asked before."""
    database = rows.build(options.folder / "rows.db", options.articles)
    with sites.of(options.articles).serving() as ours, servers.datasette(database) as theirs:
        article = contest(
            {
                "ours": (ours, [Asked(path=f"/api/v1/articles/{_SLUG}?format=json")]),
                "theirs": (theirs, [Asked(path=f"/rows/articles/{quote(_SLUG)}.json")]),
            },
            rounds=options.rounds,
            seconds=options.seconds,
        )
        many, alone = (
            contest(
                {
                    "ours": (ours, _searches(options, connections, _OURS)),
                    "theirs": (theirs, _searches(options, connections, _THEIRS)),
                },
                rounds=options.rounds,
                seconds=options.seconds,
                connections=connections,
            )
            for connections in (16, 1)
        )
    return Section(
        title="Against Datasette",
        text=_TEXT.format(articles=f"{options.articles:,}"),
        tables=(
            Table(
                ("request", "requests/s", "p50", "Datasette", "p50", "ratio"),
                (
                    _row("article, JSON", article),
                    _row("first-time search", many),
                    _row("first-time search, one connection", alone),
                ),
            ),
        ),
        goals=(
            at_least("article, JSON, to Datasette", 8, _ratio(article)),
            at_least("first-time search, to Datasette", 5, _ratio(many)),
            at_most("first-time search, p50 end to end", 3, alone["ours"].p50, unit=" ms"),
        ),
    )


_OURS = "/api/v1/search?"
_THEIRS = "/rows/articles.json?" + urlencode(
    {"_size": 20, "_shape": "objects", "_nocount": 1, "_nofacet": 1, "_nosuggest": 1}
)


def _searches(options: Options, connections: int, address: str) -> list[Asked]:
    """For each round, and for the one before; the number in ours keeps any two apart."""
    found = []
    for at in range(options.rounds + 1):
        asked = {
            kind: questions.ask(
                kind,
                articles=options.articles,
                count=options.questions() // 2,
                seed=f"{connections} {at}",
            )
            for kind in ("three words", "a code")
        }
        pairs = zip(*asked.values(), strict=True)
        lines = [
            f"GET\t{_OURS}{urlencode({'q': question, 'asked': number})}"
            if address is _OURS
            else f"GET\t{_THEIRS}&{urlencode({'_search': question})}"
            for number, question in enumerate(question for pair in pairs for question in pair)
        ]
        file = options.folder / f"{connections}-{at}-{len(address)}.txt"
        found.append(Asked(file=questions.write(lines, file)))
    return found


def _ratio(found: dict[str, Load]) -> float:
    return found["ours"].per_second / found["theirs"].per_second


def _row(name: str, found: dict[str, Load]) -> tuple[str, ...]:
    ours, theirs = found["ours"], found["theirs"]
    return (
        name,
        f"{ours.per_second:,.0f}",
        f"{ours.p50:.2f} ms",
        f"{theirs.per_second:,.0f}",
        f"{theirs.p50:.2f} ms",
        f"{_ratio(found):.1f}",
    )
