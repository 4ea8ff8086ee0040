"""Two workers to one, where nothing is pinned to a core."""

from bench import questions
from bench.load import Asked
from bench.options import Options
from bench.report import Section, Table, at_least
from bench.rounds import contest
from bench.site import Sites

_CONNECTIONS = 16
"""As many as one worker lets stand in line: of more that stay it turns some away."""
_TEXT = """\
Two workers to one, 16 connections, nothing pinned. The load generator runs on the same cores:
where answers are kept it takes a good part of them, so what is more to compute says more.
"""


def measure(sites: Sites, options: Options) -> Section:
    """What is kept, and what is not."""
    site = sites.of(options.articles)
    lines = [
        questions.mixed(articles=site.articles, count=3 * options.questions(), seed=f"w{number}")
        for number in range(options.rounds + 1)
    ]
    files = questions.files(lines, options.folder, name="workers")
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
                connections=_CONNECTIONS,
                pinned=False,
            )
            ratios.append(found["two"].per_second / found["one"].per_second)
            rates = (f"{found[each].per_second:,.0f}" for each in ("one", "two"))
            rows.append((name, *rates, f"{ratios[-1]:.2f}"))
        memory = two.memory_mb
    return Section(
        title="Two workers",
        text=f"{_TEXT}The supervisor and both workers held {memory:.0f} MB at the end.",
        tables=(Table(("request", "1 worker", "2 workers", "ratio"), tuple(rows)),),
        goals=(at_least("2 workers to 1, first-time search", 1.8, ratios[-1]),),
    )
