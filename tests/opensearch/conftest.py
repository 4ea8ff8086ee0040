"""These tests need a server: `make test-opensearch` starts one and then collects them."""

from tests.opensearch import address

collect_ignore_glob = [] if address.IS_THERE else ["test_*.py"]
