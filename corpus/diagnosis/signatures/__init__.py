"""Error signatures: what stays the same in a message when its values change, the values, and which
signatures an article has. May import `corpus.diagnosis.logs`, `corpus.document` and what is below.
"""
