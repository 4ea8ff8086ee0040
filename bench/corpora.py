"""Articles of about 4 KB to measure with, and what ingest makes of them.

Each is made from its number alone, always the same. Their words are invented and as frequent
as words are (Zipf's law), for an index of real words behaves by how common they are. Each has
a code that no other has, a table of errors, prose, and a block of code, so that all that is
derived from an article is derived.
"""

import os
import random
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from bench import servers
from bench.servers import Server

_WORDS = 20_000
_FLATTENED = 2.7
"""Mandelbrot's correction of Zipf's law for the commonest words."""
_SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to va we xi ya zo sta pre con ment".split()
_SHAPES = (
    "Error: {0} {1} '{value}' {2} {3}",
    "{name}Error: {0} {1} {2} at {value}:{port}",
    "fatal: {0} {1} {2} {3} /var/{value}/{value}.conf",
    "error {0} {1}: {2} {3} after {port} ms",
)
_ROWS = 3
_PARAGRAPHS = 9
_UNCHANGED_RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A made-up article."""

    number: int
    title: str
    summary: str
    errors: tuple[str, ...]
    """Messages, as the article has them."""
    paragraphs: tuple[str, ...]

    @property
    def slug(self) -> str:
        """Its file name."""
        return slug(self.number)

    @property
    def code(self) -> str:
        """An error code that no other article has."""
        return code(self.number)

    @property
    def body(self) -> str:
        """Its Markdown."""
        rows = "\n".join(f"| {row} | {self.title} | {self.summary} |" for row in self.errors)
        first, *others = self.paragraphs
        example = "\n".join(f"{word} = {word}()" for word in first.lower().split()[:8])
        return (
            f"## Symptoms\n\n{first}\n\n| Error Message | Cause | Solution |\n|---|---|---|\n"
            f"{rows}\n\n## Details\n\n{chr(10).join(f'{each}{chr(10)}' for each in others)}\n"
            f"## Example\n\n```python\n{example}\n```\n"
        )

    @property
    def document(self) -> str:
        """The file: front matter and body."""
        return (
            f'---\ntitle: "{self.code}: {self.title}"\ndescription: "{self.summary}"\n'
            f'date: 2026-03-{1 + self.number % 28:02}\ntags: ["made-up"]\n'
            f'keywords: ["{self.code}"]\n---\n# {self.code}: {self.title}\n\n{self.body}'
        )


def article(number: int) -> Article:
    """The article of this number."""
    choice = _random(f"article {number}")
    return Article(
        number=number,
        title=_sentence(choice, 6),
        summary=_sentence(choice, 14),
        errors=tuple(message(number, row) for row in range(_ROWS)),
        paragraphs=tuple(
            f"{_sentence(choice, choice.randint(30, 60))}." for _ in range(_PARAGRAPHS)
        ),
    )


def slug(number: int) -> str:
    """The name of an article."""
    return f"made-up-{number:06}"


def code(number: int) -> str:
    """The error code of an article."""
    return f"X{number + 10_000}"


def message(number: int, row: int, *, occurrence: int = 0) -> str:
    """A message of an article's table; each occurrence has other values in it."""
    choice = _random(f"message {number} {row}")
    words = _drawn(choice, 5)
    values = _random(f"values {number} {row} {occurrence}")
    return choice.choice(_SHAPES).format(
        *words, name=words[4].title(), value=_drawn(values, 1)[0], port=values.randint(1024, 65_535)
    )


def fill(folder: Path, articles: int) -> None:
    """Writes the first articles into a folder, a thousand to each folder in it."""
    for number in range(articles):
        made = article(number)
        file = folder / f"{number // 1000:03}" / f"{made.slug}.md"
        if number % 1000 == 0:
            file.parent.mkdir(parents=True)
        file.write_text(made.document, "utf-8")


def _sentence(choice: random.Random, words: int) -> str:
    return " ".join(_drawn(choice, words)).capitalize()


def _drawn(choice: random.Random, words: int) -> list[str]:
    vocabulary, weights = _vocabulary()
    return choice.choices(vocabulary, cum_weights=weights, k=words)


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """All words, the commonest first, and the sums of their frequencies."""
    choice = _random("vocabulary")
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        syllables = choice.choices(_SYLLABLES, k=2 + min(len(words) // 400, 2))
        words.setdefault("".join(syllables))
    return list(words), list(accumulate(1 / (rank + _FLATTENED) for rank in range(_WORDS)))


def _random(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a corpus, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What ingest made."""

    articles: int
    engine: str
    content: Path
    data: Path
    seconds: float
    """Of the first ingest, the whole process."""
    peak_mb: float
    """Of the largest of its processes."""
    unchanged_seconds: float
    """Of the same again."""
    vectors: str = ""
    """The folder of the static model, if there is one."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What `fixbook` is told."""
        return _environment(self.engine, self.data, self.vectors)

    @contextmanager
    def serving(
        self, *, workers: int = 1, pinned: bool = True, access: str = "public"
    ) -> Iterator[Server]:
        """A server over it."""
        environment = {**self.environment, "FIXBOOK_ACCESS": access}
        with servers.fixbook(environment, workers=workers, pinned=pinned) as server:
            yield server

    def key(self) -> str:
        """A new API key that may read."""
        command = [servers.FIXBOOK, "keys", "add", "bench"]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, check=True, text=True
        )
        return done.stdout.split()[-1]

    @property
    def ingesting(self) -> tuple[str, ...]:
        """The command that makes it what the content now is."""
        return _command(self.content)


class Sites:
    """Makes each site once, in a folder that is removed at the end."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="fixbook-bench-")
        self.folder = Path(self._folder.name)
        self._made: dict[tuple[int, str], Site] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def of(self, articles: int, engine: str = "tantivy") -> Site:
        """The site of so many articles."""
        if (articles, engine) not in self._made:
            self._made[articles, engine] = self.fresh(articles, engine)
        return self._made[articles, engine]

    def fresh(
        self, articles: int, engine: str = "tantivy", *, name: str = "", vectors: str = ""
    ) -> Site:
        """The same, of its own content; for who wants to change it."""
        content = self.folder / f"content{name}-{articles}"
        if not content.is_dir():
            fill(content, articles)
        data = self.folder / f"data{name}-{articles}-{engine}"
        environment = _environment(engine, data, vectors)
        seconds, peak = _ingest(content, environment)
        again = [_ingest(content, environment)[0] for _ in range(_UNCHANGED_RUNS)]
        return Site(
            articles=articles,
            engine=engine,
            content=content,
            data=data,
            seconds=seconds,
            peak_mb=peak,
            unchanged_seconds=statistics.median(again),
            vectors=vectors,
        )


def _environment(engine: str, data: Path, vectors: str) -> Mapping[str, str]:
    return {
        **os.environ,
        "FIXBOOK_DATA_DIR": str(data),
        "FIXBOOK_DATABASE_URL": "",
        "FIXBOOK_SEARCH_URL": engine,
        "FIXBOOK_VECTORS": vectors,
        "FIXBOOK_RATE_LIMIT": "off",
    }


def _command(content: Path) -> tuple[str, ...]:
    return (servers.FIXBOOK, "ingest", str(content))


def _ingest(content: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of wall-clock time, and the peak memory of the largest process in MB."""
    started = time.monotonic()
    process = subprocess.Popen(_command(content), env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"fixbook ingest ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_maxrss / 1024
