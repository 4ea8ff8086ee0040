"""The client of an OpenSearch cluster: timeouts, retries, and translation of errors.

A read may be repeated, on another host, after a short random wait. A change is sent once,
except where nobody took it: the host is not there, or says that it has too much to do.
"""

import logging
import random
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import NotFoundError, SSLError, TransportError
from opensearchpy.serializer import Serializer
from urllib3 import Timeout
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from corpus.errors import IndexMissing, Unavailable
from corpus.search.engines.opensearch.circuit_breaker import CircuitBreaker
from corpus.search.engines.opensearch.server import Server

_LOG = logging.getLogger(__name__)
_CONNECT = 1.0
"""Seconds."""
_READ_ATTEMPTS = 4
_WAIT = 0.05
"""Seconds before the second attempt, doubled for each further one."""
_CHANGE_SECONDS = 120.0
"""How long one change may take."""
_BUSY_ATTEMPTS = 12
_LONGEST_WAIT = 5.0
_CONNECTIONS = 32
"""Connections to each host: one per thread."""
_DEAD_SECONDS = 2.0
"""Seconds for which a host that did not respond is skipped."""
BUSY = 429
"""The HTTP status of an overloaded server."""
_PASSING = (408, BUSY, 502, 503, 504)

Answer = dict[str, Any]


class _Json(Serializer):
    """Serialises JSON by msgspec; bytes are sent as they are."""

    mimetype = "application/json"

    def loads(self, s: Any) -> Any:
        return msgspec.json.decode(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, bytes) else msgspec.json.encode(data)


class TransientFailure(Unavailable):
    """A failure after which a retry may succeed."""

    def __init__(self, message: str, *, untaken: bool) -> None:
        super().__init__(message)
        self.untaken = untaken
        """Whether the server certainly has not processed the request."""


class Cluster:
    """Sends requests. Thread-safe; connects on first use."""

    def __init__(self, server: Server) -> None:
        self._seconds = server.timeout
        self._breaker = CircuitBreaker()
        for name in ("opensearch", "opensearchpy.trace"):
            # What is asked for is private, and these would write it down.
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._transport = OpenSearch(
            hosts=[{"host": host, "port": port} for host, port in server.hosts],
            use_ssl=server.tls,
            ca_certs=str(server.ca) if server.ca else None,
            http_auth=(server.user, server.password) if server.user else None,
            serializer=_Json(),
            max_retries=0,
            dead_timeout=_DEAD_SECONDS,
            timeout_cutoff=1,
            pool_maxsize=_CONNECTIONS,
            http_compress=False,
        ).transport

    def read(
        self, path: str, body: object = None, *, params: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a question, which changes nothing and may be asked twice.

        Raises IndexMissing if there is no such index, Unavailable if there is no answer.
        """
        self._breaker.check()
        deadline = time.monotonic() + self._seconds
        for attempt in range(_READ_ATTEMPTS):
            try:
                answer = self._send(
                    "GET" if body is None else "POST",
                    path,
                    body,
                    params=params,
                    seconds=self._seconds,
                )
            except TransientFailure:
                wait = _with_jitter(_WAIT * 2**attempt)
                if attempt + 1 == _READ_ATTEMPTS or time.monotonic() + wait > deadline:
                    self._breaker.record_failure()
                    raise
                time.sleep(wait)
            except IndexMissing:
                self._breaker.record_success()
                raise
            else:
                self._breaker.record_success()
                return answer
        raise AssertionError

    def change(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str] | None = None,
        seconds: float = _CHANGE_SECONDS,
    ) -> Answer:
        """The answer to a change, sent again only if no server has taken it.

        Raises IndexMissing if there is no such index, Unavailable if it was not made.
        """
        for attempt in range(_BUSY_ATTEMPTS):
            try:
                return self._send(method, path, body, params=params, seconds=seconds)
            except TransientFailure as error:
                if not error.untaken or attempt + 1 == _BUSY_ATTEMPTS:
                    raise
                self.wait(attempt)
        raise AssertionError

    def wait(self, attempt: int) -> None:
        """Waits before the next attempt to reach a busy server."""
        time.sleep(_with_jitter(min(_WAIT * 2**attempt, _LONGEST_WAIT)))

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()

    def _send(
        self,
        method: str,
        path: str,
        body: object,
        *,
        params: Mapping[str, str] | None,
        seconds: float,
    ) -> Answer:
        try:
            answer = self._transport.perform_request(
                method,
                path,
                params=dict(params or {}),
                body=body,
                timeout=Timeout(connect=min(_CONNECT, seconds), read=seconds),  # type: ignore[arg-type]  # urllib3's own kind is handed on to it
            )
        except SSLError as error:
            raise Unavailable("the certificate of the search server is not accepted") from error
        except NoConnection as error:
            untaken = isinstance(error.info, NewConnectionError | ConnectTimeoutError)
            raise TransientFailure("the search server does not answer", untaken=untaken) from error
        except NotFoundError:
            raise IndexMissing("the search index is missing") from None
        except TransportError as error:
            raise _refusal(error) from None  # its text may repeat what was asked
        return answer if isinstance(answer, dict) else {}


def _refusal(error: TransportError) -> Unavailable:
    if error.status_code in _PASSING:
        return TransientFailure("the search server is too busy", untaken=error.status_code == BUSY)
    _LOG.error("the search server refused a request: %s %s", error.status_code, error.error)
    if error.status_code in (401, 403):
        return Unavailable("the search server does not accept the user or the password")
    return Unavailable("the search server refused a request")


def _with_jitter(seconds: float) -> float:
    return seconds * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
