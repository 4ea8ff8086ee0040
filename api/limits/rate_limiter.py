"""The rate limiter: one number per client, in memory shared by all workers.

It is the generic cell rate algorithm (ITU-T I.371, as in ATM Forum TM 4.0). The number is the
time at which the client has its whole allowance again. Each request adds its share of the
window; a request that would move it more than a window ahead is rejected. So the allowance
comes back bit by bit, and a client never waits longer than one request's share.

The table has a fixed size: a flood of addresses evicts entries, it does not make it grow. If two
workers count the same client in the same microsecond, one of the requests may be missed.
"""

import struct
import time
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from api.limits.tuning import (
    BODY_SHARE,
    COSTS,
    IPV6_SITE_BITS,
    REMEMBERED_CLIENTS,
    SLOTS,
    UNKNOWN_BODY,
    WAYS,
)
from api.shared_memory import SALT, shared_memory
from corpus.text.networks import read_address
from corpus.text.rates import Rate

TABLE = "clients.table"
_SLOT = struct.Struct("=QQ")
"""The client's hash, and that time in nanoseconds of the machine's monotonic clock."""
_read, _write = _SLOT.unpack_from, _SLOT.pack_into


class Quota(NamedTuple):
    """What a client has left: requests, and seconds until it has all of them again.

    -1 requests: this one is rejected, and the client may try again after so many seconds.
    """

    left: int
    seconds: int


class Policy:
    """A rate with its name in the header fields `RateLimit` and `RateLimit-Policy`
    (draft-ietf-httpapi-ratelimit-headers-11).
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
    """Counts the requests of each client."""

    def __init__(self, folder: Path) -> None:
        self._memory = shared_memory(folder, TABLE, SLOTS * _SLOT.size)
        self._salt = self._memory[:SALT]
        self._known: dict[str, tuple[int, int]] = {}

    def take(self, who: str, policy: Policy, cost: int = 1) -> Quota:
        """Counts a request of a client, which is an address or the id of a key.

        `cost` is how many requests it counts as, at most the whole allowance.
        """
        known = self._known.get(who) or self._find(who)
        mark, due = _read(self._memory, known[1])
        if mark != known[0]:
            known = self._find(who)
            mark, due = _read(self._memory, known[1])
        now = time.monotonic_ns()
        ahead = due - now
        if ahead < 0 or ahead > policy.window:  # written before the machine was restarted
            ahead = 0
        ahead += policy.share if cost == 1 else policy.share * min(cost, policy.rate.requests)
        if ahead > policy.window:
            return Quota(-1, -(-(ahead - policy.window) // 1_000_000_000))
        _write(self._memory, known[1], known[0], now + ahead)
        return Quota((policy.window - ahead) // policy.share, -(-ahead // 1_000_000_000))

    def close(self) -> None:
        """Releases the memory."""
        self._memory.close()

    def _find(self, who: str) -> tuple[int, int]:
        """Hash and slot of a client: its own slot, or the one unused for longest."""
        digest = blake2b(site(who).encode(), digest_size=12, key=self._salt).digest()
        mark = int.from_bytes(digest[:8], "little") | 1  # 0 means an empty slot
        bucket = int.from_bytes(digest[8:], "little") % (SLOTS // WAYS)
        first = SALT + bucket * WAYS * _SLOT.size
        slots = {
            offset: _read(self._memory, offset)
            for offset in range(first, first + WAYS * _SLOT.size, _SLOT.size)
        }
        found = next((offset for offset, slot in slots.items() if slot[0] == mark), None)
        if found is None:
            found = min(slots, key=lambda offset: slots[offset][1])
            _write(self._memory, found, mark, 0)
        if len(self._known) >= REMEMBERED_CLIENTS:
            self._known.clear()
        self._known[who] = (mark, found)
        return mark, found


def request_cost(path: str, headers: Mapping[bytes, bytes]) -> int:
    """How many requests one counts as, by its path and the length of its body."""
    cost = COSTS.get(path, 1)
    if b"transfer-encoding" in headers:
        return max(cost, UNKNOWN_BODY // BODY_SHARE)
    if (length := headers.get(b"content-length")) is None:
        return cost
    size = int(length[:10]) if length.isdigit() else UNKNOWN_BODY
    return max(cost, -(-size // BODY_SHARE))


def site(who: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 network, which is one site's."""
    address = read_address(who)
    if address is None or address.version == 4:
        return str(address or who)
    return f"{int(address) >> (128 - IPV6_SITE_BITS):x}::/{IPV6_SITE_BITS}"
