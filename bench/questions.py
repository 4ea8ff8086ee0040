"""What is asked of the made-up articles: no answer is kept beforehand."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from bench.corpora import article, code, message, slug
from bench.load import Asked

_article = lru_cache(20_000)(article)
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
