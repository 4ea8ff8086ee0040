"""Every threshold of the limits, each with what it does.

`python -m bench overload` shows what load shedding comes to, `pytest tests/api/limits` what the
rate limiter counts. How often a client may send requests is a setting: see `docs/settings.md`.
"""

# Admission (`admission.py`)

LONGEST_TARGET = 16_384
"""Bytes of path and query together."""

# Rate limiter (`rate_limiter.py`)

COSTS = {"/llms-full.txt": 10}
"""Paths that cost more than one request."""
BODY_SHARE = 16_384
"""Bytes of a body that cost one request: they are parsed and diagnosed."""
UNKNOWN_BODY = 65_536
"""Assumed bytes of a body without Content-Length."""
SLOTS = 65_536
"""Clients in the shared table, at 16 bytes each; beyond that, the least recent are forgotten."""
WAYS = 4
"""Slots that a client may be in: more find a free one more often, and take longer."""
REMEMBERED_CLIENTS = 20_000
"""Clients whose slot each process remembers, before it forgets all."""
IPV6_SITE_BITS = 64
"""Bits of an IPv6 address that a client cannot choose itself."""

# Load shedding (`load_shedding.py`)

STEADY = 16
"""Requests, running or queued, that are always accepted."""
BURST = 512
"""Requests, running or queued, beyond which all are rejected."""
STRICT_SECONDS = 1.0
"""No burst is accepted for this long after a rejection."""

# API keys (`api_keys.py`)

REFRESH_SECONDS = 2.0
"""How soon a revoked key is refused."""
MOST_KNOWN_KEYS = 1_000
"""Header fields whose key is remembered until the keys are read again."""
