"""Records how real commands fail: `python -m tests.cli.record [NAME…]`.

Each command of `recordings/failures.tsv` runs in bash, in an empty folder that is its home as well;
what it writes goes to `recordings/NAME.log`. A program that is not installed is left out.
"""

import subprocess
import sys
from collections.abc import Collection, Iterator
from getpass import getuser
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory
from typing import NamedTuple

FOLDER = Path(__file__).parent / "recordings"
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin"
HOME = "/home/dev/shop"
"""What stands in recordings for the folder in which they were made."""


class Failure(NamedTuple):
    """A command that fails, and the articles of which one says why; none if no article does."""

    name: str
    slugs: frozenset[str]
    command: str

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.log"


def failures() -> Iterator[Failure]:
    """All of `failures.tsv`."""
    for line in (FOLDER / "failures.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, slugs, command = line.split("\t")
            yield Failure(name, frozenset(slugs.split(",")) - {"-"}, command)


def main(names: Collection[str]) -> None:
    """Records these, or all."""
    for failure in failures():
        if names and failure.name not in names:
            continue
        with TemporaryDirectory() as folder:
            ran = subprocess.run(
                ["/bin/bash", "-c", failure.command],
                cwd=folder,
                env={"HOME": folder, "PATH": PATH, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=120,
                check=False,
            )
        output = ran.stdout.decode(errors="replace").replace(folder, HOME)
        output = output.replace(f"{getuser()}@{gethostname()}", "dev@host")
        if ran.returncode == 0:
            print(f"{failure.name}: ended well\n{output}")
        else:
            failure.file.write_text(output)


if __name__ == "__main__":
    main(sys.argv[1:])
