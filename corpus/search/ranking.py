"""How a query becomes a plan: the boosts, the words that count, and how many must match."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from corpus.filters import Filters, label
from corpus.search import codes, synonyms
from corpus.search.analysis import Kind, Token, stem, tokenize
from corpus.search.documents import whole
from corpus.search.engine import Alternative, Clause, Field, OpenIndex, Plan, Sort
from corpus.search.query import Query

BOOSTS: Mapping[Field, float] = {Field.KEY: 3.0, Field.BODY: 1.0}
NAME = 10_000.0
"""The whole query is a tag, a keyword (twice), or a slug, id, code or title (three times)."""
PARTS = 0.8
"""What the parts of an identifier are worth, in words of the same weight as the whole."""
SYNONYM = 0.7
TYPO = 0.6
SHORTEST_TYPO = 5
"""Letters that a word needs before a typo in it is forgiven."""
MOST_TYPOS = 3
"""Unknown words that are looked at; more of them are another language, or no language."""
MOST_CLAUSES = 12
ENOUGH = 0.55
"""The part of the words that an article must have, if there are more than two."""
FOREIGN = defaultdict(lambda: 2.0, {Kind.WORD: 1.0, Kind.NUMBER: 1.0, Kind.CJK: 0.5})
"""How many words one counts that no article has: identifiers more, parts of sentences less."""
COMMON = 0.25
"""A word in more than this part of the articles says little and is left out of long queries."""
ENOUGH_TO_BE_COMMON = 50
"""Articles that a corpus needs before any word counts as common."""

_STOP_WORDS = frozenset(
    "a about an and any are as at be been being by can could did do does doing for from get "
    "gets getting had has have how i if in into is it its keep keeps me mean means my of on or "
    "our should so some than that the their them then there these they this to too us use was "
    "we were what when where which while who why will with would you your".split()
)
_STOP_STEMS = _STOP_WORDS | frozenset(map(stem, _STOP_WORDS))
_CHINESE_STOP = frozenset(
    "怎么 么办 什么 如何 为什 么是 是什 这个 那个 可以 是否 的时 时候 哪些 怎样 应该 有什 一个 么意 意思 "
    "码是 请问 解决".split()
)


def idf(frequency: int, documents: int) -> float:
    """The inverse document frequency of BM25: what a term tells, from 0 up."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def weigher(index: OpenIndex, where: Field) -> Callable[[str], float]:
    """The idf of terms in a field of an index, each looked up once."""
    documents = index.count()
    return cache(lambda term: idf(min(index.frequency(term, where), documents), documents))


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
        preferred=label("lang", lang) if lang else "",
        sort=sort,
        filters=query.filters,
    )


def lookup_plan(terms: Sequence[str], where: Field, filters: Filters) -> Plan:
    """The plan to find what has any of these terms in one field."""
    return Plan(
        boosts={where: 1.0},
        clauses=tuple(Clause((Alternative((term,)),)) for term in terms),
        filters=filters,
    )


class _Word:
    """What stands at one place of a query: a word, or an identifier with its parts."""

    def __init__(self, first: Token) -> None:
        self.tokens = [first]
        self.end = first.end

    @property
    def whole(self) -> str:
        """The term of all of it."""
        return self.tokens[0].term

    @property
    def is_plain(self) -> bool:
        """Whether a typo in it could be forgiven: an ordinary word, no code, no identifier."""
        first = self.tokens[0]
        letters = first.end - first.start
        return first.kind is Kind.WORD and len(self.tokens) == 1 and letters >= SHORTEST_TYPO

    @property
    def is_stop_word(self) -> bool:
        """Whether it says nothing about what is asked."""
        return len(self.tokens) == 1 and self.whole in (_STOP_STEMS | _CHINESE_STOP)

    @property
    def is_value(self) -> bool:
        """Whether it is a number that does not say what it counts, or a version."""
        kinds = {token.kind for token in self.tokens}
        return Kind.CODE not in kinds and bool(kinds & {Kind.NUMBER, Kind.VERSION})

    @property
    def is_code(self) -> bool:
        """Whether only the very same thing will do."""
        return any(
            token.kind is Kind.CODE and codes.is_code(token.term) and len(token.term) > 3
            for token in self.tokens
        )

    def readings(self) -> list[str]:
        """The terms for all of it, the one that says most first: `exit:137`, then `137`."""
        first = self.tokens[0]
        same = {t.term for t in self.tokens if (t.start, t.end) == (first.start, first.end)}
        return sorted(same, key=lambda term: (":" not in term, term))

    def parts(self) -> tuple[str, ...]:
        """The terms of what it is made of."""
        return tuple(dict.fromkeys(t.term for t in self.tokens if t.term not in self.readings()))


