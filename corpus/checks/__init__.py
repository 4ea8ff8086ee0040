"""Checks, receipts, trust. May import `diagnosis` and what is below it."""
