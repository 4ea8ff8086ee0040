"""Examines the data folder: whether it can be written, and the last ingest."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from corpus.finding import HealthFinding, bad, good, warning
from corpus.last_records import IngestOutcome, IngestRecord, SyncRecord
from corpus.settings import Settings

_SCARCE_BYTES = 200 * 1024**2


def data_findings(settings: Settings) -> Iterator[HealthFinding]:
    """Whether the data folder can be written, and the result of the last ingest."""
    folder = settings.data_dir
    if not folder.exists():
        advice = "`fixbook serve` or `fixbook ingest` creates it"
        yield warning("data", f"{folder} does not exist yet", advice)
        return
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        advice = "make the user who runs Fixbook its owner, or set FIXBOOK_DATA_DIR"
        yield bad("data", f"{folder} cannot be written", advice)
        return
    free, used = shutil.disk_usage(folder).free, _size(folder)
    shown = f"{folder} has {used / 1024**2:.0f} MiB, {free / 1024**2:.0f} MiB are free"
    if free < max(_SCARCE_BYTES, 2 * used):
        advice = "free disk space: an ingest may need as much again before it deletes the old files"
        yield warning("data", shown, advice)
    else:
        yield good("data", shown)
    yield from _owner_findings(folder)
    yield from _last_ingest(folder)
    yield from _last_sync(folder)


def _owner_findings(folder: Path) -> Iterator[HealthFinding]:
    """Whoever can write to the folder can replace the database, and so what is served."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        shown = f"other users can write to {folder} (mode {mode:04o})"
        yield warning("data", shown, f"chmod go-w {folder}")


def _last_ingest(folder: Path) -> Iterator[HealthFinding]:
    record = IngestRecord.last(folder)
    if record is None:
        return
    moment = _moment(record.ended_at)
    shown = f"the last ingest, {moment}: {record.outcome}, {record.rejected} articles rejected"
    if record.outcome is IngestOutcome.FAILED:
        yield warning("data", shown, "`fixbook ingest` says why")
    elif record.rejected:
        yield warning("data", shown, "`fixbook check` says what is wrong with them")
    else:
        yield good("data", shown)


def _last_sync(folder: Path) -> Iterator[HealthFinding]:
    record = SyncRecord.last(folder)
    if record is None:
        return
    shown = f"the last sync, {_moment(record.ended_at)}: {record.outcome}, commit {record.commit}"
    if record.outcome.is_good:
        yield good("data", shown)
    else:
        yield warning("data", shown, f"{record.message}; `fixbook sync` says more")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _size(folder: Path) -> int:
    """Total bytes; files that disappear meanwhile are skipped."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:
            continue
    return total
