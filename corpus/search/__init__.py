"""Queries, planning, highlighting, and the diagnosis of a log. May import `store` and what is
below it.
"""
