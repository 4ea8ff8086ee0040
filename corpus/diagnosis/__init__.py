"""Error messages: the log parser, signatures, similarity, scoring. May import `document` and
what is below it. `corpus.search.diagnosis` finds the candidates.
"""
