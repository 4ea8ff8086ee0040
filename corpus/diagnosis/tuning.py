"""Every threshold and weight of a diagnosis, each with what it does.

What they come to is measured by these commands; a change of a number here is judged by them:

- `python -m tests.corpus.diagnosis.measure`: near-twins, pastes, own rows, unrelated text
- `python -m tests.relevance.measure`: messages and logs of the labelled set
- `pytest tests/corpus/diagnosis tests/relevance`: the same as floors
"""

# How much of a text is read (`logs/`)

LARGEST = 65_536
"""Characters of a text that are read."""
LONGEST_LINE = 1_000
"""Characters of a line that are read."""
LINES_READ = 1_200
"""Lines of a text that are read: if it has more, the last ones, and those that name errors."""

# How much two messages cover each other (`matching/similarity.py`)

BETA = 1.4
"""How much more the observed part of a claim counts than the claimed part of a line."""
CODE = 3.0
"""The weight of a shared code, in words."""
CONFLICT = 4.0
"""The penalty, on both sides, for different codes of one family, unless another code is shared."""
PLACEHOLDER = 0.5
"""Factor for a claimed word if the observation has a value in its place."""
OPEN = 0.05
"""The same for an observed word where the author left the value open, as in `<package>`, if the
rest of the claim was observed."""
AROUND = 0.5
"""Factor for words in a part of a line, between colons, that shares nothing with the claim."""
BARE = 0.1
"""Factor for the words of a claim if the observation is only a code."""
WORD, CODED = 0.37, 0.74
"""The evidence of each shared word and code: three words are no coincidence."""
WHOLE = 1.1
"""What a claim is worth as evidence that has a code and was observed whole, or that has the
name of an exception and nothing else was observed: it cannot be clearer."""
ORDER, GAPS, HINTS, SAME = 0.05, 0.05, 0.03, 0.02
"""Shares of the score: word order, places of placeholders, quoted words, equal templates."""
TRUST = {"symptom": 0.98, "code": 0.95, "keyword": 0.95, "title": 0.92}
"""What a match is worth by where the claim stands, the `Origin`: a row of a table or a quote 1."""

# What a value tells (`matching/contradictions.py`)

PROGRAM_WORDS = 3
"""In messages of up to this many words, the program before them matters: `x: not found`."""
SENTENCE = 4
"""A quoted value of so many words is a message of its own: `KeyError: "['price'] not in index"`."""
CONTRADICTED = 0.015
"""Penalty if the line has a value of another class in the place of one of a claim's: once, for a
claim with many values is no further away for that."""
SAME_FILES = 0.01
"""Bonus if both have a file of the same ending in one place."""

# Which pairs are compared, and what a pair is worth (`matching/candidates.py`, `ranking.py`)

FLOOR = 0.45
"""Pairs whose score cannot exceed this are skipped."""
COMPARED = 24
"""Pairs of a line and a claim that are compared in full."""
TURN = 8
"""Pairs of a line that are looked at before more of another line are."""
UNFOCUSED = 0.025
"""Largest penalty for a match in an article that is about other messages."""
LISTING = 8
"""How many times as many different messages an article has that only lists what another one is
about."""
ABOUT = 0.02
"""Largest bonus for a match in an article whose title has the words of the line."""
TITLED = 0.6
"""How much of a line a title must cover for that."""
TIE = 0.004
"""Scores closer than this count as equal."""
VERBATIM_TWINS = 3
"""With more articles that have the same message, none of them is exact."""
LOOKED_UP = 8
"""Terms of a line that are looked up, the most informative first."""
CHARACTERS = 1_600
"""Characters of a log's messages that are compared: sixteen messages of usual length."""
READ_AGAIN, TAILS = 4, 3
"""If no line has a certain match: lines that are looked up again in parts, and parts of each."""

# How sure a match is (`matching/certainty.py`)

FOREIGN = 0.5
"""With this share of unknown words in a line, only its code counts."""

SPEAKING = 0.4
"""Lines of a lower weight are not about an error: their matches are certain or dropped."""
MAIN = 0.8
"""The weight, as part of the main line's, above which a line decides the outcome alone."""
NAMING = 3
"""Keywords and quotes of fewer words are names, such as `git clone`, and no messages."""
ENOUGH = 0.75
"""The evidence that any match needs."""
EXACT_COVERAGE, EXACT_SCORE, EXACT_EVIDENCE = 0.95, 0.92, 1.1
"""What an exact match needs: coverage in both directions, score, evidence."""
LIKELY_COVERAGE, LIKELY_SCORE, LIKELY_EVIDENCE = 0.6, 0.86, 0.8
"""The same for a likely match."""
SAME_SCORE = 0.97
"""From this score on, a whole message is likely with no more evidence than any match needs: it
differs in its values at most."""
FILLED_WORDS = 2
"""A row's message of so many words is likely where a line says all of it, with anything in the
places that the author left open, however usual the words are."""
UNLABELLED_WORDS = 5
"""From so many words on, also where the line lacks what a program puts before it: `E: `."""
FEW_WORDS = 6
"""In a line of up to this many words, so few of a row are looked up as may fill it."""
EXAMPLE_EVIDENCE = 1.4
"""From this evidence on, other names in a message that one article alone has are likely
examples, and mean no other error."""
CLEAR_EVIDENCE = 2.5
"""From this evidence on, so are values of a class that is near, and what a message begins with
stands for all of it: it was cut off."""
FIRST_CLAUSE, CLAUSE = 1.4, 2.2
"""The same for whole clauses of a message: those that it begins with, and those that are most of
it."""
RELATED_SCORE = 0.65
"""The score that a related match needs."""

# Where no message is surely known (`corpus/search/diagnosis.py`)

ALIKE_ENOUGH = 0.9
"""The share of a likely search hit's score that the words of a line must reach."""
NAMED_SCORE, WORDS_SCORE = 0.6, 0.5
"""The score of an article that a line names, and of one that has its words."""
