"""Pairs of text files, an input and what is expected of it: a new case needs no Python."""

from pathlib import Path


def pairs(folder: str, suffix: str) -> list[tuple[str, str, list[str]]]:
    """For each `*.suffix` below this folder its name, its text and the lines of `*.expected`."""
    return [
        (path.stem, path.read_text("utf-8"), path.with_suffix(".expected").read_text().splitlines())
        for path in sorted((Path(__file__).parent / folder).glob(f"*.{suffix}"))
    ]
