"""Building root file systems: from Debian packages, from a container image, or from a folder."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import SettingsError
from verify.environments.definitions import read_definition, shipped_definition

_REPOSITORIES = ("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)")
_UNPACK = ("tar", "--extract", "--no-same-owner", "--exclude=./dev/*", "--directory")


def build(name: str, source: Path | None, *, draft: Path, mirror: str | None) -> Path:
    """The folder of a root file system, made below `draft`, or the one that `source` is.

    The source is a definition, by default the shipped one of that name; an image in an OCI layout,
    a folder or a tar archive of it; or a folder that holds a root file system. Raises
    SettingsError for anything else, or where a program for it is missing or fails.
    """
    source = source or shipped_definition(name)
    target = draft.resolve() / "root"
    if source.suffix == ".toml" and source.is_file():
        _from_packages(source, target, mirror=mirror)
    elif source.is_dir() and not (source / "oci-layout").exists():
        return source.resolve()
    elif source.is_dir():
        _from_image(source, target)
    elif source.is_file():
        _from_image(_unpacked(source, draft / "image"), target)
    else:
        raise SettingsError(f"there is no {source}")
    return target


def _from_packages(definition: Path, target: Path, *, mirror: str | None) -> None:
    """What `mmdebstrap` makes, as an archive, so that all of it belongs to whoever runs this."""
    wanted = read_definition(definition)
    program = _program("mmdebstrap", package="mmdebstrap")
    command = [program, "--quiet", "--variant=minbase", "--format=tar"]
    command += ["--aptopt=APT::Install-Recommends false"]
    command += [f"--include={','.join(wanted.packages)}"] if wanted.packages else []
    where = mirror or _mirror()
    target.mkdir()
    with subprocess.Popen(  # noqa: S603 - suite and packages are words
        [*command, wanted.suite, "-", *([where] if where else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as making:
        unpacked = subprocess.run(  # noqa: S603
            [*_UNPACK, str(target)], stdin=making.stdout, capture_output=True, check=False
        )
        complaint = making.communicate()[1]
    if making.returncode:
        raise SettingsError(f"mmdebstrap cannot make {definition.stem}: {_last(complaint)}")
    if unpacked.returncode:
        raise SettingsError(f"tar cannot unpack {definition.stem}: {_last(unpacked.stderr)}")


def _mirror() -> str | None:
    """The first mirror of Debian that this machine uses; None leaves it to `mmdebstrap`."""
    if shutil.which("apt-get") is None:
        return None
    lines = (line.partition(" ") for line in _run(_REPOSITORIES).splitlines())
    return next((address for label, _, address in lines if label == "Debian"), None)


def _from_image(layout: Path, target: Path) -> None:
    """An image of one system, unpacked by `umoci`, which lets no layer write outside."""
    program = _program("umoci", package="umoci")
    tags = _run([program, "ls", "--layout", str(layout)]).split()
    if len(tags) != 1:
        raise SettingsError(f"{layout} holds {len(tags)} tagged images, and must hold one")
    image = f"{layout}:{tags[0]}"
    _run([program, "raw", "unpack", "--rootless", "--image", image, str(target)])


def _unpacked(archive: Path, folder: Path) -> Path:
    folder.mkdir()
    _run([*_UNPACK, str(folder), "--file", str(archive)])
    if not (folder / "oci-layout").exists():
        raise SettingsError(f"{archive} is no image in an OCI layout: it has no file oci-layout")
    return folder


def _program(name: str, *, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SettingsError(f"{name} is not installed (Debian, Ubuntu: apt-get install {package})")
    return found


def _run(command: Sequence[str]) -> str:
    ran = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if ran.returncode:
        raise SettingsError(f"{Path(command[0]).name} failed: {_last(ran.stderr)}")
    return ran.stdout.decode(errors="replace")


def _last(complaint: bytes) -> str:
    """What a program said of its failure: the last line that names an error, else the last."""
    lines = complaint.decode(errors="replace").strip().splitlines() or ["it does not say why"]
    return next((line for line in lines if line.startswith("E: ")), lines[-1])
