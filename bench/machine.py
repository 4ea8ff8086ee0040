"""What the figures were measured on."""

import os
import platform
from importlib.metadata import version

_PACKAGES = ("fastapi", "uvicorn", "uvloop", "SQLAlchemy", "whoosh3", "tantivy", "markdown-it-py")


def describe() -> None:
    """Prints machine and versions."""
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,", end=" ")
    print(f"Python {platform.python_version()}, {packages}")


def table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Prints a Markdown table."""
    print(f"\n## {title}\n")
    print(f"| {' | '.join(head)} |")
    print("|" + "---|" * len(head))
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
