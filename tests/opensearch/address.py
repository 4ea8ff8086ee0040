"""The server that `make test-opensearch` started, where there is one."""

import os
from uuid import uuid4

IS_THERE = "FIXBOOK_TEST_OPENSEARCH" in os.environ


def private(prefix: str = "t") -> str:
    """An address on it under which nobody else has indexes."""
    return f"{os.environ['FIXBOOK_TEST_OPENSEARCH']}/{prefix}{uuid4().hex[:12]}"
