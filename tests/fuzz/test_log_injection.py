"""Nothing that a user sends makes a line of the log, ends one, or colours it."""

import asyncio
import io
import json
import logging
from urllib.parse import quote

import pytest

from api.http.access_log import AccessLog
from api.logging_config import JsonFormatter, TextFormatter
from corpus.settings import LogFormat, Settings
from tests.api.site import Site

HOSTILE = [
    "a\nb",
    "a\r\n2026-01-01T00:00:00Z GET /forged 200 0.01ms 0123456789abcdef",
    "\x1b[31mred\x1b[0m",
    "\u2028\u2029\x85",
    "\u202eesrever",
    "\0",
    "%0a%0d%1b",
    '"}\n{"path":"/forged"}',
]


def one_line(log: str) -> bool:
    """Whether it is a single line that shows as it is."""
    return log.endswith("\n") and log[:-1].isprintable()


@pytest.mark.parametrize("style", LogFormat)
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("raw", [True, False])
def test_a_path_stays_on_its_line(style: LogFormat, text: str, raw: bool) -> None:
    sent = text.encode() if raw else quote(text).encode()
    written = io.StringIO()

    async def log() -> None:
        lines = AccessLog(style, to=written)
        lines.add("GET", b"/" + sent, 404, 0.001, b"0123456789abcdef")
        lines.flush()

    asyncio.run(log())

    assert one_line(written.getvalue())
    if style is LogFormat.JSON:
        assert json.loads(written.getvalue())["status"] == 404


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_a_message_stays_on_its_line(formatter: logging.Formatter, text: str) -> None:
    record = logging.LogRecord("fixbook", logging.ERROR, "", 0, "went wrong: %s", (text,), None)

    assert one_line(formatter.format(record) + "\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_asked_and_sent_is_not_logged(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    text: str,
) -> None:
    mark = f"Zanzibar{text}"
    named = mark.encode("ascii", "replace").decode().translate(dict.fromkeys(range(32), "?"))
    with caplog.at_level(logging.DEBUG, "fixbook"), Site(settings) as site:
        site.get(f"/api/v1/search?q={quote(mark)}", user_agent=named, x_agent_id=named)
        site.post("/api/v1/diagnose", {"text": mark})
        site.post("/api/v1/diagnose", mark.encode("utf-8"), content_type="text/plain")
        site.get("/api/v1/stats", x_request_id=named, x_forwarded_for=named, referer=named)

    printed = capsys.readouterr()
    assert "Zanzibar" not in caplog.text + printed.out + printed.err
