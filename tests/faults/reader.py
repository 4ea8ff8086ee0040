"""A reader who never stops asking, and holds every answer to the promise.

An answer is right, and of one edition, or it is 503 and says when to come again. It never
shows what is nobody's business.
"""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count, cycle
from threading import Event, Thread
from typing import Any

from tests.api.process import PATH, PATIENCE, ROOT

LOG_TEXT = "the-secret-of-the-pasted-log\nError: connect ECONNREFUSED 127.0.0.1:8931"
SECRETS = ("the-secret-of-the-pasted-log", ", in <module>", 'File "/', "site-packages", str(ROOT))
SOON = 15.0
"""Seconds in which everything is well again. It is less than 5 on a machine that does nothing
else; how long it took is printed (`-s`)."""


def leaks(text: str, *more: object) -> list[str]:
    """What of it is nobody's business: `more` are a folder, a password, a key."""
    return [secret for secret in (*SECRETS, *map(str, more)) if secret and secret in text]


class Reader:
    """Asks one server, each time something that it cannot have kept."""

    _number = count()

    def __init__(self, port: int, *secrets: object, key: str = "") -> None:
        """`secrets` are not to be shown, and neither is the API key of this reader."""
        self._port = port
        self._secrets = (*secrets, key)
        self._key = key
        self._asks = cycle((self._search, self._article, self._diagnose, self._list))
        self.editions = [1]
        """Those that may be shown."""
        self.wrong: list[object] = []
        self.statuses: list[int] = []
        """Of all answers, in order; 0 where the connection broke."""
        self.seconds: list[float] = []
        """How long they took."""

    def ask(self) -> int:
        """Asks once. The status, or 0 where the connection broke."""
        asked, begun = next(self._asks), time.monotonic()
        try:
            status, headers, body = asked()
        except (OSError, http.client.HTTPException):
            status = 0
        else:
            self._judge(asked.__name__, status, headers, body)
        self.statuses.append(status)
        self.seconds.append(time.monotonic() - begun)
        return status

    def well(self) -> bool:
        """Whether all kinds of questions are answered."""
        return [self.ask() for _ in range(4)] == [200] * 4

    def _judge(self, asked: str, status: int, headers: dict[str, str], body: str) -> None:
        found = leaks(body + str(headers), *self._secrets)
        if asked == "_diagnose" and status == 200:
            found = [secret for secret in found if secret not in LOG_TEXT]  # it names the lines
        if status == 503:
            right = int(headers.get("retry-after", 0)) > 0
            right = right and json.loads(body)["error"]["code"] == "SERVICE_UNAVAILABLE"
        else:
            right = status == 200 and self._shown(asked, body) in self._expected()
        if found or not right:
            self.wrong.append((asked, status, headers, body[:400], found))

    def _expected(self) -> list[list[str]]:
        return [[f"Edition {number} of {at}" for at in range(5)] for number in self.editions]

    def _shown(self, asked: str, body: str) -> list[str]:
        """The titles of all articles. One alone stands for all of them."""
        data: dict[str, Any] = json.loads(body)["data"]
        if asked == "_article":
            edition = data["title"]["en"].removesuffix(" of 0")
            return [f"{edition} of {at}" for at in range(5)]
        items = data["matches"] if asked == "_diagnose" else data["items"]
        return sorted(item["title"]["en"] for item in items)

    def _search(self) -> tuple[int, dict[str, str], str]:
        return self._send("GET", "/api/v1/search?q=ECONNREFUSED&pageSize=5")

    def _list(self) -> tuple[int, dict[str, str], str]:
        return self._send("GET", "/api/v1/articles?pageSize=5")

    def _article(self) -> tuple[int, dict[str, str], str]:
        return self._send("GET", f"{PATH}?lang=en")

    def _diagnose(self) -> tuple[int, dict[str, str], str]:
        asked = {"text": f"{LOG_TEXT}\n{next(self._number)}", "limit": 5}
        return self._send("POST", "/api/v1/diagnose?lang=en", body=json.dumps(asked))

    def _send(
        self, method: str, target: str, *, body: str | None = None
    ) -> tuple[int, dict[str, str], str]:
        """On a connection of its own, so that any worker may answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            named = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            if body is not None:
                named["Content-Type"] = "application/json"
            connection.request(method, f"{target}&n={next(self._number)}", body, named)
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, fields, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def asking(*readers: Reader) -> Iterator[None]:
    """Meanwhile all of them ask without a pause."""
    ended = Event()

    def go_on(reader: Reader) -> None:
        while not ended.is_set():
            reader.ask()

    with ExitStack() as stack:
        for reader in readers:
            thread = Thread(target=go_on, args=[reader])
            thread.start()
            stack.callback(thread.join)
        stack.callback(ended.set)
        yield


def until(what: Callable[[], object], *, seconds: float = SOON, why: str = "") -> float:
    """Waits until it is true; how many seconds that took."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() < begun + seconds, why or what
        time.sleep(0.02)
    return time.monotonic() - begun
