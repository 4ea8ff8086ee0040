"""Resource limits of a run."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLimits:
    """The limits at which a run is ended. Sizes are in bytes."""

    step_seconds: float = 20.0
    """Wall-clock time of one block, unless its check asks for more."""
    run_seconds: float = 120.0
    """Wall-clock time of all blocks of one run together, or three times what its check asks for
    one block, if that is more. A run that takes longer is the last of its check."""
    cpu_seconds: int = 60
    """CPU time of one process."""
    memory: int = 1536 * MEBIBYTE
    """Memory of all processes together, also what is shared, in sockets and in page tables. The
    kernel holds it where the runner has a control group; else the runner looks several times a
    second."""
    process_memory: int = 1024 * MEBIBYTE
    """Private writable memory of one process; the kernel refuses more (RLIMIT_DATA)."""
    processes: int = 256
    """Processes and threads at one time."""
    files: int = 1024
    """Open files of one process."""
    output: int = 1 * MEBIBYTE
    """Output of one step."""
    kept: int = 48 * 1024
    """How much of what it prints is looked at: a third from the start, the rest from the end."""
    disk: int = 96 * MEBIBYTE
    """The work folder and the home around it; `/tmp` and `/dev/shm` may hold as much again."""
    inodes: int = 32_768
    """Files and folders in these together."""

    def prelude(self) -> str:
        """Shell commands that set the limits that processes inherit.

        dash calls the limit of processes `-p`, bash calls it `-u`. A shell that can set
        neither must not go on. `-d` is in KiB.
        """
        return (
            f"ulimit -p {self.processes} 2>/dev/null || ulimit -u {self.processes} || exit 125\n"
            f"ulimit -c 0 || exit 125\nulimit -t {self.cpu_seconds} || exit 125\n"
            f"ulimit -n {self.files} || exit 125\n"
            f"ulimit -d {self.process_memory // 1024} || exit 125\n"
        )

    def described(self, *, disk: bool = True) -> str:
        """The limits in words, for the receipt."""
        mebibytes = [f"{self.memory // MEBIBYTE} MiB memory", f"{self.processes} processes"]
        mebibytes += [f"{self.disk // MEBIBYTE} MiB disk"] if disk else []
        return ", ".join([f"{self.step_seconds:g} s a step", *mebibytes])
