"""The commands, each imported when it is called: `fixbook search` must not wait for FastAPI."""
