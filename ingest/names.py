"""Who is called what, and which links lead nowhere.

Slugs, ids, codes and aliases are one namespace, for all of them open an article. The first unit
to claim a name has it; what is published keeps its names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from corpus.document.article import Article
from ingest.discover import SourceFile, Unit
from ingest.prepare import PreparedUnit, RejectedUnit, prepare
from ingest.report import Problem

_LINK = re.compile(r"\]\(([\w-]++)\)")
_LIKE_AN_ARTICLE = re.compile(r"art_[\w-]+|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
_Named = tuple[str, str]
"""A name and what kind of name it is."""


class Names:
    """The names in use, each with the unit that has it."""

    def __init__(self, used: Iterable[tuple[str, str, str]] = ()) -> None:
        """Names that are in use already: unit, kind and name of each."""
        self._owner: dict[str, str] = {}
        self._names: dict[str, list[_Named]] = {}
        self._before: dict[str, list[_Named]] = {}
        for unit, kind, name in used:
            self.take(unit, [(kind, name)])

    def claim(self, unit: str, article: Article) -> list[str]:
        """Takes the names of an article for its unit, in place of those it had.

        What comes back is why that is impossible; then nothing has changed.
        """
        before = self._before[unit] = self.release(unit)
        wanted = list(_names_of(article))
        complaints = [
            f"the {kind} {name!r} is already used by {self._owner[name]}"
            for kind, name in wanted
            if name in self._owner
        ]
        if len(set(article.metadata.aliases)) < len(article.metadata.aliases):
            complaints.append("an alias is given twice")
        self.take(unit, before if complaints else wanted)
        return complaints

    def claim_together(self, articles: Mapping[str, Article]) -> dict[str, list[str]]:
        """Takes the names of articles by unit, all at once, so that units may swap names.

        What comes back is why that is impossible, by unit; those keep the names they had.
        """
        refused: dict[str, list[str]] = {}
        while True:
            wanted = {unit: article for unit, article in articles.items() if unit not in refused}
            before = {unit: self.release(unit) for unit in wanted}
            complaints = {unit: self.claim(unit, article) for unit, article in wanted.items()}
            if not any(complaints.values()):
                self._before |= before
                return refused
            refused |= {unit: found for unit, found in complaints.items() if found}
            for unit in wanted:
                self.release(unit)
            for unit, names in before.items():
                self.take(unit, names)

    def taken_names(self, article: Article) -> frozenset[str]:
        """The names that an article wants and another one has."""
        return frozenset(name for _, name in _names_of(article) if name in self._owner)

    def restore(self, unit: str) -> None:
        """Undoes the last claim of a unit, as far as nobody else has got the names since."""
        self.release(unit)
        before = self._before.get(unit, [])
        self.take(unit, [named for named in before if named[1] not in self._owner])

    def owners(self, article: Article) -> set[str]:
        """The units that have names which the article wants."""
        return {self._owner[name] for _, name in _names_of(article) if name in self._owner}

    def release(self, unit: str) -> list[_Named]:
        """Frees the names of a unit and says which they were."""
        names = self._names.pop(unit, [])
        for _, name in names:
            self._owner.pop(name, None)  # an id may equal the slug
        return names

    def knows(self, name: str) -> bool:
        """Whether some article has that name."""
        return name in self._owner

    def owner(self, name: str) -> str | None:
        """The unit of the article that has that name."""
        return self._owner.get(name)

    def take(self, unit: str, names: Sequence[_Named]) -> None:
        """Gives names to a unit that nobody else has."""
        self._names.setdefault(unit, []).extend(names)
        self._owner.update((name, unit) for _, name in names)


def _names_of(article: Article) -> Iterator[_Named]:
    metadata = article.metadata
    yield "slug", article.slug
    yield "id", metadata.id
    if metadata.code:
        yield "code", metadata.code
    for alias in metadata.aliases:
        yield "alias", alias


def claim_or_leave_out(names: Names, prepared: PreparedUnit) -> tuple[PreparedUnit, list[str]]:
    """Claims the names of a unit; what only front matter states is left out where it is taken.

    What comes back is the unit with the names that it got, and why that is impossible.
    """
    complaints = names.claim(prepared.unit, prepared.entry.article)
    if not complaints or prepared.insists:
        return prepared, complaints
    before = names.release(prepared.unit)
    taken = names.taken_names(prepared.entry.article)
    names.take(prepared.unit, before)
    fewer = prepare(prepared.source, taken=taken)
    if isinstance(fewer, RejectedUnit):
        return prepared, complaints
    return fewer, names.claim(fewer.unit, fewer.entry.article)


def unresolved_references(
    links: Iterable[tuple[str, str, str]], names: Names, units: Sequence[Unit]
) -> Iterator[Problem]:
    """A warning for each link that looks like a code or an id and opens no article.

    Links are unit, language and target, in order. The line is that of the link where its file is
    at hand; a file is read once, however many of its links lead nowhere.
    """
    files = {(unit.name, file.lang): file for unit in units for file in unit.files}
    broken = (link for link in links if _LIKE_AN_ARTICLE.fullmatch(link[2]))
    broken = (link for link in broken if not names.knows(link[2]))
    for place, group in groupby(broken, lambda link: link[:2]):
        file = files.get(place)
        lines = _lines_of_links(file) if file else {}
        for unit, _, target in group:
            message = f"the reference {target!r} leads to no article"
            shown = file.shown if file else unit
            yield Problem(shown, lines.get(target, 1), message, warning=True)


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
