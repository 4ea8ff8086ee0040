"""What is asked, and `wrk` that asks it (Debian: `apt-get install wrk`)."""

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench.corpora import article, code, message, slug
from bench.servers import ROOT, Server, on_core

_article = lru_cache(20_000)(article)
_SCRIPT = Path(__file__).with_name("requests.lua")
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_WARM_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be chosen; the defaults end within a quarter of an hour on two cores."""

    sizes: tuple[int, ...] = (100, 10_000)
    """Numbers of articles."""
    articles: int = 10_000
    """Of what has one size only."""
    seconds: float = 2.0
    """Of a single run of the load generator."""
    rounds: int = 3
    """Runs of each of those that are compared."""
    requests: int = 50_000
    """Of the soak."""
    folder: Path
    """For files of requests and the like."""
    corpora: Path = ROOT.parent / "shared" / "corpora"
    """Other corpora with known items, if there are any."""

    def questions(self) -> int:
        """So many requests that none of them comes twice in a run."""
        return max(1_000, round(self.seconds * 4_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: one path, or the requests of a file."""

    path: str = ""
    file: Path | None = None
    headers: tuple[str, ...] = ()


_Ask = Callable[[random.Random, int], str]


def _code(_choice: random.Random, number: int) -> str:
    return code(number)


def _words(choice: random.Random, number: int) -> str:
    """Three words of an article, in any order."""
    return " ".join(choice.sample(_said(choice, number), 3))


def _message(choice: random.Random, number: int) -> str:
    """A message of an article as somebody else sees it: with other values in it."""
    return message(number, choice.randrange(3), occurrence=choice.randrange(1, 1_000_000))


def _log(choice: random.Random, number: int) -> str:
    """Lines around such a message."""
    noise = _said(choice, number)
    lines = [f"2026-03-02 10:{at:02}:07 INFO  {' '.join(noise[at : at + 7])}" for at in range(3)]
    return "\n".join([*lines, _message(choice, number), f"    at {noise[0]}.{noise[1]} (1:2)"])


def _said(choice: random.Random, number: int) -> list[str]:
    words = choice.choice(_article(number).paragraphs).lower().rstrip(".").split()
    return list(dict.fromkeys(words))


KINDS: Mapping[str, _Ask] = {
    "a code": _code,
    "three words": _words,
    "a message": _message,
    "a log": _log,
}


def ask(kind: str, *, articles: int, count: int, seed: str) -> list[str]:
    """Questions of a kind about random articles."""
    choice = random.Random(f"{kind} {seed}")  # noqa: S311 - questions, not secrets
    return [KINDS[kind](choice, choice.randrange(articles)) for _ in range(count)]


def searches(kind: str, *, articles: int, count: int, seed: str) -> list[str]:
    """The request lines of searches; a number in each keeps any two apart."""
    questions = ask(kind, articles=articles, count=count, seed=seed)
    return [
        f"GET\t/api/v1/search?{urlencode({'q': question, 'asked': f'{seed} {number}'})}"
        for number, question in enumerate(questions)
    ]


def mixed(*, articles: int, count: int, seed: str) -> list[str]:
    """The request lines of searches for a message, for words and for a code in turns."""
    each = count // 3
    asked = (
        searches(kind, articles=articles, count=each, seed=seed)
        for kind in ("a message", "three words", "a code")
    )
    return [line for lines in zip(*asked, strict=True) for line in lines]


def diagnosis(text: str) -> str:
    """The request line of a diagnosis."""
    return f"POST\t/api/v1/diagnose\t{json.dumps({'text': text})}"


def slugs(articles: int, *, among: int, count: int) -> Iterator[str]:
    """Slugs of so many articles, in random order."""
    choice = random.Random("slugs")  # noqa: S311 - as above
    chosen = choice.sample(range(articles), min(among, articles))
    return (slug(choice.choice(chosen)) for _ in range(count))


