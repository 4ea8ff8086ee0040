"""Takes bundles apart and puts them together again, changed."""

import json
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Members = dict[str, bytes]


def members(bundle: Path) -> Members:
    """What is in the archive, in its order."""
    with ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(file: Path, found: Members, *, kind: Callable[[str], int] | None = None) -> Path:
    """An archive of these members; `kind` gives the type of a file where it is not plain."""
    with ZipFile(file, "w") as archive:
        for name, content in found.items():
            info = ZipInfo(name)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = ((kind(name) if kind else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, content)
    return file


def repacked(bundle: Path, change: Callable[[Members], None]) -> Path:
    """The bundle, its members changed."""
    found = members(bundle)
    change(found)
    return packed(bundle, found)


def with_manifest(found: Members, **changes: Any) -> None:
    """Changes fields of the manifest among the members."""
    manifest = json.loads(found["manifest.json"])
    found["manifest.json"] = json.dumps({**manifest, **changes}).encode()


def with_members(found: Members, changed: Members) -> None:
    """Adds members or puts others in their place, and says so in the manifest."""
    found |= changed
    named = json.loads(found["manifest.json"])["members"]
    for name, content in changed.items():
        named[name] = {"size": len(content), "sha256": sha256(content).hexdigest()}
    with_manifest(found, members=named)
