"""While a server starts, its port is open and says why it is not ready yet."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.starting import StartupServer, listen
from corpus.settings import Settings
from tests.api.process import PATIENCE, environment, get, running
from tests.conftest import write_files
from tests.factories import numbered_document


def test_probes_and_everything_else(settings: Settings) -> None:
    [opened] = listen(settings.model_copy(update={"port": 0}))
    port = opened.getsockname()[1]
    starting = StartupServer()
    with starting.answering([opened]):
        assert get(port, "/livez")[::2] == (200, b'{"status":"starting"}')
        starting.progress(40, 158)
        status, headers, body = get(port, "/readyz?x=1")
        assert (status, headers["retry-after"], headers["cache-control"]) == (503, "1", "no-store")
        answer = json.loads(body)
        assert answer["error"] == {
            "code": "SERVICE_UNAVAILABLE",
            "message": "not ready yet: the content is being ingested (40 of 158 articles)",
            "details": {"retryable": True},
        }
        assert (answer["success"], answer["data"]) == (False, None)
        assert set(answer["meta"]) == {"requestId", "timestamp"}
        assert get(port, "/api/v1/articles/x")[0] == 503
    opened.close()


def test_every_address_of_a_name_is_listened_on(settings: Settings) -> None:
    sockets = listen(settings.model_copy(update={"host": "localhost", "port": 0}))
    assert "127.0.0.1" in {each.getsockname()[0] for each in sockets}
    for each in sockets:
        each.close()


@pytest.mark.slow
def test_the_port_is_open_during_the_first_ingest_and_ready_is_logged(
    settings: Settings, tmp_path: Path
) -> None:
    documents = {f"{n}.md": numbered_document(n, body="Text. " * 3_000) for n in range(300)}
    write_files(settings.content_dir, documents)
    command = [sys.executable, "-m", "cli", "serve", "--port", "0"]
    probe = listen(settings.model_copy(update={"port": 0}))[0]
    port = probe.getsockname()[1]
    probe.close()
    log = tmp_path / "log.txt"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command[:-1], str(port)], env=environment(settings), stdout=output, stderr=output
        )
        try:
            seen: list[tuple[int, str]] = []
            deadline = time.monotonic() + PATIENCE
            while not seen or seen[-1][0] != 200:
                assert time.monotonic() < deadline, log.read_text()
                try:
                    status, _, body = get(port, "/readyz")
                except OSError:
                    assert not seen  # once the port is open, no connection is refused
                    time.sleep(0.01)
                else:
                    seen.append((status, body.decode()))
        finally:
            server.terminate()
            server.wait()
    assert any("the content is being ingested" in body for _, body in seen), seen
    assert json.loads(seen[-1][1]) == {"status": "ready", "generation": 1}
    assert "ready: generation 1, 300 articles" in log.read_text()


@pytest.mark.slow
def test_without_a_corpus_the_log_says_why_it_is_not_ready(
    settings: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "log.txt"
    with running("--no-ingest", env=environment(settings), log=log) as port:
        status, _, body = get(port, "/readyz")
    message = "there is no search index yet; run `fixbook ingest`"
    assert (status, json.loads(body)["error"]["message"]) == (503, message)
    assert f"not ready: {message}" in log.read_text()
