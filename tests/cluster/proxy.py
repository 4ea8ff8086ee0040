"""nginx with deploy/nginx.conf, in which only addresses and folders are changed."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.api.process import ROOT, get
from tests.cluster.machines import PATIENCE
from tests.ports import free_port

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CONFIGURATION = ROOT / "deploy" / "nginx.conf"


def adapted(folder: Path, *, port: int, servers: Sequence[int], is_limited: bool) -> str:
    """The configuration for this machine.

    `resolve` and the resolver go: they are for names that Docker gives out, and nginx has
    them from 1.27 on. Unless `is_limited`, the guard against floods is as good as off: all
    load comes from one address here.
    """
    text = CONFIGURATION.read_text("utf-8")
    text = re.sub(r"^\s+resolver .*\n", "", text, flags=re.MULTILINE)
    for name, server in zip(("api-1", "api-2"), servers, strict=True):
        text = text.replace(f"server {name}:8000 resolve", f"server 127.0.0.1:{server}")
    text = text.replace("listen 8000", f"listen 127.0.0.1:{port}")
    text = text.replace("/tmp/", f"{folder}/")  # noqa: S108 - it is what the file says
    text = text.replace("/dev/stdout", f"{folder}/access.log")
    if not is_limited:
        text = text.replace("rate=50r/s", "rate=100000r/s").replace(" burst=200", " burst=10000")
    return text


@contextmanager
def proxying(folder: Path, servers: Sequence[int], *, is_limited: bool = False) -> Iterator[int]:
    """The port of an nginx in front of two servers, until the end of the block."""
    assert PROGRAM is not None, "nginx is not installed"
    folder.mkdir()
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(adapted(folder, port=port, servers=servers, is_limited=is_limited))
    command = [PROGRAM, "-p", str(folder), "-c", str(configuration)]
    own = "daemon off; master_process off;"  # so that it needs no user of its own
    with (folder / "errors.log").open("wb") as log:
        nginx = subprocess.Popen([*command, "-g", own], stdout=log, stderr=log)
    try:
        _wait(port, nginx, folder / "errors.log")
        yield port
    finally:
        nginx.terminate()
        nginx.wait(PATIENCE)


def _wait(port: int, nginx: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            get(port, "/livez")
        except OSError:
            assert nginx.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return
