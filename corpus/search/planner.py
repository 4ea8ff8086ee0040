"""How a query becomes a plan: the boosts, the words that count, and how many must match."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from corpus.checks.trust import Level
from corpus.search.documents import whole
from corpus.search.engine import Alternative, Clause, Field, OpenIndex, Plan
from corpus.search.query import Query
from corpus.store.filters import Filters, Sort, label
from corpus.text import codes, synonyms
from corpus.text.analysis import Kind, tokenize
from corpus.text.words import SHORTEST_TYPO, Word, read_words

BOOSTS: Mapping[Field, float] = {Field.KEY: 3.0, Field.BODY: 1.0}
NAME = 10_000.0
"""The whole query is a tag, a keyword (twice), or a slug, id, code or title (three times)."""
PARTS, PARTS_BESIDE = 0.8, 0.3
"""What an identifier's parts are worth to it: where no article has the whole, and where one has."""
READING = 0.8
"""What the bare number of a code is worth: `137` of `exit code 137`."""
_LANGUAGE = 1e-3
_TRUSTED = {
    label("trust", Level.EXECUTED): 6e-4,
    label("trust", Level.ATTESTED): 4e-4,
    label("trust", Level.STALE): 2e-4,
}
"""Ties go to the wanted language, then to what was run, attested, run for an older text."""
SYNONYM = 0.7
TYPO = 0.6
MOST_TYPOS = 3
"""Unknown words that are looked at; more of them are another language, or no language."""
MOST_CLAUSES = 12
ENOUGH = 0.65
"""The part of the words that an article must have, if there are more than two."""
FOREIGN = 2.0
"""How many words a code or identifier counts that no article has: of up to three others all
together are not enough."""
FOREIGN_WORD: Mapping[Kind, float] = {Kind.WORD: 1.0, Kind.NUMBER: 1.0, Kind.CJK: 1 / 3}
"""The same for words, and for the pieces of two characters that a Chinese sentence has."""
COMMON, COMMON_IN_FEW = 0.25, 0.6
"""A word in more than this part of the articles says little and is left out of long queries."""
FEW = 500
"""Articles of a corpus that is small, where a word is common by chance."""


def plan(
    query: Query, index: OpenIndex, *, pinned: Mapping[str, float], lang: str, sort: Sort
) -> Plan:
    """The plan of a query; `pinned` are the articles that its error message points to."""
    asked = _Asked(query.text, index)
    clauses = asked.clauses()
    return Plan(
        boosts=BOOSTS,
        clauses=clauses,
        minimum=asked.minimum(len(clauses)),
        names=whole(query.text) if query.text else (),
        name_boost=NAME,
        pinned=pinned,
        phrases=tuple(
            phrase for text in query.phrases if (phrase := tuple(t.term for t in tokenize(text)))
        ),
        excluded=tuple(asked.rarest(text) for text in query.excluded if tokenize(text)),
        preferred={**_TRUSTED, label("lang", lang): _LANGUAGE} if lang else _TRUSTED,
        sort=sort,
        filters=query.filters,
    )


def lookup_plan(terms: Sequence[str], where: Field, *, minimum: int = 1, filters: Filters) -> Plan:
    """The plan to find what has at least so many of these terms in one field."""
    return Plan(
        boosts={where: 1.0},
        clauses=tuple(Clause((Alternative((term,)),)) for term in terms),
        minimum=minimum,
        filters=filters,
    )


