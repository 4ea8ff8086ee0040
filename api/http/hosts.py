"""Validation of the `Host` header, and the host that links in responses name.

A client can send any `Host`, so links repeat it only if it is trusted. Malformed hosts are
refused. If FIXBOOK_TRUSTED_HOSTS is set, only the hosts it names are accepted. Otherwise, when
the service listens beyond loopback, this machine's own names and addresses are trusted, and
requests for any other host get links to the address they were sent to.
"""

import ipaddress
import re
import socket
from functools import lru_cache
from urllib.parse import urlsplit

from corpus.errors import Complaint
from corpus.settings import Settings
from corpus.text.networks import is_loopback, read_address

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(
    rf"(?P<name>{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]{{2,45}}\])(?::(?P<port>[0-9]{{0,5}}))?"
)
LONGEST_HOST = 262
"""Bytes that are read: one more than a name of 255 characters, a colon and a port take."""

Server = tuple[str, int | None] | None
"""The local address that a request was sent to, as in the ASGI scope."""


def listens_beyond_loopback(host: str) -> bool:
    """Whether other machines can reach a server that listens on this address or name."""
    return not is_loopback(host.strip("[]").lower())


def complaint_about(host: bytes) -> Complaint:
    """Why a Host header is refused (RFC 9112, section 3.2)."""
    wrong = "is not a name of this service" if is_host(host[:LONGEST_HOST]) else "is not a host"
    return Complaint("Host", wrong, host[:100].decode("latin-1"))


@lru_cache(1_000)
def is_host(host: bytes) -> bool:
    """Whether a Host header is well-formed."""
    return _split(host) is not None


class Hosts:
    """The trusted hosts, by the settings."""

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url).hostname
        named = settings.trusted_hosts
        self._named = frozenset((*named, *([_in_brackets(public)] if public and named else [])))
        self._any = not listens_beyond_loopback(settings.host)
        self._own = socket.gethostname().lower()
        self._is_public = bool(settings.public_url)
        self._default = urlsplit(settings.address).netloc.encode()

    def authority(self, host: bytes | None, server: Server) -> bytes | None:
        """Host and port for links, in lower case; None if the host is refused."""
        name, port = (_split(host) or ("", None)) if host is not None else ("", None)
        if (host is not None and not name) or (self._named and not self._is_named(name)):
            return None
        if self._is_public:
            return self._default
        if name and (self._named or self._any or self._is_of_this_machine(name, server)):
            return (name if port is None else f"{name}:{port}").encode()
        return _server_address(server) or self._default

    def _is_named(self, name: str) -> bool:
        return name in self._named or "*." + name.partition(".")[2] in self._named

    def _is_of_this_machine(self, name: str, server: Server) -> bool:
        address = name.strip("[]")
        if name == self._own or is_loopback(address):
            return True
        return server is not None and read_address(address) == read_address(server[0]) is not None


def _split(host: bytes) -> tuple[str, int | None] | None:
    """Name, in lower case, and port; None if malformed."""
    if len(host) >= LONGEST_HOST:
        return None
    found = _HOST.fullmatch(host.decode("latin-1").lower())
    if found is None or not _is_name(found["name"]):
        return None
    port = int(found["port"]) if found["port"] else None
    return (found["name"], port) if port is None or 0 < port < 65_536 else None


def _is_name(name: str) -> bool:
    """Whether a name is valid: one that ends in a number must be an IP address."""
    last = name.rstrip(".").rpartition(".")[2]
    if not name.startswith("[") and not last.isdigit():
        return True
    try:
        return bool(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return False


def _server_address(server: Server) -> bytes | None:
    """The address that a request was sent to; None for a Unix socket."""
    if server is None or server[1] is None:
        return None
    return f"{_in_brackets(server[0])}:{server[1]}".encode()


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host
