"""The machine: its cores, and what the figures were measured on."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("fastapi", "uvicorn", "uvloop", "SQLAlchemy", "whoosh3", "tantivy", "datasette")


def describe() -> str:
    """Machine and versions, in one sentence."""
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    return (
        f"{_processor()}, {len(_cores())} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {packages}, {_version('nginx', '-v')}, "
        f"{_version('wrk', '-v')}"
    )


def on_core(number: int) -> tuple[str, ...]:
    """What to put before a command so that it runs on one core; nothing where there is one."""
    cores = _cores()
    if len(cores) < 2 or shutil.which("taskset") is None:
        return ()
    return ("taskset", "-c", str(cores[number % len(cores)]))


def memory_mb(process: int) -> float:
    """What a process holds, in MB; of memory that several share, its share (PSS)."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {process} does not say what it holds")


def size_mb(path: Path) -> float:
    """What a file takes on disk, or all files under a folder, in MB."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def _processor() -> str:
    """The name of the processor, as far as the system tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(program: str, option: str) -> str:
    if shutil.which(program) is None:
        return f"no {program}"
    ran = subprocess.run([program, option], capture_output=True, text=True, check=False)
    first = (ran.stdout + ran.stderr).splitlines()[0]
    return first.removeprefix("nginx version: ").replace("/", " ").partition(" [")[0]
