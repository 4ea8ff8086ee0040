"""Log lines: one for each event, whatever happens, and nothing that a reader sent."""

import asyncio
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError

from api.http.access_log import AccessLog
from api.logging_config import REQUEST_ID, JsonFormatter, TextFormatter, describe_exception
from corpus.errors import Unavailable
from corpus.settings import LogFormat, Settings
from tests.api.process import PATH, PATIENCE, ROOT, edition, environment, get, running
from tests.conftest import write_files

SECRET = "hunter2"  # noqa: S105 - it is looked for


def failing() -> None:
    int(SECRET)


def raised() -> BaseException:
    """An error of ours, because of one that quotes what it was given."""
    with pytest.raises(Unavailable) as caught:
        outage()
    return caught.value


def outage() -> None:
    try:
        failing()
    except ValueError as error:
        raise Unavailable("the search index is away") from error


def record(message: str, *arguments: object, error: BaseException | None = None) -> Any:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("fixbook", logging.ERROR, "x.py", 1, message, arguments, info)


@contextmanager
def within(request_id: str) -> Iterator[None]:
    token = REQUEST_ID.set(request_id)
    try:
        yield
    finally:
        REQUEST_ID.reset(token)


def test_a_line_of_text() -> None:
    with within("abc-1"):
        line = TextFormatter().format(record("it is %s\n2026 error forged", "so"))

    assert re.fullmatch(r"\S+Z error fixbook it is so\\n2026 error forged abc-1", line)


def test_a_line_of_json() -> None:
    with within("abc-1"):
        line = JsonFormatter().format(record("it is %s\nforged", "so", error=raised()))
    shown = json.loads(line)

    assert "\n" not in line
    assert list(shown) == ["time", "level", "logger", "message", "requestId", "trace"]
    assert (shown["level"], shown["message"]) == ("error", "it is so\nforged")
    assert shown["requestId"] == "abc-1"


def test_an_error_is_told_by_kind_and_place() -> None:
    line = describe_exception(raised())

    assert re.fullmatch(
        r"Unavailable \(the search index is away\) at tests\.api\.test_logging_config:\d+ outage, "
        r"because of ValueError at tests\.api\.test_logging_config:\d+ failing",
        line,
    )
    assert SECRET not in TextFormatter().format(record("failed", error=raised()))
    assert SECRET in TextFormatter(full=True).format(record("failed", error=raised()))


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (FileNotFoundError(2, "No such file or directory", "/srv/data"),
         "FileNotFoundError (No such file or directory)"),
        (OperationalError(f"SELECT '{SECRET}'", {"q": SECRET}, Exception("disk is full")),
         "OperationalError (disk is full)"),
        (OperationalError("", {}, Exception('no "/run/postgresql/.s.PGSQL.5432"\nIs it running?')),
         "OperationalError (no …)"),
        (DataError("", {}, Exception(f"invalid input syntax: {SECRET}")), "DataError"),
        (KeyError(SECRET), "KeyError"),
    ],
)  # fmt: skip
def test_messages_that_quote_nobody_are_kept(error: Exception, shown: str) -> None:
    assert describe_exception(error) == shown


def test_arguments_that_do_not_fit_are_no_further_error() -> None:
    assert json.loads(JsonFormatter().format(record("%d of %d", "x")))["message"] == "%d of %d"


@pytest.mark.parametrize("style", LogFormat)
def test_a_line_of_the_access_log(style: LogFormat) -> None:
    to = io.StringIO()
    log = AccessLog(style, to=to)
    path = b"/a\n\x1b[2J\xff" + b"x" * 10_000

    async def add() -> None:
        log.add("GET", path, 200, 0.001, b"abc-1")
        log.flush()

    asyncio.run(add())
    line = to.getvalue()

    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert "\x1b" not in line
    assert len(line) < 1_000


@pytest.mark.sqlite("no file, no database")
def test_every_line_of_a_service_is_json(settings: Settings, tmp_path: Path) -> None:
    """The ingest at its start, uvicorn's own lines, requests, and those that fail."""
    write_files(settings.content_dir, edition(1))
    log = tmp_path / "log.txt"
    env = environment(settings, FIXBOOK_LOG_FORMAT="json")
    with running("--workers", "2", env=env, log=log) as port:
        assert get(port, f"{PATH}?q={SECRET}")[0] == 200
        for file in settings.data_dir.glob("fixbook.db*"):
            file.unlink()
        assert get(port, f"/api/v1/search?q={SECRET}")[0] == 503
    lines = [json.loads(line) for line in log.read_text().splitlines()]

    assert SECRET not in log.read_text()
    assert lines[0]["added"] == 5
    assert {line["logger"] for line in lines if "logger" in line} == {"uvicorn.error", "fixbook"}
    [failed] = [line for line in lines if line.get("level") == "error"]
    [asked] = [line for line in lines if line.get("status") == 503]
    assert failed["requestId"] == asked["requestId"]
    assert failed["message"] == "there is no database"
    assert str(settings.data_dir) not in json.dumps(failed)


def test_what_nobody_caught_is_a_line_too() -> None:
    program = (
        "import logging.config, threading, warnings\n"
        "from api.logging_config import log_config, install_hooks\n"
        "from corpus.settings import load_settings\n"
        "logging.config.dictConfig(log_config(load_settings(log_format='json')))\n"
        "install_hooks()\n"
        "warnings.warn('old')\n"
        f"thread = threading.Thread(target=lambda: int('{SECRET}'))\n"
        "thread.start(); thread.join()\n"
        f"int('{SECRET}')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )
    lines = [json.loads(line) for line in ended.stderr.decode().splitlines()]

    assert ended.returncode == 1
    assert [line["level"] for line in lines] == ["warning", "error", "critical"]
    assert SECRET not in ended.stderr.decode()
