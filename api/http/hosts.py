"""Hosts: which `Host` header is one, and which of them stands in the links of an answer.

Whoever sends a request chooses its `Host`. What is no host at all is refused. What is one is
repeated in links only if it is believed: where FIXBOOK_TRUSTED_HOSTS names hosts, those and
no others are let in; else, when listening beyond loopback, the names and addresses of this
machine are believed, and any other host gets links to the address that it reached.
"""

import ipaddress
import re
import socket
from functools import lru_cache
from urllib.parse import urlsplit

from corpus.errors import Complaint
from corpus.settings import Settings
from corpus.text.networks import read_address

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(
    rf"(?P<name>{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]{{2,45}}\])(?::(?P<port>[0-9]{{0,5}}))?"
)
LONGEST_HOST = 262
"""Bytes that are read, one more than a name of 255 characters, a colon and a port."""

Server = tuple[str, int | None] | None
"""The address of this machine that a request reached, as ASGI tells it."""


def listens_beyond_loopback(host: str) -> bool:
    """Whether others than this machine can reach who listens on this address or name."""
    return not _is_loopback(host.strip("[]").lower())


def complaint_about(host: bytes) -> Complaint:
    """Why a Host header is refused (RFC 9112, section 3.2)."""
    wrong = "is not a name of this service" if is_host(host[:LONGEST_HOST]) else "is not a host"
    return Complaint("Host", wrong, host[:100].decode("latin-1"))


@lru_cache(1_000)
def is_host(host: bytes) -> bool:
    """Whether a Host header is one by any settings."""
    return _split(host) is not None


class Hosts:
    """Decides by the settings."""

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url).hostname
        named = settings.trusted_hosts
        self._named = frozenset((*named, *([_bracketed(public)] if public and named else [])))
        self._any = not listens_beyond_loopback(settings.host)
        self._own = socket.gethostname().lower()
        self._is_public = bool(settings.public_url)
        self._default = urlsplit(settings.address).netloc.encode()

    def authority(self, host: bytes | None, server: Server) -> bytes | None:
        """Host and port for links, in lower case; None for a host that is refused."""
        name, port = (_split(host) or ("", None)) if host is not None else ("", None)
        if (host is not None and not name) or (self._named and not self._is_named(name)):
            return None
        if self._is_public:
            return self._default
        if name and (self._named or self._any or self._is_of_this_machine(name, server)):
            return (name if port is None else f"{name}:{port}").encode()
        return _reached(server) or self._default

    def _is_named(self, name: str) -> bool:
        return name in self._named or "*." + name.partition(".")[2] in self._named

    def _is_of_this_machine(self, name: str, server: Server) -> bool:
        address = name.strip("[]")
        if name == self._own or _is_loopback(address):
            return True
        return server is not None and read_address(address) == read_address(server[0]) is not None


def _split(host: bytes) -> tuple[str, int | None] | None:
    """Name, in lower case, and port; None for what is no host."""
    if len(host) >= LONGEST_HOST:
        return None
    found = _HOST.fullmatch(host.decode("latin-1").lower())
    if found is None or not _is_name(found["name"]):
        return None
    port = int(found["port"]) if found["port"] else None
    return (found["name"], port) if port is None or 0 < port < 65_536 else None


def _is_name(name: str) -> bool:
    """Whether a name is one: what ends like an address must be an address."""
    last = name.rstrip(".").rpartition(".")[2]
    if not name.startswith("[") and not last.isdigit():
        return True
    try:
        return bool(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return False


def _is_loopback(name: str) -> bool:
    address = read_address(name)
    return name == "localhost" if address is None else address.is_loopback


def _reached(server: Server) -> bytes | None:
    """The address that a request came to; None where it came through a file."""
    if server is None or server[1] is None:
        return None
    return f"{_bracketed(server[0])}:{server[1]}".encode()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
