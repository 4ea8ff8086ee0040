"""How often a client may ask: one number for each, in memory that all workers share.

The number is the moment at which the client will have its whole allowance again. Each
request moves it on by a share of the window; who would move it further than a window ahead
has asked too often (the generic cell rate algorithm, ITU-T I.371, as in ATM Forum TM 4.0).
So an allowance comes back bit by bit, and a client is never shut out for longer than one
request's share.

The table has a fixed size: who floods it with addresses makes it forget, not grow. Two
workers that count the same client in the same microsecond may count one request less.
"""

import struct
import time
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from api.shared_memory import SALT, shared_memory
from corpus.text.networks import read_address
from corpus.text.rates import Rate

TABLE = "clients.table"
_SLOT = struct.Struct("=QQ")
"""Whose it is, hashed, and the moment in nanoseconds of the machine's monotonic clock."""
_read, _write = _SLOT.unpack_from, _SLOT.pack_into
_WAYS = 4
"""Slots that a client may be in."""
_SLOTS = 65_536
_MOST_KNOWN = 20_000
"""Clients whose slot is remembered; then all are looked up anew."""
_IPV6_SITE = 64
"""Bits of an IPv6 address that a client cannot choose itself."""


class Quota(NamedTuple):
    """What a client has left: requests, and seconds until it has all of them again.

    A refused one has -1 left and may ask again in so many seconds.
    """

    left: int
    seconds: int


class Policy:
    """A rate, and how it is called in `RateLimit` and `RateLimit-Policy`.

    Header fields as in draft-ietf-httpapi-ratelimit-headers-11.
    """

    def __init__(self, name: str, rate: Rate) -> None:
        self.rate = rate
        self.window = rate.seconds * 1_000_000_000
        self.share = self.window // rate.requests
        policy = b'"%b";q=%d;w=%d' % (name.encode(), rate.requests, rate.seconds)
        self._policy = (b"ratelimit-policy", policy)
        self._limit = b'"%b";r=%%d;t=%%d' % name.encode()

    def headers(self, quota: Quota) -> list[tuple[bytes, bytes]]:
        """The header fields."""
        return [(b"ratelimit", self._limit % quota), self._policy]


class RateLimiter:
    """Counts requests."""

    def __init__(self, folder: Path) -> None:
        self._memory = shared_memory(folder, TABLE, _SLOTS * _SLOT.size)
        self._salt = self._memory[:SALT]
        self._known: dict[str, tuple[int, int]] = {}

    def take(self, who: str, policy: Policy, cost: int = 1) -> Quota:
        """Counts a request of a client, which is an address or the id of a key.

        `cost` is how many requests it counts as; none counts as more than a whole allowance.
        """
        known = self._known.get(who) or self._find(who)
        mark, due = _read(self._memory, known[1])
        if mark != known[0]:
            known = self._find(who)
            mark, due = _read(self._memory, known[1])
        now = time.monotonic_ns()
        ahead = due - now
        if ahead < 0 or ahead > policy.window:  # or of before the machine was started
            ahead = 0
        ahead += policy.share if cost == 1 else policy.share * min(cost, policy.rate.requests)
        if ahead > policy.window:
            return Quota(-1, -(-(ahead - policy.window) // 1_000_000_000))
        _write(self._memory, known[1], known[0], now + ahead)
        return Quota((policy.window - ahead) // policy.share, -(-ahead // 1_000_000_000))

    def close(self) -> None:
        """Lets go of the memory."""
        self._memory.close()

    def _find(self, who: str) -> tuple[int, int]:
        """The mark and the slot of a client: its own, or the one that is longest out of use."""
        digest = blake2b(site(who).encode(), digest_size=12, key=self._salt).digest()
        mark = int.from_bytes(digest[:8], "little") | 1  # 0 is nobody's
        bucket = int.from_bytes(digest[8:], "little") % (_SLOTS // _WAYS)
        first = SALT + bucket * _WAYS * _SLOT.size
        slots = {
            offset: _read(self._memory, offset)
            for offset in range(first, first + _WAYS * _SLOT.size, _SLOT.size)
        }
        found = next((offset for offset, slot in slots.items() if slot[0] == mark), None)
        if found is None:
            found = min(slots, key=lambda offset: slots[offset][1])
            _write(self._memory, found, mark, 0)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[who] = (mark, found)
        return mark, found


def site(who: str) -> str:
    """An address as clients are told apart: of IPv6 the network, for it is given to one site."""
    address = read_address(who)
    if address is None or address.version == 4:
        return str(address or who)
    return f"{int(address) >> (128 - _IPV6_SITE):x}::/{_IPV6_SITE}"
