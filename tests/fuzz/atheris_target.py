"""Runs one target under atheris: `python -m tests.fuzz.atheris_target NAME [libFuzzer options]`.

libFuzzer ends the process itself, so each target has one of its own; `tests.fuzz` starts them.
"""

import importlib
import sys

import atheris

INSTRUMENTED = [
    "api.pages.html.markdown",
    "api.pages.html.syntax_highlighting",
    "corpus",
    "ingest",
    "markdown_it",
]
"""Whose branches guide the search."""


def main() -> None:
    """Searches until libFuzzer's options say that it is enough, or something does not hold."""
    with atheris.instrument_imports(include=INSTRUMENTED):
        targets = importlib.import_module("tests.fuzz.targets").TARGETS
    name, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], targets[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