class _Asked:
    """The words of a query, seen with what an index knows of them."""

    def __init__(self, text: str, index: OpenIndex) -> None:
        self._index = index
        self._documents = index.count()
        self._frequency = cache(lambda term: index.frequency(term, Field.BODY))
        words = _words(text)
        self._others = _synonyms(words)
        self._wholes = {word.whole for word in words}
        self._words = _telling(words)
        self._typos_left = MOST_TYPOS
        self._foreign = 0.0

    def clauses(self) -> tuple[Clause, ...]:
        """What is searched: the telling words that the index knows, the rare ones first."""
        known: list[tuple[_Word, Clause]] = []
        for word in self._words:
            found = self._alternatives(word)
            if found:
                known.append((word, Clause(tuple(found))))
            elif word.is_code and len(self._words) <= MOST_CLAUSES:
                self._foreign = math.inf  # another code is never an answer
            elif not (word.is_value and len(self._words) > 1):
                self._foreign += FOREIGN[word.tokens[0].kind]
        kept = self._significant(known)
        self._foreign *= len(kept) / max(len(known), 1)
        return tuple(clause for _, clause in kept)

    def minimum(self, clauses: int) -> int:
        """How many clauses an article must match; more than there are if too much is foreign."""
        asked = clauses + self._foreign
        if asked == math.inf or not clauses:
            return MOST_CLAUSES + 1
        return math.ceil(asked if asked <= 2 else asked * ENOUGH)

    def rarest(self, text: str) -> str:
        """The term of a text that fewest articles have."""
        return min((token.term for token in tokenize(text)), key=self._frequency)

    def _significant(self, known: list[tuple[_Word, Clause]]) -> list[tuple[_Word, Clause]]:
        """Without common words where others are left, and not too many."""
        if len(known) < 3 or self._documents < ENOUGH_TO_BE_COMMON:
            return known[:MOST_CLAUSES] if len(known) <= MOST_CLAUSES else self._rarest(known)
        most = COMMON * self._documents
        rare = [pair for pair in known if self._frequency(pair[0].whole) <= most]
        return self._rarest(rare if rare else known)

    def _rarest(self, known: list[tuple[_Word, Clause]]) -> list[tuple[_Word, Clause]]:
        return sorted(known, key=lambda pair: self._frequency(pair[0].whole) or self._documents)[
            :MOST_CLAUSES
        ]

    def _alternatives(self, word: _Word) -> list[Alternative]:
        """The ways to satisfy a word that the index knows: the whole, parts, synonyms, typos."""
        readings = [term for term in word.readings() if self._frequency(term)]
        found = [Alternative((term,), PARTS if at else 1.0) for at, term in enumerate(readings)]
        if (parts := word.parts()) and not self._wholes & set(parts):
            found.append(Alternative(parts, PARTS))
        found += [Alternative(phrase, SYNONYM) for phrase in self._others.get(word.whole, ())]
        found = [way for way in found if all(map(self._frequency, way.terms))]
        if not found and word.is_plain and self._typos_left:
            self._typos_left -= 1
            typos = [Alternative((term,), TYPO) for term in self._typos(word.whole)]
            found = [Alternative((word.whole,)), *typos] if typos else []
        return found

    def _typos(self, term: str) -> Sequence[str]:
        """Terms that are one or two typos away, or else what is left without a broken ending."""
        similar = [t for t in self._index.similar(term, limit=6) if not codes.is_code(t)]
        shorter = (term[:end] for end in range(len(term) - 1, SHORTEST_TYPO - 1, -1))
        return similar[:3] or [t for t in shorter if self._frequency(t)][:1]


def _telling(words: Sequence[_Word]) -> Sequence[_Word]:
    return [word for word in words if not word.is_stop_word] or words


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    for token in tokenize(text):
        if words and token.start < words[-1].end and token.kind is not Kind.CJK:
            words[-1].tokens.append(token)
        else:
            words.append(_Word(token))
    unique = {word.whole: word for word in words}
    return list(unique.values())


def _synonyms(words: Sequence[_Word]) -> dict[str, list[synonyms.Phrase]]:
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
