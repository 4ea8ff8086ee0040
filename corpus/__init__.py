"""Articles at rest. Its layers, from below: text, document, diagnosis, checks, store, search,
library, bundle. `pyproject.toml` has them as a contract.
"""
