"""The program in processes of its own, asked over real sockets."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.settings import Settings
from tests.factories import make_article, make_document, make_metadata, make_translation
from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
PATH = "/api/v1/articles/connection-refused"
PATIENCE = 300.0
"""Seconds, on a machine that does much else."""


def edition(number: int) -> dict[str, str]:
    """A corpus whose five articles all say which edition they are of."""
    documents = {}
    for at in range(5):
        slug = "connection-refused" if at == 0 else f"article-{at}"
        article = make_article(
            slug=slug,
            metadata=make_metadata(id=f"art_Edition{at:05}"),
            translations=[make_translation(title=f"Edition {number} of {at}")],
        )
        documents[f"{slug}.md"] = make_document(article)
    return documents


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """What the program needs to be told about its settings."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "FIXBOOK_CONTENT_DIR": str(settings.content_dir),
        "FIXBOOK_DATA_DIR": str(settings.data_dir),
        "FIXBOOK_DATABASE_URL": settings.database_url,
        "FIXBOOK_RATE_LIMIT": settings.rate_limit,
        **more,
    }


@contextmanager
def running(*arguments: str, env: Mapping[str, str], log: Path) -> Iterator[int]:
    """`fixbook serve` on a free port, from the first answer to SIGTERM."""
    port = free_port()
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), *arguments]
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=env, stdout=output, stderr=output, cwd=log.parent)
        try:
            wait_for_answer(port, server, log)
            yield port
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE) in (0, -signal.SIGTERM), log.read_text()
        finally:
            server.kill()
            server.wait()


def wait_for_answer(
    port: int, server: subprocess.Popen[bytes], log: Path, *, patience: float = PATIENCE
) -> None:
    """Returns when the application answers; fails when it ends, or when patience does."""
    deadline = time.monotonic() + patience
    while not _answers(port):
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        return b"starting" not in get(port, "/livez")[2]
    except OSError:
        return False


def get(port: int, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own, so that any worker may answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", target, headers=named)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, fields, answer.read()
    finally:
        connection.close()


def shown(port: int, target: str) -> Any:
    """`data` of the answer, which must be 200."""
    status, _, body = get(port, target)
    assert status == 200, body
    return json.loads(body)["data"]


def ingest(settings: Settings) -> None:
    """`fixbook ingest`, which must be good."""
    command = [sys.executable, "-m", "cli", "ingest"]
    subprocess.run(command, env=environment(settings), check=True, capture_output=True)
