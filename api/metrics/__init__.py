"""Counters of this process, and their totals over all processes."""
