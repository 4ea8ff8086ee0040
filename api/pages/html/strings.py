"""What the pages say, in each of their languages: read from `strings.toml`.

A text may have gaps, `{name}`, and where it counts something a singular and a plural,
`{n} article|{n} articles`. A key that a language lacks stops the start.
"""

import tomllib
from importlib.resources import files
from types import SimpleNamespace

from api.pages.html.languages import LANGUAGES

Texts = SimpleNamespace
"""The texts of one language, as attributes."""


def _read() -> dict[str, Texts]:
    tables = tomllib.loads(files("api.pages").joinpath("strings.toml").read_text("utf-8"))
    return {
        lang: SimpleNamespace(**{key: texts[lang] for key, texts in tables.items()})
        for lang in LANGUAGES
    }


STRINGS = _read()


def filled(text: str, n: int | None = None, **values: object) -> str:
    """A text with its gaps filled; `n` chooses between singular and plural."""
    if n is None:
        return text.format(**values)
    one, _, many = text.partition("|")
    return (one if n == 1 or not many else many).format(n=f"{n:,}", **values)


def named(texts: Texts, kind: str, value: str) -> str:
    """What one of a fixed set of values is called; a value without a name is as written."""
    name: str = getattr(texts, f"{kind}_{value.replace(' ', '_')}", value.replace("_", " "))
    return name
