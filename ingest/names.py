"""Who is called what: slugs, ids, codes and aliases are one namespace, for all of them open
an article. The first unit to claim a name has it; what is published keeps its names."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from corpus.document.article import Article
from corpus.store import units

_Named = tuple[str, str]
"""A name and what kind of name it is."""


class Names:
    """The names in use, each with the unit that has it."""

    def __init__(self) -> None:
        self._owner: dict[str, str] = {}
        self._names: dict[str, list[_Named]] = {}

    @classmethod
    def load(cls, connection: Connection) -> "Names":
        """The names of everything in the database."""
        names = cls()
        for unit, kind, name in units.names_in_use(connection):
            names._take(unit, [(kind, name)])
        return names

    def claim(self, unit: str, article: Article) -> list[str]:
        """Takes the names of an article for its unit, in place of those it had.

        What comes back is why that is impossible; then nothing has changed.
        """
        before = self.release(unit)
        wanted = list(_names_of(article))
        complaints = [
            f"the {kind} {name!r} is already used by {self._owner[name]}"
            for kind, name in wanted
            if name in self._owner
        ]
        if len(set(article.metadata.aliases)) < len(article.metadata.aliases):
            complaints.append("an alias is given twice")
        self._take(unit, before if complaints else wanted)
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
                return refused
            refused |= {unit: found for unit, found in complaints.items() if found}
            for unit in wanted:
                self.release(unit)
            for unit, names in before.items():
                self._take(unit, names)

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

    def _take(self, unit: str, names: list[_Named]) -> None:
        taken = [(kind, name) for kind, name in names if name]
        self._names.setdefault(unit, []).extend(taken)
        self._owner.update((name, unit) for _, name in taken)


def _names_of(article: Article) -> Iterator[_Named]:
    metadata = article.metadata
    yield "slug", article.slug
    yield "id", metadata.id
    if metadata.code:
        yield "code", metadata.code
    for alias in metadata.aliases:
        yield "alias", alias
