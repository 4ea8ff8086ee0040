"""Admission: which client a request comes from, and whether it is accepted.

Requests that are rejected here cost next to nothing: a head that is too long, an unknown host,
an invalid key, a client over its rate limit, or more requests than can be answered.
"""

from starlette.types import Scope

from api.http.errors import HttpError
from api.http.hosts import complaint_about
from api.http.redirects import UriTooLong
from api.http.request_context import RequestContext
from api.limits.api_keys import KEY, ApiKeyCache, Forbidden, KeyNeeded, Unauthorized
from api.limits.load_shedding import OVERLOADED, LoadShedder
from api.limits.rate_limiter import Policy, Quota, RateLimiter, request_cost, site
from api.limits.tuning import LONGEST_TARGET
from api.metrics.active_agents import ActiveAgents
from corpus.errors import FixbookError, InvalidRequest, Unavailable
from corpus.settings import Access, Settings
from corpus.store.api_keys import Key
from corpus.store.api_keys import Scope as KeyScope

METRICS = "/metrics"
PROBES = frozenset({"/livez", "/readyz", "/api/health", METRICS})
"""Paths of monitoring, accepted under any host and without a rate limit."""

STATIC = "/static/"
"""Files that pages load. They are not counted: a page is one request."""


class RateLimited(HttpError):
    """The client has sent too many requests."""

    code = "RATE_LIMITED"
    status = 429
    retryable = True

    def __init__(self, policy: Policy, seconds: int) -> None:
        rate = policy.rate
        super().__init__(
            f"the limit is {rate.requests} requests in {rate.seconds} seconds; "
            f"try again in {seconds} seconds",
            retryAfterSeconds=seconds,
        )
        self.headers = [("Retry-After", str(seconds))]


class Admission:
    """Accepts or rejects requests, as the settings say."""

    def __init__(
        self, settings: Settings, *, keys: ApiKeyCache, agents: ActiveAgents, load: LoadShedder
    ) -> None:
        self._api_keys = keys
        self._agents = agents
        self._load = load
        self._needs_key = settings.access is Access.KEYS
        self._probes = PROBES - {METRICS} if self._needs_key else PROBES  # metrics count articles
        self._limits = RateLimiter(settings.data_dir) if settings.rate else None
        self._client_policy = Policy("client", settings.rate) if settings.rate else None
        self._key_policy = Policy("key", settings.key_rate) if settings.key_rate else None

    def identify(self, scope: Scope, context: RequestContext) -> None:
        """Finds the key of a request, or why the one that it names is not valid."""
        if (authorization := context.fields.by_name.get(b"authorization")) is None:
            return
        try:
            scope[KEY] = self._api_keys.holder(authorization, is_needed=self._needs_key)
        except FixbookError as error:
            context.key_error = error

    def refusal(
        self, scope: Scope, context: RequestContext, *, is_cached: bool
    ) -> FixbookError | None:
        """Why an identified request is rejected, or None. Counts it for its client.

        Under overload, only what is cached is still answered.
        """
        fields = context.fields
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_TARGET:
            return UriTooLong(f"the request target is longer than {LONGEST_TARGET} bytes")
        if fields.error or scope["path"] in self._probes:
            return fields.error
        if not fields.authority:
            return InvalidRequest(complaint_about(fields.by_name.get(b"host", b"")))
        rejected = self._rejected_client(scope, context)
        if rejected or is_cached:
            return rejected
        return Unavailable(OVERLOADED) if self._load.is_full() else None

    def _rejected_client(self, scope: Scope, context: RequestContext) -> FixbookError | None:
        """Why the client may not send this request now, or None."""
        if scope["path"].startswith(STATIC):
            return None
        if (name := context.fields.by_name.get(b"x-agent-id")) is not None:
            self._agents.record(name)
        key = scope.get(KEY)
        return self._count(scope, context, key) or context.key_error or self._unread(key)

    def _unread(self, key: Key | None) -> FixbookError | None:
        """Why nothing of a private corpus may be read with this key, or None."""
        if not self._needs_key or (key is not None and KeyScope.READ in key.scopes):
            return None
        return KeyNeeded() if key is None else Forbidden("reading needs the scope read")

    async def has_new_key(self, scope: Scope, context: RequestContext) -> bool:
        """Whether the key that a request was rejected for is one that was created just now."""
        if not isinstance(context.key_error, Unauthorized):
            return False
        if await self._api_keys.refresh_for_new_key():
            context.key_error = None
            self.identify(scope, context)
        return context.key_error is None

    def close(self) -> None:
        """Releases shared memory."""
        if self._limits is not None:
            self._limits.close()
        self._agents.close()

    def _count(self, scope: Scope, context: RequestContext, key: Key | None) -> FixbookError | None:
        policy = self._client_policy if key is None else self._key_policy
        if self._limits is None or policy is None:
            return None
        who = _address(scope) if key is None else key.id
        cost = request_cost(scope["path"], context.fields.by_name)
        quota = self._limits.take(who, policy, cost)
        context.headers += policy.headers(Quota(max(quota.left, 0), quota.seconds))
        return RateLimited(policy, quota.seconds) if quota.left < 0 else None


def caller_of(scope: Scope) -> str:
    """The id of the request's key, else the site that it comes from."""
    key: Key | None = scope.get(KEY)
    return site(_address(scope)) if key is None else key.id


def _address(scope: Scope) -> str:
    client = scope["client"]
    return client[0] if client else ""
