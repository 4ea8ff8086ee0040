"""`python -m tests.faults.writer FOLDER`: somebody who changes documents without a pause."""

import sys
import time
from itertools import count
from pathlib import Path

SEASONS = ("Spring", "Autumn")
ARTICLES = range(12)
_PAUSE_SECONDS = 0.01


def document(number: int, season: str) -> str:
    """Plain Markdown: nothing but its end says that it is whole."""
    lines = "\n\n".join(f"It is {season}. " * 30 for _ in range(100))
    return f"# {season} {number}\n\n{lines}\n\nEnd of {season}.\n"


def name(number: int) -> str:
    """Where it is at first."""
    return f"Spring/{number:02}.md" if number % 3 == 2 else f"{number:02}.md"


def _write_over(path: Path, text: str) -> None:
    with path.open("w") as file:
        for at in range(0, len(text), 10_000):
            file.write(text[at : at + 10_000])
            file.flush()


def _put_in_its_place(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}")
    aside.write_text(text)
    aside.replace(path)


def _move(folder: Path, path: Path, season: str) -> None:
    (source,) = folder.glob(f"*/{path.name}")
    source.rename(folder / season / path.name)


def main(folder: Path) -> None:
    """Goes from one season to the other and back, until somebody ends it."""
    for turn in count():
        season = SEASONS[turn % 2]
        for number in ARTICLES:
            path = folder / f"{number:02}.md"
            if number % 3 == 0:
                _write_over(path, document(number, season))
            elif number % 3 == 1:
                _put_in_its_place(path, document(number, season))
            else:
                _move(folder, path, season)
            time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
