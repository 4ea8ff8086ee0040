"""How many different agents have sent requests lately, without storing anything about them.

An agent may name itself in `X-Agent-Id`. All that is stored of the name is one bit, at its
salted hash, in a bitmap that all workers share. The number of bits still zero gives the number
of names (linear counting; Whang, Vander-Zanden and Taylor, 1990). Two bitmaps are used in
turn, one for each period, so that older names are forgotten.
"""

import math
import struct
import time
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from api.shared_memory import SALT, shared_memory

TABLE = "agents.table"
_PERIOD_SECONDS = 15 * 60
_BYTES = 8_192
"""Of a bitmap: accurate to one percent up to 50,000 agents."""
_PERIOD = struct.Struct("=Q")
_MOST_KNOWN = 10_000
_LONGEST = 200
"""Bytes of a name."""


class ActiveAgents:
    """Counts agents."""

    def __init__(self, folder: Path) -> None:
        self._memory = shared_memory(folder, TABLE, 2 * (_PERIOD.size + _BYTES))
        self._salt = self._memory[:SALT]
        self._bit = lru_cache(_MOST_KNOWN)(self._bit_of)

    def record(self, name: bytes) -> None:
        """Counts the agent of that name."""
        bit = self._bit(name[:_LONGEST])
        self._memory[self._map(self._period()) + bit // 8] |= 1 << bit % 8

    def active(self) -> int:
        """How many there were in this period and the last: in 15 to 30 minutes."""
        now = self._period()
        maps = (self._memory[(at := self._map(each)) : at + _BYTES] for each in (now, now - 1))
        seen = 0
        for each in maps:
            seen |= int.from_bytes(each, "little")
        zeros = _BYTES * 8 - seen.bit_count()
        return round(-_BYTES * 8 * math.log(max(zeros, 1) / (_BYTES * 8)))

    def close(self) -> None:
        """Releases the memory."""
        self._memory.close()

    def _bit_of(self, name: bytes) -> int:
        digest = blake2b(name, digest_size=4, key=self._salt).digest()
        return int.from_bytes(digest, "little") % (_BYTES * 8)

    def _period(self) -> int:
        return int(time.monotonic() // _PERIOD_SECONDS) + 1

    def _map(self, period: int) -> int:
        """Offset of the bitmap of a period, cleared if it was last used for another one."""
        start = SALT + period % 2 * (_PERIOD.size + _BYTES)
        if _PERIOD.unpack_from(self._memory, start)[0] != period:
            self._memory[start + _PERIOD.size : start + _PERIOD.size + _BYTES] = bytes(_BYTES)
            _PERIOD.pack_into(self._memory, start, period)
        return start + _PERIOD.size
