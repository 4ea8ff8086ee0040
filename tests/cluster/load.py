"""Readers who never stop asking, and note every answer that is not as it should be."""

import http.client
import re
import threading
from collections import Counter
from itertools import count
from types import TracebackType
from typing import Self

from tests.api.process import PATH
from tests.cluster.machines import PATIENCE

_LOG = b"npm run dev\nError: connect ECONNREFUSED 127.0.0.1:3000\n"
_NEVER_ASKED = "/api/v1/search?q=ECONNREFUSED+{}"
_TARGETS = (
    f"{PATH}?format=json",
    f"{PATH}.md",
    "/api/v1/search?q=ECONNREFUSED&pageSize=5",
    _NEVER_ASKED,
    "/en/search?q=ECONNREFUSED",
    "/en/articles",
    "/api/v1/diagnose",
)
_PAUSE_SECONDS = 0.01
"""Between two questions of a reader: the servers have to share two cores with all else here."""
_EDITION = re.compile(rb"Edition (\d+) of")


class Load:
    """Some readers, each on a connection that stays, from the start of a block to its end."""

    def __init__(self, port: int, *, readers: int = 4) -> None:
        self.wrong: list[tuple[str, object]] = []
        """What was asked, and the answer's status and editions, or the error."""
        self.statuses: Counter[int] = Counter()
        self._port = port
        self._ended = threading.Event()
        self._numbers = count()
        self._threads = [threading.Thread(target=self._read) for _ in range(readers)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        while not self._ended.wait(_PAUSE_SECONDS):
            number = next(self._numbers)
            target = _TARGETS[number % len(_TARGETS)].format(number)
            try:
                self._ask(connection, target)
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append((target, repr(error)))
                connection.close()
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, target: str) -> None:
        """An answer is right if it is a 200 with articles of one edition."""
        body = _LOG if target.endswith("diagnose") else None
        headers = {"Content-Type": "text/plain"} if body else {}
        connection.request("POST" if body else "GET", target, body, headers)
        answer = connection.getresponse()
        editions = set(_EDITION.findall(answer.read()))
        self.statuses[answer.status] += 1
        if answer.status != 200 or len(editions) != 1:
            self.wrong.append((target, (answer.status, editions)))
