"""What is asked of the made-up articles: every question once, so that no answer is kept."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

from bench.corpora import article, code, message

_Ask = Callable[[random.Random, int], str]


def _code(choice: random.Random, number: int) -> str:
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
    words = choice.choice(article(number).paragraphs).lower().rstrip(".").split()
    return list(dict.fromkeys(words))


KINDS: Mapping[str, _Ask] = {
    "a code": _code,
    "three words": _words,
    "a message": _message,
    "a log": _log,
}
"""Every code is one question only: there are as many as articles."""


def ask(kind: str, *, articles: int, count: int, seed: int) -> list[str]:
    """Questions of a kind, all different; fewer than `count` where there are no more."""
    choice = random.Random(f"{kind} {seed}")  # noqa: S311 - questions, not secrets
    asked: dict[str, None] = {}
    if kind == "a code":
        return [code(number) for number in choice.sample(range(articles), min(count, articles))]
    while len(asked) < count:
        asked.setdefault(KINDS[kind](choice, choice.randrange(articles)))
    return list(asked)


def mixed(*, articles: int, count: int, seed: int) -> list[str]:
    """Messages and words, half and half: what people type."""
    half = count // 2
    messages = ask("a message", articles=articles, count=half, seed=seed)
    words = ask("three words", articles=articles, count=half, seed=seed)
    return [question for pair in zip(messages, words, strict=True) for question in pair]


def search(question: str, **others: str) -> str:
    """The request line of a search."""
    return f"GET\t/api/v1/search?{urlencode({'q': question, **others})}"


def diagnosis(text: str) -> str:
    """The request line of a diagnosis."""
    return f"POST\t/api/v1/diagnose\t{json.dumps({'text': text})}"


def slugs(articles: int, *, among: int, count: int) -> Iterator[str]:
    """Slugs of so many articles, in random order."""
    choice = random.Random("slugs")  # noqa: S311 - as above
    chosen = [f"made-up-{n:06}" for n in choice.sample(range(articles), min(among, articles))]
    return (choice.choice(chosen) for _ in range(count))


def write(lines: list[str], file: Path) -> Path:
    """A file of request lines, as `requests.lua` reads it."""
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return file
