"""A bundle served in an empty folder answers as the service that it was made from."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.api.process import PATIENCE, ROOT, get, running, wait_for_answer
from tests.bundles import Members, repacked, with_manifest, with_members
from tests.ports import free_port
from tests.relevance.measure import read_cases

pytestmark = [pytest.mark.slow, pytest.mark.sqlite("a bundle brings its own database")]

OWN = re.compile(rb'"requestId":"[^"]+","timestamp":"[^"]+"|"apiRequests":\{[^}]*\}')
"""What no two answers share."""
OWN_HEADERS = ("date", "x-request-id", "content-length")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request."""

    target: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Told = tuple[int, dict[str, str], bytes]


def ask(port: int, wanted: Ask) -> Told:
    """Status, headers and body, without what no two answers share."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    method = "POST" if wanted.body else "GET"
    connection.request(
        method, wanted.target, body=wanted.body or None, headers=dict(wanted.headers)
    )
    answer = connection.getresponse()
    told = OWN.sub(b"", answer.read())
    connection.close()
    shown = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, {n: v for n, v in shown.items() if n not in OWN_HEADERS}, told


def environment(data: Path, **more: str) -> dict[str, str]:
    """The settings of a service under one address, whatever the port."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FIXBOOK_")}
    return {
        **clean,
        "PYTHONPATH": str(ROOT),
        "FIXBOOK_DATA_DIR": str(data),
        "FIXBOOK_PUBLIC_URL": "https://fixbook.example",
        "FIXBOOK_RATE_LIMIT": "off",  # tests ask a lot
        **more,
    }


@dataclass(frozen=True, slots=True)
class Pair:
    """The ports of a service and of its bundle, and the slugs of its articles."""

    source: int
    bundle: int
    slugs: list[str]

    def differing(self, requests: list[Ask]) -> list[str]:
        """The targets that the two answer differently."""
        return [
            wanted.target
            for wanted in requests
            if ask(self.source, wanted) != ask(self.bundle, wanted)
        ]


def exported(folder: Path, articles: str) -> Path:
    """The folder, with a data folder over a part of content/, and `a.fixbook` made from it."""
    (folder / "content" / "receipts").mkdir(parents=True)
    for path in (ROOT / "content").rglob(articles):
        shutil.copyfile(path, folder / path.relative_to(ROOT))
    env = environment(folder / "data", FIXBOOK_CONTENT_DIR=str(folder / "content"))
    for command in (["ingest"], ["export", "--bundle", "a.fixbook"]):
        subprocess.run(
            [sys.executable, "-m", "cli", *command],
            cwd=folder, env=env, check=True, capture_output=True,
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with dozens of articles and their bundle."""
    return exported(tmp_path_factory.mktemp("bundle"), "[gj]*.*")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with few articles, which a server opens at once."""
    return exported(tmp_path_factory.mktemp("small"), "json-*.*")


@pytest.fixture(scope="module")
def pair(made: Path) -> Iterator[Pair]:
    """The service, and two workers over nothing but its bundle."""
    empty = made / "empty"
    empty.mkdir()
    nowhere = str(made / "nowhere")
    env = environment(made / "nowhere", FIXBOOK_CONTENT_DIR=nowhere, TMPDIR=str(empty))
    offered = ["--bundle", str(made / "a.fixbook"), "--workers", "2"]
    with (
        running("--no-ingest", env=environment(made / "data"), log=made / "source.txt") as source,
        running(*offered, env=env, log=empty / "log.txt") as bundle,
    ):
        found = get(source, "/api/v1/articles?pageSize=100")[2]
        slugs = [item["slug"] for item in json.loads(found)["data"]["items"]]
        yield Pair(source=source, bundle=bundle, slugs=slugs)
    assert not (made / "nowhere").exists()


def test_articles(pair: Pair) -> None:
    forms = ("", ".md", ".zh.md", "?format=json", "?format=json&lang=zh")
    wanted = [Ask(f"/api/v1/articles/{slug}{form}") for slug in pair.slugs for form in forms]
    assert len(wanted) == 5 * len(pair.slugs)
    assert pair.differing(wanted) == []


def test_searches_and_diagnoses(pair: Pair) -> None:
    asked = [case.query for case in read_cases()][::9]
    searches = [Ask(f"/api/v1/search?q={quote(text[:500])}&facets=true") for text in asked]
    diagnoses = [Ask("/api/v1/diagnose", text.encode()) for text in asked]
    assert len(asked) > 50
    assert pair.differing(searches + diagnoses) == []


def test_lists_errors_and_refusals(pair: Pair) -> None:
    targets = (
        "/api/v1/articles?page=2&pageSize=7", "/api/v1/articles?sort=updated&domain=transport",
        "/api/v1/errors", "/api/v1/errors?q=EADDRINUSE", "/api/v1/errors?page=3&lang=zh",
        "/api/v1/domains", "/api/v1/tags", "/api/v1/stats", "/openapi.json",
        "/api/v1/articles/TRANS-002", "/api/v1/articles/address-alredy-in-use", "/nowhere",
        "/api/v1/search?q=ECONNREFUSED&domain=nonsense", "/api/v1/search?pageSize=1000",
    )  # fmt: skip
    wanted = [Ask(target) for target in targets]
    wanted += [Ask(target, headers={"Accept-Language": "zh"}) for target in targets]
    wanted += [
        Ask(f"/api/v1/articles/{slug}", headers={"Accept": "text/markdown"})
        for slug in pair.slugs[:10]
    ]
    assert pair.differing(wanted) == []


@dataclass(frozen=True, slots=True)
class Served:
    """The command over a bundle, and where it makes temporary folders."""

    process: subprocess.Popen[bytes]
    port: int
    scratch: Path


@contextmanager
def served(bundle: Path, folder: Path, *arguments: str, **settings: str) -> Iterator[Served]:
    """`fixbook serve --bundle`, from its first answer on, and ended whatever happens."""
    port = free_port()
    scratch, log = folder / "scratch", folder / "log.txt"
    scratch.mkdir()
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), "--bundle", str(bundle)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, *arguments],
            env=environment(folder / "data", TMPDIR=str(scratch), **settings),
            stdout=output,
            stderr=output,
            cwd=folder,
        )
    try:
        wait_for_answer(port, server, log)
        yield Served(server, port, scratch)
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        finally:
            server.kill()


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_it_ends(
    small: Path, tmp_path: Path, ending: signal.Signals, workers: str
) -> None:
    with served(small / "a.fixbook", tmp_path, "--workers", workers) as server:
        [unpacked] = server.scratch.iterdir()
        assert (unpacked / "data" / "fixbook.db").exists()
        server.process.send_signal(ending)
        assert server.process.wait(PATIENCE) in (0, -signal.SIGINT, 130)
        assert list(server.scratch.iterdir()) == []


