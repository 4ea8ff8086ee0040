"""How a query becomes a plan: which words count, how much each tells, and what is enough.

No word is obligatory, and a word that no article has costs nothing in the ranking. It counts
for how sure an answer is: the floor is what a query would get from articles that have nothing
to do with it, reckoned from how many articles have each of its words.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import NamedTuple

from corpus.checks.trust import Level
from corpus.search import tuning
from corpus.search.documents import whole
from corpus.search.engine import EVERYTHING, Alternative, Clause, Field, OpenIndex, Plan
from corpus.search.names import names_inside
from corpus.search.query import Query
from corpus.search.term_statistics import wordiness
from corpus.store.filters import Filters, Sort, label
from corpus.text import codes, synonyms
from corpus.text.analysis import Kind, terms, tokenize
from corpus.text.term_weights import idf
from corpus.text.word_pairs import pairs
from corpus.text.words import Word, read_words

_TRUSTED = {
    label("level", level): bonus
    for level, bonus in zip(
        (Level.EXECUTED, Level.ATTESTED, Level.STALE), tuning.TRUSTED, strict=True
    )
}
_SATURATED = 2.2 * sum(tuning.BOOSTS.values())
"""The most that BM25 makes of a term, in units of its idf: k1 + 1 in each field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedQuery:
    """A plan, and how its hits are to be read."""

    plan: Plan
    telling: Sequence[Clause]
    """Those of its clauses that hits are explained by."""
    floor: float
    """The score that the best hit must reach, or none has to do with the query."""
    likely: float
    """The score from which on a hit by its words is likely right."""
    is_known: bool
    """Whether articles have every word of it."""
    is_plain: bool
    """Whether it is all ordinary words: no code, no identifier, no value."""
    typos: Mapping[str, Sequence[str]]
    """For words that no article has, the terms that were looked up instead."""
    by_meaning: bool = False
    """Whether meaning has a say in the order of the hits; none of them is more than related."""


def plan(
    query: Query,
    index: OpenIndex,
    *,
    words: str,
    pinned: Mapping[str, float],
    lang: str,
    sort: Sort,
) -> PlannedQuery:
    """The plan of a query, of which `words` are searched; its error message points to `pinned`."""
    asked = _QueryTerms(words, index)
    clauses = asked.clauses()
    names = dict.fromkeys(names_inside(query.text), tuning.INSIDE)
    names |= dict.fromkeys(whole(query.text), tuning.NAME)
    floor, likely = asked.thresholds()
    return PlannedQuery(
        plan=Plan(
            boosts=tuning.BOOSTS,
            clauses=clauses,
            floor=floor * tuning.OTHER_HITS,
            names=names if query.text else {},
            pairs=asked.pairs(),
            pinned=pinned,
            phrases=tuple(
                phrase
                for text in query.phrases
                if (phrase := tuple(t.term for t in tokenize(text)))
            ),
            excluded=tuple(asked.rarest(text) for text in query.excluded if tokenize(text)),
            preferred={**_TRUSTED, label("lang", lang): tuning.LANGUAGE} if lang else _TRUSTED,
            sort=sort,
            filters=query.filters,
            counted=tuning.COUNTED if floor else EVERYTHING,
        ),
        telling=clauses[: asked.telling] or clauses,
        floor=floor,
        likely=likely,
        is_known=asked.is_known,
        is_plain=asked.is_plain,
        typos=asked.typos,
    )


def lookup_plan(terms: Sequence[str], where: Field, *, minimum: int = 1, filters: Filters) -> Plan:
    """The plan to find what has at least so many of these terms in one field."""
    return Plan(
        boosts={where: 1.0},
        clauses=tuple(Clause((Alternative((term,)),)) for term in terms),
        minimum=minimum,
        filters=filters,
    )


class _WeighedClause(NamedTuple):
    """A clause, and the score that an article about it usually gets from it."""

    clause: Clause
    usual: float
    is_grammar: bool


