"""Admission: who asks, and whether this request is let in.

What is turned away here has cost next to nothing: too much of a head, a host that is not
ours, a key that is not good, a client that asks too often, or more requests than can be
answered. `api.http.proxies` and the other modules of this package know how each is told.
"""

from collections.abc import Mapping

from starlette.types import Scope

from api.http.errors import HttpError
from api.http.hosts import complaint_about
from api.http.redirects import UriTooLong
from api.http.request_context import RequestContext
from api.limits.api_keys import ApiKeyCache
from api.limits.load_shedding import TOO_MUCH, LoadShedder
from api.limits.rate_limiter import Policy, Quota, RateLimiter
from api.metrics.active_agents import ActiveAgents
from corpus.errors import FixbookError, InvalidRequest, Unavailable
from corpus.settings import Settings
from corpus.store.api_keys import Key

PROBES = frozenset({"/livez", "/readyz", "/api/health", "/metrics"})
"""What asks how the service is; let in by any name, however often."""

PARTS = "/static/"
"""Where that is; it never changes, and clients keep it."""

_LONGEST_TARGET = 16_384
"""Bytes of path and query together."""

_DEAR = {"/llms-full.txt": 10}
"""What costs more than a search, in requests."""
_BODY_SHARE = 16_384
"""Bytes of a body that cost as much as a request: they are parsed, and diagnosed."""
_UNKNOWN_BODY = 65_536
"""Bytes that a body is taken for whose length is not told."""

Headers = Mapping[bytes, bytes]
"""The first of each name."""


class RateLimited(HttpError):
    """The client asks too often."""

    code = "RATE_LIMITED"
    status = 429
    retryable = True

    def __init__(self, policy: Policy, seconds: int) -> None:
        rate = policy.rate
        super().__init__(
            f"more than {rate.requests} requests in {rate.seconds} seconds; "
            f"try again in {seconds} seconds",
            retryAfterSeconds=seconds,
        )
        self.headers = [("Retry-After", str(seconds))]


class Admission:
    """Decides by the settings."""

    def __init__(
        self, settings: Settings, *, keys: ApiKeyCache, agents: ActiveAgents, gate: LoadShedder
    ) -> None:
        self._keys_known = keys
        self._agents = agents
        self._gate = gate
        self._limits = RateLimiter(settings.data_dir) if settings.rate else None
        self._anybody = Policy("client", settings.rate) if settings.rate else None
        self._holder = Policy("key", settings.key_rate) if settings.key_rate else None

    def refusal(
        self, scope: Scope, context: RequestContext, *, is_cached: bool
    ) -> FixbookError | None:
        """Why a request is turned away; None lets it in. Counts it for whoever asks.

        What has to be made is turned away also when there is too much to do.
        """
        fields = context.fields
        if len(scope["raw_path"]) + len(scope["query_string"]) > _LONGEST_TARGET:
            return UriTooLong(f"the request target is longer than {_LONGEST_TARGET} bytes")
        if fields.error or scope["path"] in PROBES:
            return fields.error
        if not fields.authority:
            return InvalidRequest(complaint_about(fields.by_name.get(b"host", b"")))
        refused = self._client(scope, context)
        if refused or is_cached:
            return refused
        return Unavailable(TOO_MUCH) if self._gate.full() else None

    def _client(self, scope: Scope, context: RequestContext) -> FixbookError | None:
        """Why whoever asks may not right now. What a page loads to look as it should is not
        counted: a page is one request.
        """
        if scope["path"].startswith(PARTS):
            return None
        fields = context.fields.by_name
        if (name := fields.get(b"x-agent-id")) is not None:
            self._agents.note(name)
        key = None
        if (authorization := fields.get(b"authorization")) is not None:
            try:
                key = self._keys_known.holder(authorization)
            except FixbookError as error:
                return self._counted(scope, context) or error
        return self._counted(scope, context, key)

    async def knows_by_now(self, authorization: bytes) -> bool:
        """Whether a key that was not known is one that has just been made."""
        if not await self._keys_known.look_again():
            return False
        try:
            return self._keys_known.holder(authorization) is not None
        except FixbookError:
            return False

    def close(self) -> None:
        """Lets go of shared memory."""
        if self._limits is not None:
            self._limits.close()
        self._agents.close()

    def _counted(
        self, scope: Scope, context: RequestContext, key: Key | None = None
    ) -> FixbookError | None:
        policy = self._anybody if key is None else self._holder
        if self._limits is None or policy is None:
            return None
        who = _address(scope) if key is None else key.id
        quota = self._limits.take(who, policy, _cost(scope, context.fields.by_name))
        context.headers += policy.headers(Quota(max(quota.left, 0), quota.seconds))
        return RateLimited(policy, quota.seconds) if quota.left < 0 else None


def _cost(scope: Scope, headers: Headers) -> int:
    """How many requests this one counts as: one for each share of a body, more for what is dear."""
    cost = _DEAR.get(scope["path"], 1)
    if b"transfer-encoding" in headers:
        return max(cost, _UNKNOWN_BODY // _BODY_SHARE)
    if (length := headers.get(b"content-length")) is None:
        return cost
    size = int(length[:10]) if length.isdigit() else _UNKNOWN_BODY
    return max(cost, -(-size // _BODY_SHARE))


def _address(scope: Scope) -> str:
    client = scope["client"]
    return client[0] if client else ""