def files(rounds: Iterable[Sequence[str]], folder: Path, *, name: str) -> list[Asked]:
    """What is asked in each round, as a file of request lines."""
    return [
        Asked(file=write(lines, folder / f"{name}-{number}.txt"))
        for number, lines in enumerate(rounds)
    ]


def write(lines: Sequence[str], file: Path) -> Path:
    """A file of request lines, as `requests.lua` reads it."""
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return file


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One run."""

    per_second: float
    p50: float
    """Milliseconds from request to answer."""
    p99: float
    requests: int
    failed: int
    """Answers with a status from 400 on."""
    lost: int
    """Requests without an answer: their connection broke, or wrk had waited two seconds."""
    again: int
    """How often the file of requests came to its end."""


def load(
    url: str, asked: Asked, *, seconds: float, connections: int = 16, pinned: bool = True
) -> Load:
    """Asks a server for some seconds; one thread, on the second core if `pinned`."""
    if shutil.which("wrk") is None:
        raise SystemExit("bench: `wrk` is not installed (Debian: apt-get install wrk)")
    command = [*(on_core(1) if pinned else ()), "wrk", "-t1", f"-c{connections}"]
    command += [f"-d{max(1, round(seconds))}s", "--latency"]
    for header in asked.headers:
        command += ["-H", header]
    if asked.file is not None:
        command += ["-s", str(_SCRIPT), url, "--", str(asked.file)]
    else:
        command.append(url + asked.path)
    return read(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def read(printed: str) -> Load:
    """What wrk's output says. Raises ValueError where it says nothing of the kind."""
    if (rate := re.search(r"Requests/sec:\s+([\d.]+)", printed)) is None:
        raise ValueError(f"this is no output of wrk: {printed[:200]!r}")
    return Load(
        per_second=float(rate[1]),
        p50=_milliseconds(printed, "50%"),
        p99=_milliseconds(printed, "99%"),
        requests=_number(r"(\d+) requests in", printed),
        failed=_number(r"Non-2xx or 3xx responses: (\d+)", printed),
        lost=_lost(printed),
        again=_number(r"Started again: (\d+)", printed),
    )


def middle(loads: list[Load]) -> Load:
    """The medians of several runs."""
    return Load(
        per_second=median(each.per_second for each in loads),
        p50=median(each.p50 for each in loads),
        p99=median(each.p99 for each in loads),
        requests=sum(each.requests for each in loads),
        failed=sum(each.failed for each in loads),
        lost=sum(each.lost for each in loads),
        again=sum(each.again for each in loads),
    )


def _milliseconds(printed: str, share: str) -> float:
    found = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s|m)$", printed, re.MULTILINE)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _number(pattern: str, printed: str) -> int:
    found = re.search(pattern, printed)
    return int(found[1]) if found else 0


def _lost(printed: str) -> int:
    found = re.search(r"Socket errors: (.+)", printed)
    return sum(map(int, re.findall(r"\d+", found[1]))) if found else 0


Contest = Mapping[str, tuple[Server, Sequence[Asked]]]
"""By name, who is asked and what in each round; the last is for the round before the first."""


def contest(
    contest: Contest,
    *,
    rounds: int,
    seconds: float,
    connections: int = 16,
    pinned: bool = True,
) -> dict[str, Load]:
    """The medians of each, by name."""
    for server, asked in contest.values():
        load(server.url, asked[-1], seconds=_WARM_SECONDS, connections=connections, pinned=pinned)
    loads: dict[str, list[Load]] = {name: [] for name in contest}
    for number in range(rounds):
        for name, (server, asked) in contest.items():
            what = asked[number % len(asked)]
            loads[name].append(
                load(server.url, what, seconds=seconds, connections=connections, pinned=pinned)
            )
    for name, found in loads.items():
        if any(each.failed or each.lost for each in found):
            raise RuntimeError(f"{name} answered with errors: {found}")
    return {name: middle(found) for name, found in loads.items()}