class _QueryTerms:
    """The words of a query, seen with what an index knows of them."""

    def __init__(self, text: str, index: OpenIndex) -> None:
        self._index = index
        self._documents = index.count()
        self._frequency = cache(lambda term: index.frequency(term, Field.TEXT))
        self._terms = terms(text)
        self._words = read_words(text)
        self._others = _synonyms([word.whole for word in self._words])
        self._foreign = 0.0
        self._usual = 0.0
        self._telling = 0
        self.telling = 0
        """How many of the clauses say what is asked; the first ones."""
        self.typos: dict[str, Sequence[str]] = {}
        index.expect(self._looked_up(), Field.TEXT)
        self.typos |= islice(self._corrections(), tuning.MOST_TYPOS)
        self._guessed = (1 - tuning.TYPO) * len(self.typos)
        if self.typos:
            self._others = _synonyms([self._meant(word) for word in self._words])
        self._across_words = frozenset(self._pieces_across_words())

    def clauses(self) -> tuple[Clause, ...]:
        """What is searched: the words that the index knows, the most telling first."""
        known: dict[str, _WeighedClause] = {}
        for word in self._words:
            for term, found in self._of(word):
                if term not in known or known[term].usual < found.usual:
                    known[term] = found
        ranked = sorted(known.values(), key=lambda found: (found.is_grammar, -found.usual))
        if len(ranked) > tuning.MOST_CLAUSES:
            self._foreign *= tuning.MOST_CLAUSES / len(ranked)
        ranked = ranked[: tuning.MOST_CLAUSES]
        self._usual = sum(found.usual for found in ranked)
        self.telling = sum(not found.is_grammar for found in ranked[: tuning.MOST_MARKED])
        return tuple(found.clause for found in ranked)

    @property
    def is_known(self) -> bool:
        """Whether the index has every word, as it is written."""
        return not self._foreign and not self.typos

    @property
    def is_plain(self) -> bool:
        """Whether every word is an ordinary one."""
        return all(word.is_plain for word in self._words)

    def thresholds(self) -> tuple[float, float]:
        """The scores from which on an article has to do with the query, and is likely right."""
        rarest = self._idf(0)
        one = rarest * _flattening(rarest) * _SATURATED
        usual = self._usual + (self._foreign + self._guessed) * one * tuning.ATTAINED
        is_one_code = self.is_known and len(self._words) == 1 and self._words[0].is_code
        likely = 0.0 if is_one_code else math.sqrt(tuning.ALIKE * one * usual)
        if self._telling <= tuning.FEW_WORDS and not self._foreign:
            return 0.0, likely
        unlike = tuning.UNLIKE * math.sqrt(wordiness(self._index))
        return math.sqrt(unlike * one * usual), likely

    def pairs(self) -> dict[str, float]:
        """The neighbouring words that the index has side by side, and what each pair counts."""
        asked = list(islice(dict.fromkeys(pairs(self._terms)), tuning.MOST_PAIRS))
        self._index.expect(asked, Field.PAIRS)
        known = ((pair, self._index.frequency(pair, Field.PAIRS)) for pair in asked)
        return {pair: tuning.PAIR * self._idf(number) for pair, number in known if number}

    def rarest(self, text: str) -> str:
        """The term of a text that fewest articles have."""
        return min((token.term for token in tokenize(text)), key=self._frequency)

    def _of(self, word: Word) -> Iterator[tuple[str, _WeighedClause]]:
        """The clauses of a word: for all of it, and for what it is made of."""
        alternatives = self._alternatives(word)
        self._telling += not word.is_stop_word
        if alternatives:
            yield word.whole, self._weigh(alternatives, word)
        elif not word.is_stop_word and not (word.is_value and len(self._words) > 1):
            self._foreign += self._missing(word)
        worth = tuning.PART_BESIDE if alternatives else tuning.PART
        for part in word.parts:
            if self._frequency(part):
                yield part, self._weigh([Alternative((part,), worth)], word)

    def _missing(self, word: Word) -> float:
        """How many words it counts that no article has this one."""
        if word.is_code or not any(map(self._frequency, word.parts)):
            kind = Kind.CODE if word.is_code else word.tokens[0].kind
            return tuning.FOREIGN_WORD.get(kind, tuning.FOREIGN)
        return 1.0

    def _weigh(self, ways: Sequence[Alternative], word: Word) -> _WeighedClause:
        """A clause of which each way counts what its rarity tells."""
        worth = tuning.STOP_WORD if word.is_stop_word else 1.0
        if word.whole in self._across_words:
            worth *= tuning.ACROSS_WORDS
        most = self._idf(self._frequency(ways[0].terms[0])) or math.inf
        found, usual = list[Alternative](), 0.0
        for way in ways:
            tells = max(self._idf(self._frequency(term)) for term in way.terms)
            weight = worth * way.weight * _flattening(tells) * min(1.0, most / tells)
            found.append(Alternative(way.terms, weight))
            usual = max(usual, weight * tells * _SATURATED * tuning.ATTAINED)
        return _WeighedClause(Clause(tuple(found)), usual, word.is_stop_word)

    def _alternatives(self, word: Word) -> list[Alternative]:
        """The ways to satisfy a word that the index knows: the whole, typos, synonyms."""
        readings = [term for term in word.readings if self._frequency(term)]
        found = [
            Alternative((term,), tuning.READING if at else 1.0) for at, term in enumerate(readings)
        ]
        similar = self.typos.get(word.whole, ())
        found += [Alternative((term,), tuning.TYPO) for term in similar]
        worth = tuning.SYNONYM * (tuning.TYPO if similar else 1.0)
        found += [
            Alternative(phrase, worth)
            for phrase in self._others.get(self._meant(word), ())
            if all(map(self._frequency, phrase))
        ]
        return found

    def _corrections(self) -> Iterator[tuple[str, Sequence[str]]]:
        """The words that the index has in no way, with terms a typo away."""
        for word in self._words:
            is_known = any(map(self._frequency, word.readings)) or self._alternatives(word)
            if not is_known and (similar := self._similar(word)):
                yield word.whole, similar

    def _meant(self, word: Word) -> str:
        """The term of a word, or the commonest one a typo away from it."""
        return next(iter(self.typos.get(word.whole, ())), word.whole)

    def _pieces_across_words(self) -> Iterator[str]:
        """Pieces of Chinese that are the end of a word and the beginning of the next: both
        pieces that they overlap are so many times as common."""
        for before, word, after in zip(self._words, self._words[1:], self._words[2:], strict=False):
            if before.is_overlapping(word) and word.is_overlapping(after):
                others = min(self._frequency(before.whole), self._frequency(after.whole))
                if tuning.COMMONER * self._frequency(word.whole) < others:
                    yield word.whole

    def _idf(self, frequency: int) -> float:
        return idf(min(frequency, self._documents), self._documents)

    def _looked_up(self) -> Iterator[str]:
        """The terms that the index will be asked about, as far as is known before."""
        for word in self._words:
            yield from (word.whole, *word.readings, *word.parts)
            for phrase in self._others.get(word.whole, ()):
                yield from phrase

    def _similar(self, word: Word) -> Sequence[str]:
        """Terms a typo away from the word as the index has it or as it was written, or else
        what is left of it without a broken ending. Of a code only other codes are near."""
        if not (word.is_plain or word.is_lettered_code):
            return ()
        forms = [form for form in (word.whole, word.written) if len(form) >= tuning.SHORTEST_TYPO]
        for form in dict.fromkeys(forms):
            near = self._index.similar(form, limit=6)
            similar = [term for term in near if codes.is_code(term) == word.is_lettered_code]
            if similar:
                return similar[:3]
        if word.is_lettered_code:
            return ()
        written = word.written
        shorter = [written[:end] for end in range(len(written), tuning.SHORTEST_TYPO - 1, -1)]
        self._index.expect(shorter, Field.TEXT)
        return [term for term in shorter if self._frequency(term)][:1]


def _flattening(tells: float) -> float:
    """What the weight of a word with this idf is multiplied by."""
    return math.pow((tells + 0.1) / 2, -tuning.FLATTER)


def _synonyms(terms: Sequence[str]) -> dict[str, list[synonyms.Phrase]]:
    """For each term of a synonym's member, what the other members of its group are."""
    known = synonyms.field()
    found: dict[str, list[synonyms.Phrase]] = {}
    for start, end, group in known.occurrences(terms):
        said = tuple(terms[start:end])
        for term in said:
            found.setdefault(term, []).extend(
                phrase for phrase in known.groups[group] if phrase != said
            )
    return found
