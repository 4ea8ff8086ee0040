"""The contract of the engine port: every test here runs unchanged on every engine."""
