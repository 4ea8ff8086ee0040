"""How a query becomes a plan: the boosts, the words that count, and how many must match."""

import math
from collections.abc import Callable, Mapping, Sequence

from corpus.filters import Filters, label, name
from corpus.search import codes, synonyms
from corpus.search.analysis import Kind, Token, tokenize
from corpus.search.engine import Alternative, Clause, Field, OpenIndex, Plan, Sort
from corpus.search.query import Query

BOOSTS: Mapping[Field, float] = {Field.KEY: 3.0, Field.BODY: 1.0}
NAME = 10_000.0
"""The whole query is the slug, id, code, an alias or the title: nothing comes before."""
SYNONYM = 0.7
TYPO = 0.6
SHORTEST_TYPO = 5
"""Letters that a word needs before a typo in it is forgiven."""
MOST_CLAUSES = 12
COMMON = 0.25
"""A word in more than this part of the articles says little and is left out of long queries."""
ENOUGH_TO_BE_COMMON = 50
"""Articles that a corpus needs before any word counts as common."""

_STOP_WORDS = frozenset(
    "a about an and any are as at be been being by can could did do does doing for from get "
    "gets getting had has have how i if in into is it its keep keeps me mean my of on or our "
    "should so some than that the their them then there these they this to too us use was we "
    "were what when where which while who why will with would you your".split()
)
_STOP_STEMS = frozenset(term for word in _STOP_WORDS for term in (word, tokenize(word)[0].term))
_CHINESE_STOP = frozenset(
    "怎么 么办 什么 如何 为什 么是 是什 这个 那个 可以 是否 的时 时候 哪些 怎样 应该 有什 一个".split()
)


def idf(frequency: int, documents: int) -> float:
    """The inverse document frequency of BM25: what a term tells, from 0 up."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def weigher(index: OpenIndex, where: Field) -> Callable[[str], float]:
    """The idf of terms in a field of an index."""
    documents = index.count()
    return lambda term: idf(min(index.frequency(term, where), documents), documents)


def plan(
    query: Query, index: OpenIndex, *, pinned: Mapping[str, float], lang: str, sort: Sort
) -> Plan:
    """The plan of a query; `pinned` are the articles that its error message points to."""
    words = _words(query.text)
    others = _synonyms(words)
    clauses = tuple(
        _clause(word, others.get(word.whole, ()), index) for word in _significant(words, index)
    )
    return Plan(
        boosts=BOOSTS,
        clauses=clauses,
        minimum=_minimum(len(clauses)),
        names=(name(query.text),) if query.text else (),
        name_boost=NAME,
        pinned=pinned,
        phrases=tuple(
            phrase for text in query.phrases if (phrase := tuple(t.term for t in tokenize(text)))
        ),
        excluded=tuple(token.term for text in query.excluded for token in tokenize(text)[:1]),
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


# Words


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
        return len(self.tokens) == 1 and self.whole in (_STOP_STEMS | _CHINESE_STOP)

    def alternatives(self) -> list[Alternative]:
        """The whole, in each of its readings, or else all of its parts."""
        first = self.tokens[0]
        same = [
            token for token in self.tokens if (token.start, token.end) == (first.start, first.end)
        ]
        readings = sorted({token.term for token in same}, key=lambda term: ":" not in term)
        found = [Alternative((term,), 1.0 if at == 0 else 0.8) for at, term in enumerate(readings)]
        parts = tuple(dict.fromkeys(token.term for token in self.tokens if token not in same))
        if parts:
            found.append(Alternative(parts, 0.8))
        return found


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    for token in tokenize(text):
        if words and token.start < words[-1].end and token.kind is not Kind.CJK:
            words[-1].tokens.append(token)
        else:
            words.append(_Word(token))
    unique = {word.whole: word for word in words}
    return list(unique.values())


def _significant(words: Sequence[_Word], index: OpenIndex) -> list[_Word]:
    """The words that decide: no stop words, no common ones, and not too many."""
    telling = [word for word in words if not word.is_stop_word] or list(words)
    frequency = {word.whole: index.frequency(word.whole, Field.BODY) for word in telling}
    documents = index.count()
    if documents >= ENOUGH_TO_BE_COMMON:
        rare = [word for word in telling if frequency[word.whole] <= COMMON * documents]
        telling = rare if len(rare) >= 2 or (rare and len(telling) > 3) else telling
    if len(telling) > MOST_CLAUSES:
        telling = sorted(telling, key=lambda word: frequency[word.whole] or documents)
    return telling[:MOST_CLAUSES]


def _minimum(clauses: int) -> int:
    """How many clauses a document must match: all of two, half of many."""
    return clauses if clauses <= 2 else math.ceil(clauses / 2)


def _clause(word: _Word, others: Sequence[synonyms.Phrase], index: OpenIndex) -> Clause:
    found = word.alternatives()
    found += [Alternative(phrase, SYNONYM) for phrase in others]
    if word.is_plain and not index.frequency(word.whole, Field.BODY):
        found += [Alternative((term,), TYPO) for term in _typos(word.whole, index)]
    return Clause(tuple(found))


def _typos(term: str, index: OpenIndex) -> list[str]:
    return [other for other in index.similar(term, limit=6) if not codes.is_code(other)][:3]


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
