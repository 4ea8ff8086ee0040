"""Logs: which lines of a text are error messages, and what each says without its prefix. May
import `corpus.diagnosis.excerpts` and what is below it.
"""
