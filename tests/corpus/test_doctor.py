"""The doctor: it finds what is wrong, says what to do, and changes nothing."""

import socket
import sqlite3
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.doctor.corpus import corpus_findings
from corpus.doctor.data_folder import data_findings
from corpus.doctor.examination import examine
from corpus.doctor.machine import clock_findings, server_findings
from corpus.doctor.settings import settings_findings
from corpus.finding import HealthFinding, HealthState
from corpus.last_records import IngestOutcome, IngestRecord
from corpus.library import Library
from corpus.settings import LogLevel, Settings, load_settings
from ingest.check import content_findings
from ingest.pipeline import IngestOptions, ingest
from tests.api.process import environment, running
from tests.conftest import Ingested, settings_in, write_files
from tests.factories import make_document
from tests.static_models import small_model

DOCUMENTS = {"connection-refused.md": make_document()}


def wrong(findings: Iterable[HealthFinding]) -> list[tuple[str, HealthState, str]]:
    """What is not good: about what, how bad, and what to do."""
    return [(f.about, f.state, f.advice) for f in findings if f.state is not HealthState.GOOD]


def files(folder: Path) -> dict[Path, bytes]:
    """All files and what is in them, but for the write-ahead log that a reader opens."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".db-shm", ".db-wal")
    }


def test_a_service_that_is_well(settings: Settings, ingested: Ingested) -> None:
    ingested(DOCUMENTS).close()
    well = settings.model_copy(update={"port": 0})
    before = files(settings.data_dir)
    found = [*examine(well, {}), *content_findings(well)]

    assert wrong(found) == []
    assert files(settings.data_dir) == before
    said = [finding.message for finding in found if finding.about in ("index", "database")]
    assert said[-1] == "whoosh has all 1 articles"
    assert [finding.about for finding in found if finding.about != "settings"][:2] == ["data"] * 2


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_data_folder_that_others_may_write(settings: Settings, mode: int) -> None:
    folder = settings.data_dir
    folder.mkdir()
    folder.chmod(mode)
    assert wrong(data_findings(settings)) == [("data", HealthState.WARNING, f"chmod go-w {folder}")]
    folder.chmod(0o755)
    assert wrong(data_findings(settings)) == []


def test_every_setting_is_shown_without_its_secrets() -> None:
    settings = load_settings(
        database_url="postgresql://reader:s3cret@db.example/fixbook",
        search_url="opensearch://finder:s3cret@a.example:9200,b.example/fixbook",
        search_password="s3cret",  # noqa: S106 - it is looked for
    )
    found = list(settings_findings(settings, {}))
    text = "\n".join(map(str, found))

    assert len(found) == len(Settings.model_fields)
    assert "s3cret" not in text
    assert "FIXBOOK_DATABASE_URL = postgresql://***@db.example/fixbook" in text
    assert "FIXBOOK_SEARCH_URL = opensearch://***@a.example:9200,b.example/fixbook" in text
    assert "FIXBOOK_SEARCH_PASSWORD = (set)" in text
    assert "FIXBOOK_PORT = 8000 (default)" in text


def test_a_variable_that_is_no_setting(settings: Settings) -> None:
    environment = {"FIXBOOK_CONTNET_DIR": "x", "FIXBOOK_PORT": "1", "FIXBOOK_TEST_X": "", "A": "b"}
    found = wrong(settings_findings(settings, environment))

    assert found == [("settings", HealthState.WARNING, "did you mean FIXBOOK_CONTENT_DIR?")]


def test_a_log_that_may_quote_readers(settings: Settings) -> None:
    loud = settings.model_copy(update={"log_level": LogLevel.DEBUG})

    assert wrong(settings_findings(loud, {})) == [
        ("settings", HealthState.WARNING, "set FIXBOOK_LOG_LEVEL=info")
    ]


def test_before_the_first_ingest(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, port=0)

    assert [about for about, _, _ in wrong(data_findings(settings))] == ["data"]
    assert not settings.data_dir.exists()


def test_a_database_without_articles(library: Library) -> None:
    assert wrong(corpus_findings(library.settings)) == [
        ("database", HealthState.WARNING, "run `fixbook ingest`")
    ]


@pytest.mark.sqlite("the file is damaged")
def test_a_damaged_database(settings: Settings, ingested: Ingested) -> None:
    library = ingested({f"a{n}.md": f"# Article {n}\n\n{'Text. ' * 500}\n" for n in range(20)})
    library.close()
    assert library.database.path is not None
    content = bytearray(library.database.path.read_bytes())
    content[8192:-8192] = b"\xff" * (len(content) - 16384)
    library.database.path.write_bytes(content)
    found = wrong(corpus_findings(settings))

    assert [(about, state) for about, state, _ in found] == [("database", HealthState.BAD)]
    assert "fixbook restore" in found[0][2]


@pytest.mark.sqlite("the newest migration is taken back by hand")
def test_a_database_of_an_older_version(settings: Settings, ingested: Ingested) -> None:
    library = ingested(DOCUMENTS)
    library.close()
    with sqlite3.connect(settings.data_dir / "fixbook.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()

    assert [about for about, _, _ in wrong(corpus_findings(settings))] == ["database"]


def test_an_index_that_is_gone(settings: Settings, ingested: Ingested) -> None:
    library = ingested(DOCUMENTS)
    library.engine.sweep(settings.index_dir, keep=lambda _name: False)
    library.close()

    [(about, state, advice)] = wrong(corpus_findings(settings))
    assert (about, state) == ("index", HealthState.BAD)
    assert advice == "a running server rebuilds it within seconds; otherwise run `fixbook ingest`"


def test_vectors_that_were_not_made(settings: Settings, ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    wanted = settings.model_copy(update={"vectors": small_model(tmp_path / "model", ["port"])})
    found = [finding for finding in corpus_findings(wanted) if finding.about == "vectors"]
    assert wrong(found) == [("vectors", HealthState.WARNING, "run `fixbook ingest`")]
    other = Library(wanted)
    ingest(other, [wanted.content_dir], options=IngestOptions())
    assert wrong(corpus_findings(wanted)) == []
    other.close()
    library.close()


def test_a_server_that_cannot_be_reached(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="postgresql://u:s3cret@127.0.0.1:1/x")
    [finding] = corpus_findings(settings)

    assert (finding.about, finding.state) == ("database", HealthState.BAD)
    assert "s3cret" not in str(finding)


@pytest.mark.parametrize(
    ("record", "advice"),
    [
        (
            IngestRecord(outcome=IngestOutcome.FAILED, ended_at=1e9, seconds=1),
            "`fixbook ingest` says why",
        ),
        (
            IngestRecord(outcome=IngestOutcome.PUBLISHED, ended_at=1e9, seconds=1, rejected=2),
            "`fixbook check` says what is wrong with them",
        ),
    ],
)
def test_the_last_ingest(tmp_path: Path, record: IngestRecord, advice: str) -> None:
    settings = settings_in(tmp_path)
    settings.data_dir.mkdir()
    record.save(settings.data_dir)

    assert wrong(data_findings(settings)) == [("data", HealthState.WARNING, advice)]


def test_a_port_that_something_else_has(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = settings.model_copy(update={"port": taken.getsockname()[1]})
        threading.Thread(target=answer_wrongly, args=(taken,), daemon=True).start()
        [(about, state, _)] = wrong(server_findings(busy))

    assert (about, state) == ("server", HealthState.WARNING)


@pytest.mark.parametrize(
    ("host", "named", "number"),
    [
        ("0.0.0.0", {}, 1),  # noqa: S104 - nothing listens
        ("0.0.0.0", {"trusted_hosts": ("docs.example",)}, 0),  # noqa: S104 - as above
        ("0.0.0.0", {"public_url": "https://docs.example"}, 0),  # noqa: S104 - as above
        ("localhost", {}, 0),
    ],
)
def test_a_server_for_other_machines_needs_a_name(
    settings: Settings, host: str, named: dict[str, object], number: int
) -> None:
    public = settings.model_copy(update={"host": host, "port": 0, "public_url": "", **named})
    advice = "set FIXBOOK_PUBLIC_URL, or FIXBOOK_TRUSTED_HOSTS"
    assert [f.advice for f in server_findings(public)].count(advice) == number


def answer_wrongly(listening: socket.socket) -> None:
    """As a server does that is none of ours."""
    client, _ = listening.accept()
    with client:
        client.recv(65_536)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - asked on loopback only
def test_the_server_that_runs_is_asked(
    settings: Settings, ingested: Ingested, tmp_path: Path, host: str
) -> None:
    library = ingested(DOCUMENTS)
    running_env = environment(settings)
    with running("--no-ingest", "--host", host, env=running_env, log=tmp_path / "log") as port:
        at = settings.model_copy(update={"host": host, "port": port, "public_url": "http://a.b"})
        assert [f.message for f in server_findings(at) if "responds" in f.message] == [
            f"the server on {host}:{port} responds, with generation 1"
        ]
        with library.database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9001'")
        [(about, state, _)] = wrong(server_findings(at))
    assert (about, state) == ("server", HealthState.BAD)


def test_a_database_of_a_newer_version(library: Library) -> None:
    with library.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9001'")

    assert wrong(corpus_findings(library.settings)) == [
        ("database", HealthState.BAD, "upgrade this program")
    ]


@pytest.mark.parametrize(
    ("proxies", "wide"),
    [
        ("0.0.0.0/0", ["0.0.0.0/0"]),
        ("::/0,10.0.0.0/8", ["::/0"]),
        ("0.0.0.0/1,128.0.0.0/1", ["0.0.0.0/1", "128.0.0.0/1"]),
        ("10.0.0.0/8,fc00::/7,127.0.0.1", []),
    ],
)
def test_proxies_that_are_everybody(proxies: str, wide: list[str]) -> None:
    found = settings_findings(load_settings(trusted_proxies=proxies), {})
    warned = [finding.message for finding in found if finding.state is HealthState.WARNING]

    told = "clients can forge their address"
    assert warned == [f"FIXBOOK_TRUSTED_PROXIES has {network}: {told}" for network in wide]


def test_a_service_for_others_names_its_address(settings: Settings) -> None:
    public = settings.model_copy(update={"host": "0.0.0.0", "port": 0})  # noqa: S104 - not served
    advice = "set FIXBOOK_PUBLIC_URL, or FIXBOOK_TRUSTED_HOSTS"

    assert wrong(server_findings(public)) == [("server", HealthState.WARNING, advice)]
    named = public.model_copy(update={"public_url": "https://fixes.example"})
    assert wrong(server_findings(named)) == []


def test_more_workers_than_cores_can_bear(settings: Settings) -> None:
    many = settings.model_copy(update={"workers": 2_000, "port": 0})

    assert [about for about, _, _ in wrong(server_findings(many))] == ["server"]


def test_a_clock_that_cannot_be_right() -> None:
    assert [f.state for f in clock_findings(0)] == [HealthState.BAD]
    later = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
    assert [f.state for f in clock_findings(later)] == [HealthState.GOOD]


@pytest.mark.parametrize(
    ("documents", "state"),
    [
        ({"a.md": "# A\n\nText.\n"}, HealthState.GOOD),
        ({}, HealthState.BAD),
        ({"a.rst": "A\n=\n"}, HealthState.BAD),
        ({"a.md": "# A\n\nText.\n\n```sh\nrm -rf /\n```\n"}, HealthState.WARNING),
        ({"a.md": b"\xff"}, HealthState.BAD),
    ],
)
def test_the_content(
    settings: Settings, documents: dict[str, str | bytes], state: HealthState
) -> None:
    write_files(settings.content_dir, documents)

    assert [finding.state for finding in content_findings(settings)] == [state]


def test_content_that_is_not_there(settings: Settings) -> None:
    assert [finding.state for finding in content_findings(settings)] == [HealthState.BAD]
