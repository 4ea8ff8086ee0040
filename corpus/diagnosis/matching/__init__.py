"""Matching: which article a log belongs to, by which line, and how surely. May import
`corpus.diagnosis.signatures` and what is below it. `corpus.search.diagnosis` asks the engine which
articles are compared.
"""
