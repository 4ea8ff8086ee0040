"""Proposals: the gate, what is there already, and their way into the content."""
