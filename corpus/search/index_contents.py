"""The contents of this machine's index, so that the next one is built from the difference.

A machine that does not ingest itself sees only the rows of the newest generation. What its
own index was made of tells it which of them are new, and what is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexContents:
    """The name of an index, and the fingerprints of the articles in it, by id."""

    index_name: str
    fingerprints: Mapping[str, str]

    def difference(self, now: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """The ids that must leave the index, and those to be added after that.

        An article that has changed is among both.
        """
        before = self.fingerprints
        gone = [id_ for id_, fingerprint in before.items() if now.get(id_) != fingerprint]
        new = [id_ for id_, fingerprint in now.items() if before.get(id_) != fingerprint]
        return gone, new
