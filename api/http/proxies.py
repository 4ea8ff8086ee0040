"""Who asks, where proxies stand between: their word counts only if they are trusted.

Every proxy adds the address that it was asked from, so the list is read from its end: as
long as an address is that of a trusted proxy, the one before it is believed. What a client
itself wrote into the list comes before that and is never reached.
"""

import re
from collections.abc import Iterable, Mapping

from starlette.types import Scope

from corpus.settings import ProxyHeader
from corpus.text.networks import read_address, read_networks

_MOST_KNOWN = 1_000
_PAIR = re.compile(rb'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("[^"]*"|[^";,]*)\s*')
_PROTO = b"x-forwarded-proto"
_SCHEMES = (b"http", b"https")
_LONGEST = 4_096
"""Bytes of the header that are read, its end."""

_Told = tuple[str, bytes | None, bytes | None]
_Client = tuple[str, str | None]
"""Address, and scheme if it was told."""


class Proxies:
    """Reads the client's address and the scheme it used into the scope of a request."""

    def __init__(self, trusted: Iterable[str], header: ProxyHeader) -> None:
        self._networks = read_networks(trusted)
        self._header = header.value.encode()
        self._trusted: dict[str, bool] = {}
        self._resolved: dict[_Told, _Client] = {}

    def resolve(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Changes `client` and `scheme` of a scope to what a trusted proxy says they are.

        `headers` has the first of each name. The host is not taken from proxies: they pass
        it on, or FIXBOOK_PUBLIC_URL names it.
        """
        if not self._networks or (peer := scope["client"]) is None or not self._trusts(peer[0]):
            return
        told = (peer[0], headers.get(self._header), headers.get(_PROTO))
        repeated = len(headers) != len(scope["headers"])
        if repeated or (client := self._resolved.get(told)) is None:
            client = self._client(scope)
            if len(self._resolved) >= _MOST_KNOWN:
                self._resolved.clear()
            if not repeated:
                self._resolved[told] = client
        address, scheme = client
        scope["client"] = (address, 0)
        scope["scheme"] = scheme or scope["scheme"]

    def _client(self, scope: Scope) -> _Client:
        address, scheme = scope["client"][0], None
        for found, used in self._hops(scope):
            scheme = used
            if found is None:
                break
            address = found
            if not self._trusts(found):
                break
        return address, scheme

    def _trusts(self, text: str) -> bool:
        known = self._trusted.get(text)
        if known is None:
            if len(self._trusted) >= _MOST_KNOWN:
                self._trusted.clear()
            address = read_address(text)
            known = address is not None and any(address in network for network in self._networks)
            self._trusted[text] = known
        return known

    def _hops(self, scope: Scope) -> list[tuple[str | None, str | None]]:
        """Address and scheme that each proxy saw, the nearest first."""
        if self._header == b"forwarded":
            fields = _listed(scope, b"forwarded")
            return [_pairs(field) for field in reversed(fields)]
        addresses = [_address(field) for field in reversed(_listed(scope, b"x-forwarded-for"))]
        schemes = [_scheme(field) for field in reversed(_listed(scope, _PROTO))]
        if not addresses:
            return [(None, scheme) for scheme in schemes[:1]]
        # Most proxies write one scheme for all, some one each.
        last = schemes[-1] if schemes else None
        return [
            (address, schemes[at] if at < len(schemes) else last)
            for at, address in enumerate(addresses)
        ]


def _listed(scope: Scope, name: bytes) -> list[bytes]:
    """The members of a header that may come several times."""
    value = b",".join(value for key, value in scope["headers"] if key == name)
    return value[-_LONGEST:].split(b",") if value else []


def _pairs(field: bytes) -> tuple[str | None, str | None]:
    """`for` and `proto` of one member (RFC 7239, section 4)."""
    pairs = {name.lower(): value.strip(b'"') for name, value in _PAIR.findall(field)}
    return _address(pairs.get(b"for", b"")), _scheme(pairs.get(b"proto", b""))


def _address(text: bytes) -> str | None:
    """An address without its port; None for `unknown`, a made-up name, or nonsense."""
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
