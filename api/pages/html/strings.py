"""What the pages say, in each of their languages: `languages/*/pages.toml`.

A text may have gaps, `{name}`, and where it counts something a singular and a plural,
`{n} article|{n} articles`.
"""

from languages.loader import Texts, texts

STRINGS = texts("pages")


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
