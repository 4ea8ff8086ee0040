"""Faults of all kinds: `make test-faults`. Those that take long stay out of other runs."""

import os

VARIABLE = "FIXBOOK_TEST_FAULTS"

collect_ignore = (
    [] if VARIABLE in os.environ else ["test_clock.py", "test_postgres.py", "test_workers.py"]
)
