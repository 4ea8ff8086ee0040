"""Where an OpenSearch cluster is and how to ask it, from an address such as

`opensearch://user:password@one:9200,two:9200/fixbook`, or `opensearchs://…` for TLS.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from corpus.errors import SettingsError

FORM = "opensearch://host:9200/name (opensearchs:// for TLS; several hosts with commas)"
_PORT = 9200
_ADDRESS = re.compile(
    r"opensearch(?P<tls>s?)://(?:(?P<user>[^:@/,]*):(?P<password>[^@/]*)@)?"
    r"(?P<hosts>[^/@?#]+)(?:/(?P<prefix>[a-z0-9][a-z0-9_.-]{0,99})?)?"
)
_HOST = re.compile(r"(?P<name>[\w.-]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A cluster: its hosts, the prefix of our indexes, and how they are laid out."""

    hosts: tuple[tuple[str, int], ...]
    prefix: str = "fixbook"
    tls: bool = False
    ca: Path | None = None
    """The certificates to trust; by default those of the system."""
    user: str = ""
    password: str = field(default="", repr=False)
    shards: int = 1
    replicas: int = 1
    timeout: float = 3.0
    """The timeout of one search request, in seconds."""


def is_address(url: str) -> bool:
    """Whether an address is meant for OpenSearch, valid or not."""
    return url.startswith(("opensearch:", "opensearchs:"))


def read_server(url: str) -> Server:
    """The server that an address names.

    Raises SettingsError, which does not repeat the address: there may be a password in it.
    """
    match = _ADDRESS.fullmatch(url)
    hosts = [_HOST.fullmatch(each) for each in match["hosts"].split(",")] if match else []
    if match is None or not all(hosts):
        raise SettingsError(f"FIXBOOK_SEARCH_URL: may be {FORM}")
    return Server(
        hosts=tuple(
            (host["name"].strip("[]"), int(host["port"] or _PORT)) for host in hosts if host
        ),
        prefix=match["prefix"] or "fixbook",
        tls=bool(match["tls"]),
        user=unquote(match["user"] or ""),
        password=unquote(match["password"] or ""),
    )
