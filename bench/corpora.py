"""The articles to measure with: real ones where they are at hand, else generated ones."""

import random
from pathlib import Path

_REAL = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "cpp-errors"
_GENERATED = 1_583
_WORDS = (
    "argument array base cannot cast class compile const constructor conversion declaration "
    "default definition derived expression file function header identifier illegal include "
    "initializer invalid library linker macro member missing module name namespace operand "
    "operator overload parameter pointer reference return scope signature specifier "
    "statement static symbol syntax template token type undeclared unexpected union "
    "unresolved value variable virtual void warning"
).split()


def corpus(folder: Path) -> Path:
    """The folder of the real corpus, or one that is filled with generated articles."""
    return _REAL if _REAL.is_dir() else generated(folder, articles=_GENERATED, paragraphs=4)


def generated(folder: Path, *, articles: int, paragraphs: int) -> Path:
    """A folder filled with articles; twelve paragraphs make about 4 KB."""
    rng = random.Random(1)  # noqa: S311 - a corpus, not a secret
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(articles):
        (folder / f"error-x{number:05}.md").write_text(_article(rng, number, paragraphs))
    return folder


def _article(rng: random.Random, number: int, length: int) -> str:
    def sentence(words: int) -> str:
        return " ".join(rng.choice(_WORDS) for _ in range(words))

    paragraphs = "\n\n".join(
        f"{sentence(rng.randint(20, 60)).capitalize()}." for _ in range(length)
    )
    code = "\n".join(f"{sentence(4)};" for _ in range(8))
    return (
        f'---\ntitle: "Error X{number:04}"\ndescription: "{sentence(8)}"\n'
        f'ms.date: 11/04/2016\nkeywords: ["X{number:04}"]\n---\n# Error X{number:04}\n\n'
        f"> '*name*' : {sentence(7)}\n\n{paragraphs}\n\n## Example\n\n```cpp\n{code}\n```\n"
    )
