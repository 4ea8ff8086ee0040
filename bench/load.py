"""Load by `wrk` (Debian: `apt-get install wrk`), and what it found."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import machine

_SCRIPT = Path(__file__).with_name("requests.lua")
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One run."""

    per_second: float
    p50: float
    """Milliseconds from request to answer."""
    p99: float
    requests: int
    failed: int
    """Answers with a status from 400 on."""
    lost: int
    """Requests without an answer: their connection broke, or wrk had waited two seconds."""
    again: int
    """How often the file of requests came to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: one path, or the requests of a file."""

    path: str = ""
    file: Path | None = None
    headers: tuple[str, ...] = ()


def is_there() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def load(
    url: str, asked: Asked, *, seconds: float, connections: int = 16, pinned: bool = True
) -> Load:
    """Asks a server for some seconds; one thread, on the second core if `pinned`."""
    command = [*(machine.on_core(1) if pinned else ()), "wrk", "-t1", f"-c{connections}"]
    command += [f"-d{max(1, round(seconds))}s", "--latency"]
    for header in asked.headers:
        command += ["-H", header]
    if asked.file is not None:
        command += ["-s", str(_SCRIPT), url, "--", str(asked.file)]
    else:
        command.append(url + asked.path)
    return read(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def read(printed: str) -> Load:
    """What wrk's output says. Raises ValueError where it says nothing of the kind."""
    if (rate := re.search(r"Requests/sec:\s+([\d.]+)", printed)) is None:
        raise ValueError(f"this is no output of wrk: {printed[:200]!r}")
    return Load(
        per_second=float(rate[1]),
        p50=_milliseconds(printed, "50%"),
        p99=_milliseconds(printed, "99%"),
        requests=_number(r"(\d+) requests in", printed),
        failed=_number(r"Non-2xx or 3xx responses: (\d+)", printed),
        lost=_lost(printed),
        again=_number(r"Started again: (\d+)", printed),
    )


def middle(loads: list[Load]) -> Load:
    """The medians of several runs."""
    return Load(
        per_second=median(each.per_second for each in loads),
        p50=median(each.p50 for each in loads),
        p99=median(each.p99 for each in loads),
        requests=sum(each.requests for each in loads),
        failed=sum(each.failed for each in loads),
        lost=sum(each.lost for each in loads),
        again=sum(each.again for each in loads),
    )


def _milliseconds(printed: str, share: str) -> float:
    found = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s|m)$", printed, re.MULTILINE)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _number(pattern: str, printed: str) -> int:
    found = re.search(pattern, printed)
    return int(found[1]) if found else 0


def _lost(printed: str) -> int:
    found = re.search(r"Socket errors: (.+)", printed)
    return sum(map(int, re.findall(r"\d+", found[1]))) if found else 0
