"""A content folder and the library that it goes into, as the tests of ingest have them."""

from tests.ingest.conftest import shelf

__all__ = ["shelf"]
