"""The client's address and scheme behind trusted proxies.

Each proxy appends the address it received the request from, so the list is read from its end:
as long as an address belongs to a trusted proxy, the one before it is believed. Entries that
a client forged come before those and are never reached.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest

from starlette.types import Scope

from corpus.settings import ProxyHeader
from corpus.text.networks import read_address, read_networks

_MOST_KNOWN = 1_000
_PAIR = re.compile(rb'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("[^"]*"|[^";,]*)\s*')
_PROTO = b"x-forwarded-proto"
_SCHEMES = (b"http", b"https")
_LONGEST = 4_096
"""Bytes that are read, from the end of the header."""

_Client = tuple[str, str | None]
"""Address, and scheme if known."""


class Proxies:
    """The trusted proxies, and the header in which they forward the client's address."""

    def __init__(self, trusted: Iterable[str], header: ProxyHeader) -> None:
        self._networks = read_networks(trusted)
        self._header = header.value.encode()
        self._trusts = lru_cache(_MOST_KNOWN)(self._is_trusted)
        self._client = lru_cache(_MOST_KNOWN)(self._read)

    def resolve(self, scope: Scope) -> None:
        """Sets `client` and `scheme` of a scope to what a trusted proxy forwards.

        X-Forwarded-Host is ignored: proxies pass `Host` on, or FIXBOOK_PUBLIC_URL is set.
        """
        if not self._networks or (peer := scope["client"]) is None or not self._trusts(peer[0]):
            return
        hops, schemes = _join_header(scope, self._header), _join_header(scope, _PROTO)
        address, scheme = self._client(peer[0], hops, schemes)
        scope["client"] = (address, 0)
        scope["scheme"] = scheme or scope["scheme"]

    def _read(self, peer: str, hops: bytes, schemes: bytes) -> _Client:
        address, scheme = peer, None
        for found, used in self._hops(_split_backwards(hops), _split_backwards(schemes)):
            scheme = used
            if found is None:
                break
            address = found
            if not self._trusts(found):
                break
        return address, scheme

    def _is_trusted(self, text: str) -> bool:
        address = read_address(text)
        return address is not None and any(address in network for network in self._networks)

    def _hops(
        self, hops: list[bytes], schemes: list[bytes]
    ) -> Iterable[tuple[str | None, str | None]]:
        """The address and scheme that each proxy saw, nearest proxy first."""
        if self._header == b"forwarded":
            return map(_pairs, hops)
        if not hops:
            return [(None, scheme) for scheme in map(_scheme, schemes[:1])]
        # Most proxies send one scheme in all, some send one per hop.
        return zip_longest(
            map(_address, hops),
            map(_scheme, schemes[: len(hops)]),
            fillvalue=_scheme(schemes[-1]) if schemes else None,
        )


def _join_header(scope: Scope, name: bytes) -> bytes:
    """A header that may be repeated, joined; only the end of a long one."""
    return b",".join([value for key, value in scope["headers"] if key == name])[-_LONGEST:]


def _split_backwards(value: bytes) -> list[bytes]:
    """The items of a header, last one first."""
    return value.split(b",")[::-1] if value else []


def _pairs(field: bytes) -> tuple[str | None, str | None]:
    """`for` and `proto` of one item (RFC 7239, section 4)."""
    pairs = {name.lower(): value.strip(b'"') for name, value in _PAIR.findall(field)}
    return _address(pairs.get(b"for", b"")), _scheme(pairs.get(b"proto", b""))


def _address(text: bytes) -> str | None:
    """An address without its port; None for `unknown`, an obfuscated name, or garbage."""
    shown = text.strip().decode("latin-1")
    if shown.startswith("["):
        shown = shown[1:].partition("]")[0]
    elif shown.count(":") == 1:
        shown = shown.partition(":")[0]
    address = read_address(shown)
    return None if address is None else str(address)


def _scheme(text: bytes) -> str | None:
    shown = text.strip().lower()
    return shown.decode() if shown in _SCHEMES else None
