"""What a text quotes and does not report: excerpts of files, histories, manuals, tests that pass,
errors that were handled. A module for each kind; `removal` puts them together. May import
`corpus.diagnosis.tuning` and `languages`.
"""
