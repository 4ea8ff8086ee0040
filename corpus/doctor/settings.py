"""Examines the settings, and looks for unknown variables."""

import difflib
from collections.abc import Iterator, Mapping

from corpus.finding import HealthFinding, good, warning
from corpus.settings import LogLevel, Settings
from corpus.text.networks import read_networks
from corpus.text.redaction import without_secrets

_NARROWEST_FOR_ALL = 7
"""Private networks have prefixes of 7 bits (fc00::/7) and more."""
_PREFIX = "FIXBOOK_"
_OF_TESTS = f"{_PREFIX}TEST_"


def settings_findings(
    settings: Settings, environment: Mapping[str, str]
) -> Iterator[HealthFinding]:
    """The effective settings, without secrets, and unknown variables."""
    for name in type(settings).model_fields:
        given = "" if name in settings.model_fields_set else " (default)"
        shown = without_secrets(getattr(settings, name))
        yield good("settings", f"{_PREFIX}{name.upper()} = {shown}{given}")
    known = [f"{_PREFIX}{name.upper()}" for name in type(settings).model_fields]
    for variable in sorted(environment):
        name = variable.upper()
        if name.startswith(_PREFIX) and not name.startswith(_OF_TESTS) and name not in known:
            meant = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {meant[0]}?" if meant else "see docs/settings.md"
            yield warning("settings", f"{variable} is set, but there is no such setting", advice)
    yield from _proxy_findings(settings)
    if settings.log_level is LogLevel.DEBUG:
        yield warning(
            "settings", "at the log level debug, the log may quote what readers send",
            "set FIXBOOK_LOG_LEVEL=info",
        )  # fmt: skip


def _proxy_findings(settings: Settings) -> Iterator[HealthFinding]:
    for network in read_networks(settings.trusted_proxies):
        if network.prefixlen < _NARROWEST_FOR_ALL:
            yield warning(
                "settings",
                f"FIXBOOK_TRUSTED_PROXIES has {network}: clients can forge their address",
                "list only the addresses of your proxies",
            )
