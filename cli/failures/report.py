"""What a wrapped command came to, for programs."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cli.failures.advice import advice, is_sure
from cli.failures.process import CommandResult


def write_report(
    file: Path, command: Sequence[str], ended: CommandResult, found: Mapping[str, Any] | None
) -> None:
    """Writes the exit status, and the diagnosis if it is sure, as JSON."""
    sure = found if found and is_sure(found) else None
    report = {
        "command": list(command),
        "exitStatus": os.waitstatus_to_exitcode(ended.status),
        "outcome": found["outcome"] if found else None,
        "advice": advice(sure) if sure else [],
        "diagnosis": sure,
    }
    try:
        file.write_text(f"{json.dumps(report, ensure_ascii=False)}\n", encoding="utf-8")
    except OSError as error:
        os.write(2, f"fixbook: {file}: {error.strerror}\n".encode())
