"""`fixbook run` without its options: it must start as fast as the command that it wraps."""

import os
import signal
from contextlib import redirect_stderr, suppress
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

from cli.failures.process import STDERR, end_as, run_watched
from cli.failures.streams import StreamKind, kind_of
from cli.loading import load

_PATIENCE = 1.0
"""Seconds that an answer of a server may take."""
_MEANT_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)
"""Signals by which somebody ends a command that did not fail."""


def wrap(
    command: list[str], *, json_file: Path | None, bundle: Path | None, report: bool = False
) -> NoReturn:
    """Runs a command and ends as it does, after a diagnosis if it failed."""
    kind = kind_of(STDERR)
    ended = run_watched(command)
    found = diagnosis(ended.output, bundle=bundle) if has_failed(ended.status) else None
    if found and kind is not StreamKind.CLOSED:
        lines = load("cli.failures.advice:advice")(found)
        lines = load("cli.failures.ci:announce")(lines) if lines else []
        with suppress(OSError):
            os.write(STDERR, "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    if json_file:
        load("cli.failures.report:write_report")(json_file, command, ended, found)
    if report:
        load("cli.failures.outcomes:observe")(
            command, found, has_succeeded=ended.status == 0, patience=_PATIENCE
        )
    end_as(ended.status)


def has_failed(status: int) -> bool:
    """Whether a command failed, and was not ended on purpose."""
    code = os.waitstatus_to_exitcode(status)
    return code != 0 and not any(code in (-number, 128 + number) for number in _MEANT_TO_END)


def diagnosis(output: bytes, *, bundle: Path | None) -> dict[str, Any] | None:
    """What is known of the end of a log: None where it cannot be found out in time."""
    text = output.decode("utf-8", "replace")
    if not text.strip():
        return None
    try:
        with redirect_stderr(StringIO()):
            return _ask(text, bundle)
    except (Exception, SystemExit):  # noqa: BLE001 - a wrapper must not add a failure of its own
        return None


def _ask(text: str, bundle: Path | None) -> dict[str, Any] | None:
    if bundle:
        found: dict[str, Any] = load("cli.failures.diagnosis:bundle_diagnosis")(bundle, text)
        return found
    if os.environ.get("FIXBOOK_URL"):
        client = load("cli.server_client:client_from_environment")(_PATIENCE)
        within: dict[str, Any] | None = load("cli.failures.deadline:within")(
            _PATIENCE, client.diagnose, text
        )
        return within
    if not _has_corpus():
        return None
    local: dict[str, Any] = load("cli.failures.diagnosis:local_diagnosis")(text)
    return local


def _has_corpus() -> bool:
    """Whether there is a corpus: to look for one creates none, and imports nothing."""
    data = os.environ.get("FIXBOOK_DATA_DIR") or "data"
    return bool(os.environ.get("FIXBOOK_DATABASE_URL")) or (Path(data) / "fixbook.db").is_file()
