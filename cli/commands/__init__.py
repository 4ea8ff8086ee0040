"""The commands, each loaded when it is called: `fixbook search` must not wait for FastAPI."""