def older(made: Path, folder: Path) -> Path:
    """The bundle as another version would have made it."""

    def change(found: Members) -> None:
        with_members(found, {"fixbook.db": b"nobody opens it", "index/whoosh-1/a.toc": b"nor this"})
        with_manifest(found, schemaVersion="0007")

    bundle = folder / "old.fixbook"
    shutil.copyfile(made / "a.fixbook", bundle)
    return repacked(bundle, change)


def test_a_bundle_of_another_version_is_served_from_its_documents(
    made: Path, tmp_path: Path
) -> None:
    bundle = older(made, tmp_path)
    with served(bundle, tmp_path) as server:
        found = ask(server.port, Ask("/api/v1/articles/json-decode-errors?format=json"))
        listed = ask(server.port, Ask("/api/v1/articles?pageSize=1"))[2]
    assert json.loads(found[2])["trust"]["level"] == "executed"
    total = len({path.name.split(".")[0] for path in (made / "content").glob("*.md")})
    assert total > 20
    assert f'"total":{total},'.encode() in listed


def test_an_agent_is_sent_nothing_of_what_the_ingest_of_a_bundle_reports(
    made: Path, tmp_path: Path
) -> None:
    """Standard output is the protocol's."""
    ended = subprocess.run(
        [sys.executable, "-m", "cli", "mcp", "--bundle", str(older(made, tmp_path))],
        env=environment(tmp_path / "data"), check=True, capture_output=True, text=True, input="",
        timeout=PATIENCE, cwd=tmp_path,
    )  # fmt: skip

    assert ended.stdout == ""


@pytest.mark.parametrize("command", ["serve", "mcp"])
@pytest.mark.parametrize("name", ["index/whoosh-1/_MAIN_1.toc", "fixbook.db"])
def test_a_bundle_with_an_index_or_a_database_is_refused(
    small: Path, tmp_path: Path, command: str, name: str
) -> None:
    """To open one is to run what it says."""
    bundle = tmp_path / "b.fixbook"
    shutil.copyfile(small / "a.fixbook", bundle)
    repacked(bundle, lambda found: with_members(found, {name: b"anything"}))

    ended = subprocess.run(
        [sys.executable, "-m", "cli", command, "--bundle", str(bundle)],
        env=environment(tmp_path / "data"), check=False, capture_output=True, text=True, input="",
        timeout=PATIENCE, cwd=tmp_path,
    )  # fmt: skip

    assert ended.returncode == 2
    assert f"it contains an unexpected file: {name!r}" in ended.stderr
