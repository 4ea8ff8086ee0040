"""`fixbook run --report`: notices by itself what came of a fix, and tells the server.

A command that failed with a known error is remembered. If the same command in the same folder
succeeds later, the fix worked; if it fails with that error again, it did not. What is remembered is
small and private: hashes of commands, and the errors that they met. Nothing here ever disturbs.
"""

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cli.failures.advice import is_sure
from cli.failures.deadline import within
from cli.server_client import client_from_environment

_MOST = 50
"""Commands that are remembered, the latest ones."""
_SECONDS = 7 * 24 * 3600.0
"""How long one is remembered."""

_Failure = dict[str, Any]


def observe(
    command: Sequence[str],
    found: Mapping[str, Any] | None,
    *,
    has_succeeded: bool,
    patience: float,
) -> None:
    """Remembers a failure that a diagnosis `found`, and reports what came of an earlier one."""
    with suppress(Exception):
        client = client_from_environment(patience)
        if client is None or not client.key:
            return
        known = _read()
        name = _name(command)
        before = known.pop(name, None)
        failure = _failure(found) if found and is_sure(found) else None
        if failure:
            known[name] = failure
        elif before and not has_succeeded:
            known[name] = before
        _write(known)
        is_again = bool(before and failure) and _same(before, failure)
        if before and (has_succeeded or is_again):
            outcome = "worked" if has_succeeded else "did_not_work"
            within(patience, client.report, before["slug"], outcome, before)


def _failure(found: Mapping[str, Any]) -> _Failure:
    match = found["matches"][0]
    return {
        "slug": match["slug"],
        "anchor": match["error"]["anchor"],
        "environment": dict(list(found["environment"].items())[:10]),
        "at": time.time(),
    }


def _same(one: Any, other: Any) -> bool:
    return bool((one["slug"], one["anchor"]) == (other["slug"], other["anchor"]))


def _name(command: Sequence[str]) -> str:
    """The same for the same command in the same folder; it says nothing of either."""
    return hashlib.sha256("\0".join([os.getcwd(), *command]).encode()).hexdigest()  # noqa: PTH109


def _file() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "fixbook" / "failures.json"


def _read() -> dict[str, _Failure]:
    """What is remembered, by command, the latest last; nothing where that cannot be read."""
    try:
        read = json.loads(_file().read_text("utf-8"))
        latest = time.time() - _SECONDS
        return {name: dict(each) for name, each in read.items() if each["at"] > latest}
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return {}


def _write(known: Mapping[str, _Failure]) -> None:
    """Replaces the file at once, readable by its owner alone."""
    file = _file()
    file.parent.mkdir(0o700, parents=True, exist_ok=True)
    latest = dict(list(known.items())[-_MOST:])
    new = file.with_name(f"{file.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        json.dump(latest, target)
    new.replace(file)
