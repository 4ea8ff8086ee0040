"""A PostgreSQL server of our own: made in a temporary folder, gone when it is closed.

It trusts nobody without a password, sorts as people do and not by bytes, and forgets what
it holds when it crashes: nothing here outlives a test.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.ports import free_port

PASSWORD = "s3cret-of-the-tests"  # noqa: S105 - nobody else can reach the server
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")
_CONNECTIONS = "max_connections=200"


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs, the newest version's; None if there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parent.parent.name), default=None)
    on_path = shutil.which("initdb")
    if newest is None:
        return Path(on_path).resolve().parent if on_path else None
    return newest.parent


class Server:
    """A server on a free port, from the start of a `with` block to its end."""

    def __init__(self, *, following: "Server | None" = None) -> None:
        self._following = following
        programs = binaries()
        assert programs is not None, "PostgreSQL is not installed"
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-for-tests-"))
        self._data = self._folder / "data"
        self.port = free_port()

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def url(self, database: str = "postgres") -> str:
        """The address of a database of this server."""
        return f"postgresql://fixbook:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        self._run("pg_ctl", "start", "-w", "-s", "-D", self._data, "-l", self._folder / "log")

    def stop(self) -> None:
        """Stops the server, cutting off everybody."""
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", self._data)

    def freeze(self) -> None:
        """Lets no process of the server run: connections stay, nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets them go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends the server and removes all of it."""
        if (self._data / "postmaster.pid").exists():
            self.thaw()
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def replica(self) -> "Server":
        """A server that follows this one, once it is started."""
        return Server(following=self)

    def _make(self) -> None:
        if os.geteuid() == 0:  # root may not run PostgreSQL, so its own user does
            shutil.chown(self._folder, "postgres", "postgres")
        if self._following is None:
            self._initialise()
        else:
            self._copy(self._following)
        lines = [f"port={self.port}", f"unix_socket_directories='{self._folder}'", _CONNECTIONS]
        with (self._data / "postgresql.auto.conf").open("a") as file:
            file.write("\n".join(["", *lines, *_FAST, ""]))

    def _initialise(self) -> None:
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        self._run("initdb", "-D", self._data, "-U", "fixbook", "--auth=md5", "-E", "UTF8",
                  "--pwfile", secret, "--locale=C.UTF-8", "--locale-provider=icu",
                  "--icu-locale=en-US", "--no-sync")  # fmt: skip

    def _copy(self, other: "Server") -> None:
        self._run("pg_basebackup", "-h", "127.0.0.1", "-p", other.port, "-U", "fixbook", "-R",
                  "-X", "stream", "-c", "fast", "-D", self._data,
                  env={"PGPASSWORD": PASSWORD})  # fmt: skip

    def _run(self, program: str, *arguments: object, env: dict[str, str] | None = None) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(
            command,
            env={**os.environ, "LC_ALL": "C", **(env or {})},
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **_as_postgres(),
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()

    def _signal(self, number: int) -> None:
        """To the server and all its children, which are in groups of their own."""
        main = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for process in (main, *map(int, children)):
            os.kill(process, number)


def _as_postgres() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}
