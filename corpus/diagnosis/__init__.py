"""Error messages, from a pasted text to the article that explains it. Each package may import those
that come after it: `matching` compares a log with the signatures of articles, `signatures` reads
messages, `logs` finds them in a text, `excerpts` leaves out what the text only quotes; `tuning` has
the weights and limits of all. May import `document` and what is below it.
"""
