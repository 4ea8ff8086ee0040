"""What `fixbook run` adds to the time of a command."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from bench import servers
from bench.corpora import Sites, message
from bench.load import Options
from bench.report import Section, Table, at_most

_ARTICLES = 1_000
_ROUNDS = 30
_RUN = [servers.FIXBOOK, "run", "--"]
_WRAPPER = """\
`fixbook run` beside the command alone, {rounds} times in turns, in milliseconds: medians, and the
least and the CPU time with it. The command that fails writes a message that one of {articles}
articles has. The server is on the same machine; what it does is in no CPU time here.
"""


class _Timing(NamedTuple):
    """Of one process: milliseconds, and what it wrote on standard error."""

    wall: float
    cpu: float
    written: bytes


def wrapper(sites: Sites, _options: Options) -> Section:
    """Milliseconds that it adds to a command that ends well, and to one that does not."""
    fails = ["sh", "-c", 'echo "$1" >&2; exit 3', "sh", message(7, 0)]
    alone = {**os.environ, "FIXBOOK_DATA_DIR": os.devnull}
    with sites.of(_ARTICLES).serving() as server:
        asking = {**alone, "FIXBOOK_URL": server.url}
        if b"fixbook: " not in _timed([*_RUN, *fails], asking).written:
            raise RuntimeError("the server did not know the message")
        compared = {
            "ends well": _compared(["true"], alone),
            "fails, nobody to ask": _compared(fails, alone),
            "fails, a server diagnoses": _compared(fails, asking),
        }
    added = {name: median(with_it) - median(bare) for name, (bare, with_it, _) in compared.items()}
    rows = tuple(
        (name, *(f"{value:.1f}" for value in (median(bare), median(with_it), min(with_it), cpu)))
        for name, (bare, with_it, cpu) in compared.items()
    )
    return Section(
        title="At the failure",
        text=_WRAPPER.format(rounds=_ROUNDS, articles=f"{_ARTICLES:,}"),
        tables=(Table(("command", "alone", "`fixbook run`", "least", "CPU time"), rows),),
        goals=(
            at_most("`fixbook run true` over `true`", 120, added["ends well"], unit=" ms"),
            at_most("a diagnosis by a server", 300, added["fails, a server diagnoses"], unit=" ms"),
        ),
    )


def _compared(
    command: Sequence[str], environment: Mapping[str, str]
) -> tuple[list[float], list[float], float]:
    """What the command takes alone, and wrapped; the CPU time of the latter, its median."""
    rounds = [
        (_timed(command, environment), _timed([*_RUN, *command], environment))
        for _ in range(_ROUNDS)
    ]
    bare, wrapped = zip(*rounds, strict=True)
    walls = [each.wall for each in bare], [each.wall for each in wrapped]
    return *walls, median(each.cpu for each in wrapped)


def _timed(command: Sequence[str], environment: Mapping[str, str]) -> _Timing:
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        written = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    return _Timing(1_000 * wall, 1_000 * (usage.ru_utime + usage.ru_stime), written)
