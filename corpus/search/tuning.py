"""Every weight and threshold of a search, each with what it does.

`python -m tests.relevance.measure whoosh tantivy` shows what they come to on `content/`;
`python -m bench relevance` on any other corpus.
"""

from collections.abc import Mapping

from corpus.search.engine import Field
from corpus.text.analysis import Kind

# What is indexed: a change of these needs a new index.

TITLE_TIMES, NAME_TIMES = 3, 2
"""How often a title and a slug, code, keyword or tag count among the key terms."""

PAIRS_INDEXED = 250
"""Pairs of neighbouring words of an article, the first ones: about the first 300 words of prose."""

PASSAGES, PASSAGE_CHARACTERS = 64, 300
"""Passages of an article that get vectors, the first ones, and how long one grows by joining
sentences, about. A change of these, as of `FORM`, needs new vectors."""

# What a word of a query is worth.

BOOSTS: Mapping[Field, float] = {Field.TEXT: 1.0, Field.KEY: 0.25}
"""BM25 of the weighted bag of all words, and a little for what the article is about."""
FLATTER = 0.4
"""How much of the difference between rare and common words is taken back, so that two common
words that are there say more than a rare one by chance."""
PART, PART_BESIDE = 0.5, 0.5
"""What a part of an identifier is worth: where no article has the whole, and where one has."""
READING = 0.8
"""What the bare number of a code is worth: `137` of `exit code 137`."""
STOP_WORD = 0.3
"""What a word of grammar is worth; with more than MOST_CLAUSES others, nothing."""
ACROSS_WORDS, COMMONER = 0.4, 2
"""What a piece of two Chinese characters is worth that belong to two words, the middle of
`唯一约束`: both pieces that it overlaps stand in more than so many times as many articles."""
SYNONYM = 0.95
"""What a synonym is worth; never more than the word itself is by its rarity, and less than the word
that was asked for. At 0.7, questions that nobody tuned on lose 0.015 of their mean reciprocal rank,
and messages gain 0.01."""
PAIR = 0.3
"""What two neighbouring words are worth that stand side by side in the prose of an article, for
each unit of what their rarity tells."""
MOST_PAIRS = 32
"""Pairs of a query that are looked up, the first ones."""
TYPO = 0.6
"""What a word is worth that differs by a typo or two."""
SHORTEST_TYPO = 5
"""Letters that a word needs before a typo in it is forgiven."""
ONE_TYPO = 8
"""Letters below which one typo is forgiven, and from which on two are."""
MOST_TYPOS = 3
"""Unknown words that are looked at; more of them are another language, or no language."""
MOST_CLAUSES = 16
"""Words that are looked up, the most telling first."""

MOST_MARKED = 8
"""Words by which a hit is explained, and which are marked in its texts."""

ERROR_ROW = 1.5
"""What a row of an error table counts among the passages of a hit: it has cause and solution."""

# How a query is read.

SENTENCE = 8
"""From so many words on it is a message or a sentence: quotes and minus are part of it."""
VALUE_IN_SENTENCE = 4
"""From so many words on, a single word in quotes is a value that a message quotes."""

# Names and messages count more than any words.

NAME = 10_000.0
"""The whole query is a tag, a keyword (twice), or a slug, id, code or title (three times)."""
SURE = 5_000.0
"""What a sure match of an error message adds to a score."""
STEP = 200.0
"""How far the next best sure match stands behind: further than words can make good."""
POINTED_TO = 20
"""Matches of an error message that are looked at."""
INSIDE = 500.0
"""A slug, code or alias stands like a name inside the query."""
RELATED = 20.0
"""What a related message adds, at most: about as much as two telling words."""
LANGUAGE = 1e-3
"""Ties go to the wanted language, then to what was run, attested, run for an older text."""
TRUSTED = (6e-4, 4e-4, 2e-4)

# How sure an answer is.

ATTAINED = 0.6
"""The part of its highest BM25 that a word usually gets from an article about it."""
UNLIKE = 0.35
"""If the best article stays below this, none has to do with the query. The measure is the part of
what the query could get, times the score in units of one word that only one article has, where
articles have all words of grammar; long articles have more words by chance, so it sinks with the
root of the part that they have. At 0.3, 22 of 50 off-topic questions to `content/` find nothing, at
0.35 26, at 0.42 30; there the questions in other words begin to lose their articles, and on the
rules of PSScriptAnalyzer one in 34 does at 0.4."""
OTHER_HITS = 0.7
"""The part of that score that the other hits need."""
COUNTED = 250
"""Hits of a query with a floor that are counted. Looking for all of them in a large corpus takes
longer than finding the best, and nobody reads so far."""
ALIKE = 1.5
"""The same measure, from which on an article is a likely answer; unrelated queries were never
seen above 0.9 …"""
AHEAD = 1.3
"""… if its score is so many times that of the next."""
OF_A_TITLE = 3
"""Words of a query that make an article likely if they all stand in its title."""
FEW_WORDS = 2
"""Queries of so few words, all of them known, find whatever has one of them."""
FOREIGN = 4.0
"""How many words a code or identifier counts that no article has."""
FOREIGN_WORD: Mapping[Kind, float] = {Kind.WORD: 1.0, Kind.NUMBER: 1.0, Kind.CJK: 1 / 3}
"""The same for words, and for the pieces of two characters that a Chinese sentence has."""

# What vectors add, where they are on, to a question in words that is at most related.

COMPARED = 10
"""Hits whose passages are compared with the question: the best by words; 20 changed nothing."""
CALIBRATED = 64
"""Articles, and questions without a meaning, of which the cosine by chance is the mean."""
UNMEANT = 1.6
"""How many times the floor the best hit must reach where the nearest passage is only as near as by
chance. Twice as near means half as many times, but never less than once."""
MEANING = 0.5
"""What the nearest of them gets, in units of the best score by words; the others in proportion to
their cosine. `python -m tests.relevance.measure --vectors FOLDER` shows what it does."""
