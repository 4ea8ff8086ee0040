"""Text processing: tokens, codes, term weights, timestamps, escaping. Imports no other package of
the corpus.
"""
