"""Admission: who asks, and whether this request is let in.

What is turned away here has cost next to nothing: too much of a head, a host that is not
ours, a key that is not good, a client that asks too often, or more requests than can be
answered. `api.http.proxies` and the other modules of this package know how each is told.
"""

from collections.abc import Mapping

from starlette.types import Scope

from api.http.hosts import Hosts
from api.http.proxies import Proxies
from api.http.redirects import UriTooLong
from api.http.representation import Representation
from api.http.request_context import RequestContext
from api.limits.api_keys import ApiKeyCache, Unauthorized
from api.limits.load_shedding import TOO_MUCH, LoadShedder
from api.limits.rate_limiter import Policy, Quota, RateLimiter
from api.metrics.active_agents import ActiveAgents
from api.responses.envelope import failure
from corpus.errors import Complaint, FixbookError, InvalidRequest, Unavailable
from corpus.settings import Settings

PROBES = frozenset({"/livez", "/readyz", "/api/health", "/metrics"})
"""What asks how the service is; let in by any name, however often."""

PARTS = "/static/"
"""Where that is; it never changes, and clients keep it."""

_LONGEST_TARGET = 16_384
"""Bytes of path and query together."""
LONGEST_HEAD = 32_768
"""Bytes of all headers together."""

_DEAR = {"/llms-full.txt": 10}
"""What costs more than a search, in requests."""
_BODY_SHARE = 16_384
"""Bytes of a body that cost as much as a request: they are parsed, and diagnosed."""
_UNKNOWN_BODY = 65_536
"""Bytes that a body is taken for whose length is not told."""

Headers = Mapping[bytes, bytes]
"""The first of each name."""


class HeadersTooLarge(FixbookError):
    """The request has more headers than the server reads."""

    code = "HEADERS_TOO_LARGE"
    status = 431


class RateLimited(FixbookError):
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
        self.seconds = seconds


class Admission:
    """Decides by the settings."""

    def __init__(
        self, settings: Settings, *, keys: ApiKeyCache, agents: ActiveAgents, gate: LoadShedder
    ) -> None:
        self._keys_known = keys
        self.proxies = Proxies(settings.trusted_proxies, settings.proxy_header)
        self._agents = agents
        self._gate = gate
        self.hosts = Hosts(settings)
        self._limits = RateLimiter(settings.data_dir) if settings.rate else None
        self._anybody = Policy("client", settings.rate) if settings.rate else None
        self._holder = Policy("key", settings.key_rate) if settings.key_rate else None
        self.counts = self._limits is not None
        """Whether requests are counted at all."""

    def refusal(
        self, scope: Scope, headers: Headers, context: RequestContext
    ) -> FixbookError | None:
        """Why a request for something that must be made is turned away; None lets it in."""
        unfit = self._unfit(scope, headers)
        if unfit or scope["path"] in PROBES:
            return unfit
        return (
            self._elsewhere(headers)
            or self.stranger(scope, headers, context)
            or (Unavailable(TOO_MUCH) if self._gate.full() else None)
        )

    def stranger(
        self, scope: Scope, headers: Headers, context: RequestContext
    ) -> FixbookError | None:
        """Why whoever asks may not right now. Counts the request, if it is not for what a page
        loads to look as it should: a page is one request.
        """
        if scope["path"].startswith(PARTS):
            return None
        if (name := headers.get(b"x-agent-id")) is not None:
            self._agents.note(name)
        cost = _cost(scope, headers)
        key = None
        if (authorization := headers.get(b"authorization")) is not None:
            try:
                key = self._keys_known.holder(authorization)
            except FixbookError as error:
                return self._counted(_address(scope), self._anybody, context, cost) or error
        if key is not None:
            return self._counted(key.id, self._holder, context, cost)
        return self._counted(_address(scope), self._anybody, context, cost)

    async def knows_by_now(self, headers: Headers) -> bool:
        """Whether a key that was not known is one that has just been made."""
        if not await self._keys_known.look_again():
            return False
        try:
            return self._keys_known.holder(headers[b"authorization"]) is not None
        except FixbookError:
            return False

    def close(self) -> None:
        """Lets go of shared memory."""
        if self._limits is not None:
            self._limits.close()
        self._agents.close()

    def _counted(
        self, who: str, policy: Policy | None, context: RequestContext, cost: int
    ) -> FixbookError | None:
        if self._limits is None or policy is None:
            return None
        quota = self._limits.take(who, policy, cost)
        context.policy = policy
        if quota.left < 0:
            context.quota = Quota(0, quota.seconds)
            return RateLimited(policy, quota.seconds)
        context.quota = quota
        return None

    def _unfit(self, scope: Scope, headers: Headers) -> FixbookError | None:
        """Why the head of a request cannot be used."""
        if len(scope["raw_path"]) + len(scope["query_string"]) > _LONGEST_TARGET:
            return UriTooLong(f"the request target is longer than {_LONGEST_TARGET} bytes")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LONGEST_HEAD:
            return HeadersTooLarge(f"the headers are longer than {LONGEST_HEAD} bytes")
        if len(headers) != len(scope["headers"]):
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) > 1:  # caches on the way may have used another (RFC 9112, 3.2)
                return InvalidRequest(Complaint("Host", "is given more than once", None))
        if scope["http_version"] == "1.0" and b"transfer-encoding" in headers:
            # Whoever stands between may have read another end of the body (RFC 9112, 6.1).
            return InvalidRequest(Complaint("Transfer-Encoding", "needs HTTP/1.1", None))
        complaint = self.hosts.complaint(headers.get(b"host"), scope)
        return InvalidRequest(complaint) if complaint else None

    def _elsewhere(self, headers: Headers) -> FixbookError | None:
        """Why a request is for another service."""
        complaint = self.hosts.stranger(headers.get(b"host"))
        return InvalidRequest(complaint) if complaint else None


def refused(error: FixbookError) -> Representation:
    """The answer to a request that is turned away."""
    return failure(error, headers=told(error))


def told(error: FixbookError) -> list[tuple[str, str]]:
    """What the headers of such an answer say."""
    if isinstance(error, RateLimited):
        return [("Retry-After", str(error.seconds))]
    return [("WWW-Authenticate", "Bearer")] if isinstance(error, Unauthorized) else []


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
