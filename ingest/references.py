"""References that lead nowhere: links that look like an article but open none."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from corpus.store.units import links
from ingest.discover import SourceFile, Unit
from ingest.names import Names
from ingest.report import Problem

_LINK = re.compile(r"\]\(([\w-]++)\)")
_LIKE_AN_ARTICLE = re.compile(r"art_[\w-]+|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")


def unresolved_references(
    connection: Connection, names: Names, units: Sequence[Unit]
) -> Iterator[Problem]:
    """A warning for each link that looks like a code or an id and opens no article."""
    files = {(unit.name, file.lang): file for unit in units for file in unit.files}
    leading_nowhere = (link for link in links(connection) if not _is_good(link[2], names))
    for (unit, lang), group in groupby(leading_nowhere, lambda link: link[:2]):
        targets = [target for _, _, target in group]
        yield from reference_problems(files.get((unit, lang)), targets, unit=unit)


def reference_problems(
    file: SourceFile | None, targets: Sequence[str], *, unit: str = ""
) -> Iterator[Problem]:
    """A warning for each, at the line of its link; the unit stands for a file that is not at hand.

    A file is read once, however many of its links lead nowhere.
    """
    lines = _lines_of_links(file) if file and targets else {}
    for target in targets:
        message = f"the reference {target!r} leads to no article"
        shown = file.shown if file else unit
        yield Problem(shown, lines.get(target, 1), message, warning=True)


def unresolved(targets: Iterable[str], names: Names) -> list[str]:
    """Those that look like an article and open none."""
    return [target for target in targets if not _is_good(target, names)]


def _is_good(target: str, names: Names) -> bool:
    return _LIKE_AN_ARTICLE.fullmatch(target) is None or names.knows(target)


def _lines_of_links(file: SourceFile) -> dict[str, int]:
    """The line that each target of a link is on first."""
    try:
        content = file.path.read_text(errors="replace")
    except OSError:
        return {}  # gone since it was read
    lines: dict[str, int] = {}
    line, counted = 1, 0
    for match in _LINK.finditer(content):
        line += content.count("\n", counted, match.start())
        counted = match.start()
        lines.setdefault(match[1], line)
    return lines
