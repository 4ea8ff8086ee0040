"""The thresholds and weights of a diagnosis, in one place.

What they come to is measured by these commands; a change of a number here is judged by them:

- `python -m tests.corpus.diagnosis.measure`: near-twins, pastes, own rows, unrelated text
- `python -m tests.relevance.measure`: messages and logs of the labelled set
- `pytest tests/corpus/diagnosis tests/relevance`: the same as floors
"""

# How much two messages cover each other (`similarity.py`)

BETA = 1.4
"""How much more the observed part of a claim counts than the claimed part of a line."""
CODE = 3.0
"""What a shared code tells, in words of the same weight."""
CONFLICT = 4.0
"""What a different code of a family costs on both sides, unless another one is shared."""
PLACEHOLDER = 0.5
"""What is left of a claimed word's weight when the observation has a value in its place."""
AROUND = 0.5
"""What is left of a word's weight in a part of a line, between colons, that shares nothing."""
BARE = 0.1
"""What is left of a claim's words when the observation is a bare code."""
WORD, CODED = 0.37, 0.74
"""What any shared word and code is worth as evidence: three words are no accident."""
WHOLE = 1.1
"""What a claim is worth as evidence that has a code and was observed whole, or that has the
name of an exception and nothing else was observed: it cannot be clearer."""
ORDER, GAPS, HINTS, SAME = 0.05, 0.05, 0.03, 0.02
"""Shares of the score: order of words, places of gaps, words in quotes, the same template."""

# What a value tells (`values.py`)

PROGRAM_WORDS = 3
"""Words of a message up to which the program or subject in front of it tells: `x: not found`."""
CONTRADICTED = 0.015
"""What a score loses if the line has a value of another class in the place of one of a claim's:
once, for a claim with many values is no further away for that."""

# Which pairs are compared, and what a pair is worth (`scoring.py`)

FLOOR = 0.45
"""Pairs that cannot score more are not looked at."""
COMPARED = 24
"""Pairs of a line and a claim that are compared in full."""
UNFOCUSED = 0.025
"""What a match loses, at most, in an article that is about other messages."""
ABOUT = 0.02
"""What a match gains, at most, in an article whose title says what the line says."""
TITLED = 0.6
"""How much of a line a title must say to be about it."""
TIE = 0.004
"""Scores closer than this say the same."""
VERBATIM_TWINS = 3
"""Articles that may have the very same message and still be exact for it."""
LOOKED_UP = 8
"""Terms of a line that are looked up, the most telling first."""
CHARACTERS = 1_600
"""Of the messages of a log that are read: sixteen of the usual length."""
READ_AGAIN, TAILS = 4, 3
"""Lines of which parts are looked up where no line is surely known, and parts of each."""

# How sure a match is (`scoring.py`)

FOREIGN = 0.5
"""The part of a line's words that nobody knows, from which on only its code counts."""

SPEAKING = 0.4
"""The weight from which on a line speaks of an error; others are surely known, or not at all."""
MAIN = 0.8
"""What a line must be more than, in weights of the main line, to settle the matter alone."""
ENOUGH = 0.75
"""The evidence without which a match is none."""
EXACT_COVERAGE, EXACT_SCORE, EXACT_EVIDENCE = 0.95, 0.92, 1.1
"""What both messages must cover of each other, score and share to be one."""
LIKELY_COVERAGE, LIKELY_SCORE, LIKELY_EVIDENCE = 0.6, 0.86, 0.8
"""The same for a match that is likely."""
RELATED_SCORE = 0.65
"""The score of a match that is at least related."""

# Where no message is surely known (`corpus/search/diagnosis.py`)

ALIKE_ENOUGH = 0.9
"""The part of the score of a likely search hit that the words of a line must reach."""
NAMED_SCORE, WORDS_SCORE = 0.6, 0.5
"""What an article scores that a line names, and one that has its words."""
