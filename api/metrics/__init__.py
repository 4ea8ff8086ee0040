"""Counters of this process, and what they add up to over all processes."""
