"""What `fixbook run` says after a failure, whom it asks, and when it is silent."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.api.process import running
from tests.cli.conftest import Corpus
from tests.cli.terminals import RUN, environment, in_pipes

pytestmark = pytest.mark.sqlite("starts servers over a database of their own")

MESSAGE = "Error: cannot attach shared segment 9041: tenant quota exceeded [E4711]"
FAILS = [sys.executable, "-c", f"import sys; print({MESSAGE!r}); sys.exit(9)"]
SAID = """\
fixbook: exact: Error: cannot attach shared segment 77: tenant quota exceeded [E4711]
  cause: Too many
  fix: Remove
  trust: attested
  {}/en/articles/quota#error-error-cannot-attach-shared-segment-77-tenant-q
"""


@pytest.fixture(scope="module")
def server(corpus: Corpus) -> Iterator[str]:
    """The address of a server over the corpus."""
    with running("--no-ingest", env=corpus.local, log=corpus.folder / "log.txt") as port:
        yield f"http://127.0.0.1:{port}"


OUTPUT = f"{MESSAGE}\n".encode()


def said(err: bytes) -> str:
    """What was said, with the level of trust that plain Markdown has."""
    return err.decode().replace("trust: none", "trust: attested")


def test_the_local_corpus_is_asked(corpus: Corpus, tmp_path: Path) -> None:
    status, out, err = in_pipes([*RUN, *FAILS], folder=tmp_path, env=corpus.local)
    assert (status, out) == (9, OUTPUT)
    assert said(err) == SAID.format("http://127.0.0.1:8000")
    assert list(tmp_path.iterdir()) == []


def test_a_server_is_asked(corpus: Corpus, server: str, tmp_path: Path) -> None:
    env = corpus.env(FIXBOOK_URL=f"{server}/")
    file = tmp_path / "report.json"
    command = [*RUN[:-1], "--json", str(file), "--", *FAILS]
    status, out, err = in_pipes(command, folder=tmp_path, env=env)
    assert (status, out) == (9, OUTPUT)
    assert said(err) in ("", SAID.format(server))  # it may have taken longer than a second
    report = json.loads(file.read_text())
    assert (report["exitStatus"], report["command"]) == (9, FAILS)
    assert report["outcome"] in (None, "exact")


def test_a_bundle_is_asked(corpus: Corpus, tmp_path: Path) -> None:
    bundle = str(corpus.folder / "a.fixbook")
    command = [*RUN[:-1], "--bundle", bundle, "--", *FAILS]
    status, out, err = in_pipes(command, folder=tmp_path, env=corpus.env())
    assert (status, out) == (9, OUTPUT)
    assert said(err) == SAID.format("http://127.0.0.1:8000")


@pytest.mark.slow
def test_commands_ask_the_server_as_well(corpus: Corpus, server: str, tmp_path: Path) -> None:
    """They print what they print of a local corpus."""
    env = corpus.env(FIXBOOK_URL=server)
    log = f"{MESSAGE}\n".encode()
    for command in (
        ["search", "quota"], ["show", "quota"], ["show", "quota", "--format", "json"], ["diagnose"],
        ["diagnose", "--json"], ["search", "quota", "--json"],
    ):  # fmt: skip
        words = [sys.executable, "-m", "cli", *command]
        local = in_pipes(
            words, folder=tmp_path, stdin=log,
            env={**corpus.local, "FIXBOOK_PUBLIC_URL": server},
        )  # fmt: skip
        assert in_pipes(words, folder=tmp_path, stdin=log, env=env) == local
        assert local[0] == 0
    missing = in_pipes([sys.executable, "-m", "cli", "show", "no"], folder=tmp_path, env=env)
    assert (missing[0], missing[1]) == (2, b"")


@pytest.mark.parametrize(
    "script",
    ["exit 0", "exit 1", "echo all is well; exit 1", f"echo '{MESSAGE}'",
     f"echo '{MESSAGE}'; kill -INT $$", f"echo '{MESSAGE}'; exit 143"],
)  # fmt: skip
def test_it_is_silent(script: str, corpus: Corpus, tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", script]
    assert in_pipes([*RUN, *command], folder=tmp_path, env=corpus.local) == in_pipes(
        command, folder=tmp_path, env=corpus.local
    )


@pytest.mark.parametrize(
    "settings",
    [{"FIXBOOK_URL": "http://127.0.0.1:9"}, {"FIXBOOK_URL": "nonsense"},
     {"FIXBOOK_DATABASE_URL": "nonsense"}, {"FIXBOOK_DATA_DIR": "/dev/null"}],
)  # fmt: skip
def test_what_is_away_or_wrong_says_nothing(
    settings: dict[str, str], corpus: Corpus, tmp_path: Path
) -> None:
    env = corpus.env(**settings)
    assert in_pipes([*RUN, *FAILS], folder=tmp_path, env=env) == (9, OUTPUT, b"")


class Recorder(BaseHTTPRequestHandler):
    """Keeps what it was sent, and answers nothing that is of use."""

    seen: list[tuple[str, str | None, bytes]] = []  # noqa: RUF012 - shared on purpose
    moved = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"], body))
        self._answer()

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["Authorization"], b""))
        self._answer()

    def _answer(self) -> None:
        self.send_response(302 if self.moved else 200)
        if self.moved:
            self.send_header("Location", self.moved)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def recorder() -> Iterator[tuple[str, type[Recorder]]]:
    class Own(Recorder):
        seen: list[tuple[str, str | None, bytes]] = []  # noqa: RUF012 - shared on purpose

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", Own
        listening.shutdown()
        thread.join()


def test_secrets_stay_here(recorder: tuple[str, type[Recorder]], tmp_path: Path) -> None:
    address, own = recorder
    env = environment(tmp_path, FIXBOOK_URL=address, FIXBOOK_API_KEY="fb_the_key")
    script = "echo 'PASSWORD=hunter2 for alice@corp.example in /home/alice/x'; exit 1"
    in_pipes([*RUN, "/bin/sh", "-c", script], folder=tmp_path, env=env)
    [(path, key, body)] = own.seen
    assert (path, key) == ("/api/v1/diagnose", "Bearer fb_the_key")
    assert json.loads(body)["text"] == "PASSWORD=*** for user@example.com in /home/user/x\n"


def test_a_redirect_does_not_take_the_key_elsewhere(
    recorder: tuple[str, type[Recorder]], tmp_path: Path
) -> None:
    address, own = recorder
    own.moved = address.replace("127.0.0.1", "localhost")
    env = environment(tmp_path, FIXBOOK_URL=address, FIXBOOK_API_KEY="fb_the_key")
    in_pipes([sys.executable, "-m", "cli", "show", "x"], folder=tmp_path, env=env)
    assert [key for _, key, _ in own.seen[:2]] == ["Bearer fb_the_key", None]


def test_a_wrong_address_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "show", "x"]
    for setting, value in (("FIXBOOK_URL", "ftp://x"), ("FIXBOOK_API_KEY", "a b")):
        env = environment(tmp_path, **{"FIXBOOK_URL": "http://127.0.0.1:9", setting: value})
        status, _, err = in_pipes(command, folder=tmp_path, env=env)
        assert (status, err.startswith(f"fixbook: {setting}: may be ".encode())) == (2, True)