class _Asked:
    """The words of a query, seen with what an index knows of them."""

    def __init__(self, text: str, index: OpenIndex) -> None:
        self._index = index
        self._documents = index.count()
        self._frequency = cache(lambda term: index.frequency(term, Field.BODY))
        words = read_words(text)
        self._others = _synonyms(words)
        self._wholes = {word.whole for word in words}
        self._words = [word for word in words if not word.is_stop_word] or words
        self._typos_left = MOST_TYPOS
        self._foreign = 0.0
        index.expect(self._looked_up(), Field.BODY)

    def clauses(self) -> tuple[Clause, ...]:
        """What is searched: the telling words that the index knows, the rare ones first."""
        known: list[tuple[Word, Clause]] = []
        for word in self._words:
            found = self._alternatives(word)
            if found:
                known.append((word, Clause(tuple(found))))
            elif word.is_value and len(self._words) > 1:
                continue
            else:
                kind = Kind.CODE if word.is_code else word.tokens[0].kind
                self._foreign += FOREIGN_WORD.get(kind, FOREIGN)
        return tuple(clause for _, clause in self._significant(known))

    def minimum(self, clauses: int) -> int:
        """How many clauses an article must match; more than there are if too much is foreign."""
        asked = clauses + self._foreign
        return max(math.ceil(asked if asked <= 2 else asked * ENOUGH), 1)

    def rarest(self, text: str) -> str:
        """The term of a text that fewest articles have."""
        return min((token.term for token in tokenize(text)), key=self._frequency)

    def _significant(self, known: list[tuple[Word, Clause]]) -> list[tuple[Word, Clause]]:
        """Without common words where others are left, and not too many."""
        if len(known) < 3:
            return known
        few = self._documents < FEW
        most = self._documents * (COMMON_IN_FEW if few else COMMON)
        rare = [pair for pair in known if self._frequency(pair[0].whole) <= most]
        rare = rare if len(rare) >= (3 if few else 1) else known
        if len(rare) > MOST_CLAUSES:
            self._foreign *= MOST_CLAUSES / len(rare)
            rare.sort(key=lambda pair: self._frequency(pair[0].whole) or self._documents)
        return rare[:MOST_CLAUSES]

    def _alternatives(self, word: Word) -> list[Alternative]:
        """The ways to satisfy a word that the index knows: the whole, parts, synonyms, typos."""
        readings = [term for term in word.readings() if self._frequency(term)]
        found = [Alternative((term,), READING if at else 1.0) for at, term in enumerate(readings)]
        if (parts := word.parts()) and not self._wholes & set(parts):
            found.append(Alternative(parts, PARTS_BESIDE if readings else PARTS))
        found += [Alternative(phrase, SYNONYM) for phrase in self._others.get(word.whole, ())]
        found = [way for way in found if all(map(self._frequency, way.terms))]
        if not found and word.is_plain and self._typos_left:
            self._typos_left -= 1
            typos = [Alternative((term,), TYPO) for term in self._typos(word)]
            found = [Alternative((word.whole,)), *typos] if typos else []
        return found

    def _looked_up(self) -> Iterator[str]:
        """The terms that the index will be asked about, as far as is known before."""
        for word in self._words:
            yield from (word.whole, *word.readings(), *word.parts())
            for phrase in self._others.get(word.whole, ()):
                yield from phrase

    def _typos(self, word: Word) -> Sequence[str]:
        """Terms a typo away from the word as the index has it or as it was written, or else
        what is left of it without a broken ending."""
        forms = [form for form in (word.whole, word.written) if len(form) >= SHORTEST_TYPO]
        for form in dict.fromkeys(forms):
            similar = [t for t in self._index.similar(form, limit=6) if not codes.is_code(t)]
            if similar:
                return similar[:3]
        written = word.written
        shorter = [written[:end] for end in range(len(written), SHORTEST_TYPO - 1, -1)]
        self._index.expect(shorter, Field.BODY)
        return [term for term in shorter if self._frequency(term)][:1]


def _synonyms(words: Sequence[Word]) -> dict[str, list[synonyms.Phrase]]:
    """For each word of a synonym's member, what the other members of its group are."""
    known = synonyms.field()
    terms = [word.whole for word in words]
    found: dict[str, list[synonyms.Phrase]] = {}
    for start, end, group in known.found(terms):
        said = tuple(terms[start:end])
        for term in said:
            found.setdefault(term, []).extend(
                phrase for phrase in known.groups[group] if phrase != said
            )
    return found
