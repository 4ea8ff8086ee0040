"""Database URLs: those of SQLAlchemy, and libpq's form with several hosts."""

import re

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from corpus.errors import SettingsError

_SEVERAL_HOSTS = re.compile(
    r"(?P<scheme>postgres[a-z+]*://)(?P<who>.*@)?(?P<hosts>[^/?@]*,[^/?@]*)(?P<rest>(?:[/?].*)?)",
    re.DOTALL,
)
_HIGHEST_PORT = 65_535


def checked_url(url: str, setting: str) -> URL:
    """The address that a setting holds.

    Raises SettingsError, which does not repeat the address: there may be a password in it.
    """
    several = _SEVERAL_HOSTS.fullmatch(url)
    try:
        parsed = make_url(several.expand(r"\g<scheme>\g<who>\g<rest>") if several else url)
        backend = parsed.drivername
    except ArgumentError:
        backend = ""
    except ValueError:
        raise _wrong_port(setting) from None
    if backend in ("sqlite", "sqlite+pysqlite"):
        return parsed
    if backend not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise SettingsError(f"{setting}: may be sqlite:///… or postgresql://…")
    return _check(_with_hosts(parsed, several["hosts"] if several else "", setting), setting)


def _with_hosts(url: URL, hosts: str, setting: str) -> URL:
    """Moves the hosts into the query, separate from their ports."""
    url = url.set(drivername="postgresql+psycopg")
    given = hosts or _join_values(url, "host")
    if not given:
        return url
    names, own = zip(*map(_split, given.split(",")), strict=True)
    ports = list(own) if any(own) else _join_values(url, "port").split(",")
    if len(ports) == 1:
        ports *= len(names)
    if len(ports) != len(names):
        raise SettingsError(f"{setting}: there may be one port for all hosts, or one for each")
    query = {"host": ",".join(names), **({"port": ",".join(ports)} if any(ports) else {})}
    return url.update_query_dict(query)


def _split(host: str) -> tuple[str, str]:
    """Name and port of a host such as a:5432, [::1]:5432, ::1 or /run/postgresql."""
    name, _, port = host.rpartition(":")
    if not name or "]" in port or (":" in name and not name.endswith("]")):
        return host.strip("[]"), ""
    return name.strip("[]"), port


def _check(url: URL, setting: str) -> URL:
    ports = [*_join_values(url, "port").split(","), "" if url.port is None else str(url.port)]
    if not all(not port or _is_port(port) for port in ports):
        raise _wrong_port(setting)
    hosts = (url.host or "") + _join_values(url, "host")
    if "@" in hosts or re.search(r"\s", hosts):
        raise SettingsError(f"{setting}: an @ in a user's name or password is written %40")
    return url


def _join_values(url: URL, name: str) -> str:
    """The values of a query parameter, comma separated or repeated."""
    given = url.query.get(name, "")
    return given if isinstance(given, str) else ",".join(given)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= _HIGHEST_PORT


def _wrong_port(setting: str) -> SettingsError:
    return SettingsError(
        f"{setting}: a port may be a number from 1 to {_HIGHEST_PORT}, "
        "as in postgresql://user:password@host:5432/name"
    )
