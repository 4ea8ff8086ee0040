"""A long run of everything mixed while the corpus changes: does it grow, does it fail?"""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from bench import corpora, questions
from bench.load import Asked, Load, load
from bench.options import Options
from bench.report import Goal, Section, Table, at_most
from bench.servers import Server
from bench.site import Site, Sites

_ARTICLES = 1_000
_MIXTURE = 30_000
"""Requests of a file; each round has another."""
_SECONDS = 30.0
"""Of a round; in each one the corpus changes once, while requests are running."""
_WARM = 0.25
"""The part of the rounds after which memory must not grow any more."""
_TOLERATED_MB = 8.0
"""What the memory of a healthy process goes up and down by."""
_TEXT = """\
{requests:,} requests in {rounds} rounds of about {seconds:.0f} seconds against one worker with
{articles:,} articles: articles in all forms, pages, searches that repeat and
searches that do not, lists, diagnoses, and the rest of the API. In every round some files
change and are ingested meanwhile, so that a new generation is published under load.
"""


def measure(sites: Sites, options: Options) -> Section:
    """Asks until so many requests were answered."""
    site = sites.fresh(_ARTICLES, name="-soak")
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
        text=_TEXT.format(
            requests=requests, rounds=len(loads), seconds=_seconds(options), articles=_ARTICLES
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
    file = questions.write(lines, options.folder / "soak.txt")
    _change(site.content, number)
    ingest = subprocess.Popen(site.ingesting, env=site.environment, stdout=subprocess.DEVNULL)
    found = load(server.url, Asked(file=file), seconds=_seconds(options))
    if ingest.wait():
        raise RuntimeError(f"fixbook ingest ended with {ingest.returncode}")
    return found


def _seconds(options: Options) -> float:
    return min(_SECONDS, 15 * options.seconds)


def _change(content: Path, number: int) -> None:
    """Other texts for some articles, and the texts they had before for others."""
    for at in range(10):
        changed = corpora.article((number * 10 + at) % _ARTICLES)
        file = content / "000" / f"{changed.slug}.md"
        file.write_text(f"{changed.document}\nChanged in round {number}.\n", "utf-8")


def _mixture(number: int) -> Iterator[str]:
    """Requests of all kinds, in random order."""
    choice = random.Random(number)  # noqa: S311 - requests, not secrets
    fresh = iter(questions.mixed(articles=_ARTICLES, count=_MIXTURE // 3, seed=f"soak {number}"))
    logs = questions.ask("a log", articles=_ARTICLES, count=_MIXTURE // 10, seed=f"soak {number}")
    forms = ("?format=json", "?format=markdown", "", ".md")
    for at in range(_MIXTURE):
        slug = corpora.slug(choice.randrange(_ARTICLES))
        match at % 10:
            case 0:
                yield questions.diagnosis(logs[at // 10])
            case 1 | 2:
                yield next(fresh)
            case 3:
                yield f"GET\t/en/articles/{slug}"
            case 4:
                yield f"GET\t/api/v1/search?q={corpora.code(choice.randrange(50))}"
            case 5:
                yield choice.choice(_OTHERS)
            case _:
                yield f"GET\t/api/v1/articles/{slug}{choice.choice(forms)}"


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
