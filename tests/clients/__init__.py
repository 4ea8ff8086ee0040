"""Clients that other people's generators make of the specification, against a real server."""
