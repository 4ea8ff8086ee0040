"""How many different agents have asked lately, and nothing about any of them.

An agent may name itself in `X-Agent-Id`. Of that name only one bit is kept: the one at its
salted hash, in a map that all workers share. How many names there were follows from how
many bits are still zero (linear counting; Whang, Vander-Zanden and Taylor, 1990). Two maps
take turns, so that names of more than two turns ago are forgotten.
"""

import math
import struct
import time
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from api.shared_memory import SALT, shared_memory

TABLE = "agents.table"
_TURN_SECONDS = 15 * 60
_BYTES = 8_192
"""Of a map: good to one percent up to 50,000 agents."""
_TURN = struct.Struct("=Q")
_MOST_KNOWN = 10_000
_LONGEST = 200
"""Bytes of a name."""


class ActiveAgents:
    """Counts agents."""

    def __init__(self, folder: Path) -> None:
        self._memory = shared_memory(folder, TABLE, 2 * (_TURN.size + _BYTES))
        self._salt = self._memory[:SALT]
        self._bit = lru_cache(_MOST_KNOWN)(self._bit_of)

    def note(self, name: bytes) -> None:
        """An agent of that name has asked."""
        bit = self._bit(name[:_LONGEST])
        self._memory[self._map(self._turn()) + bit // 8] |= 1 << bit % 8

    def active(self) -> int:
        """How many there were in this turn and the last: in 15 to 30 minutes."""
        turn = self._turn()
        maps = (self._memory[(at := self._map(each)) : at + _BYTES] for each in (turn, turn - 1))
        seen = 0
        for each in maps:
            seen |= int.from_bytes(each, "little")
        zeros = _BYTES * 8 - seen.bit_count()
        return round(-_BYTES * 8 * math.log(max(zeros, 1) / (_BYTES * 8)))

    def close(self) -> None:
        """Lets go of the memory."""
        self._memory.close()

    def _bit_of(self, name: bytes) -> int:
        digest = blake2b(name, digest_size=4, key=self._salt).digest()
        return int.from_bytes(digest, "little") % (_BYTES * 8)

    def _turn(self) -> int:
        return int(time.monotonic() // _TURN_SECONDS) + 1

    def _map(self, turn: int) -> int:
        """Where the map of a turn begins; it is emptied if it was that of another."""
        start = SALT + turn % 2 * (_TURN.size + _BYTES)
        if _TURN.unpack_from(self._memory, start)[0] != turn:
            self._memory[start + _TURN.size : start + _TURN.size + _BYTES] = bytes(_BYTES)
            _TURN.pack_into(self._memory, start, turn)
        return start + _TURN.size
