"""Articles of about 4 KB to measure with, each made from its number alone, always the same.

Their words are invented and as frequent as words are (Zipf's law), for an index of real
words behaves by how common they are. Each article has a code that no other has, a table of
errors, prose, and a block of code, so that all that is derived from an article is derived.
"""

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

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
