"""Faults of all kinds: `make test-faults`. Those that take long stay out of other runs."""

import os

VARIABLE = "FIXBOOK_TEST_FAULTS"
_LONG = ("clock", "disk_full", "index_workers", "ingests", "leaks", "postgres", "workers")

collect_ignore = [] if VARIABLE in os.environ else [f"test_{name}.py" for name in _LONG]
