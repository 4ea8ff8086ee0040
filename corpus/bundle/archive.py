"""A bundle: one generation of the corpus in one file, to be served offline.

It is a zip archive. `manifest.json` comes first and describes it and each member; then come
`articles.jsonl` (one article a line, as the database stores it) and `documents/…` (articles and
receipts, for people, and to be ingested by other versions). It contains no database and no search
index: opening untrusted ones can run code, so they are built from the articles
(`docs/decisions/0009-bundle.md`).
"""

import hashlib
import os
import shutil
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from corpus.bundle.export import export
from corpus.bundle.manifest import ARTICLES, DOCUMENTS, FEEDBACK, Manifest, Member, read_manifest
from corpus.errors import BundleError
from corpus.feedback.backup import feedback_lines
from corpus.library import Library
from corpus.store import articles
from corpus.store.database import Connection
from corpus.store.stored_documents import entry_json

_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 64 * 1024**2
_MOST_TIMES_LARGER = 100
"""The largest accepted compression ratio. Articles have 3 to 5."""
_ALWAYS_ALLOWED = 64 * 1024**2
"""Total bytes of the members that are accepted at any compression ratio."""
_CHUNK = 1024**2
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member, so that the same generation gives the same file."""


# Writing


def write_bundle(
    library: Library, file: Path, *, url: str, reader_version: int, is_backup: bool = False
) -> Manifest:
    """Writes the newest generation into `file`, atomically; a backup has what readers gave back.

    Raises Unavailable if the database is unavailable.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent) as scratch:
        folder, packed = Path(scratch) / "members", Path(scratch) / "bundle"
        manifest = _gather(
            library, folder, url=url, reader_version=reader_version, is_backup=is_backup
        )
        with ZipFile(packed, "w") as archive:
            archive.writestr(_info(_MANIFEST, 0), manifest.to_json())
            for name, member in manifest.members.items():
                with (
                    (folder / name).open("rb") as source,
                    archive.open(_info(name, member.size), "w") as target,
                ):
                    shutil.copyfileobj(source, target, _CHUNK)
        packed.replace(file)
    return manifest


def _gather(
    library: Library, folder: Path, *, url: str, reader_version: int, is_backup: bool
) -> Manifest:
    """Writes all members into the folder, from one generation."""
    folder.mkdir()
    lang = library.settings.default_lang
    with library.reading() as reading:
        newest = reading.generation
        _write_articles(reading.connection, folder / ARTICLES)
        export(reading.connection, folder / DOCUMENTS, url=url, default_lang=lang)
        if is_backup:
            with (folder / FEEDBACK).open("wb") as lines:
                lines.writelines(feedback_lines(reading.connection))
    return Manifest(
        reader_version=reader_version,
        generation=newest.number,
        published_at=newest.published_at,
        articles=newest.articles,
        engine=library.engine.name,
        default_lang=lang,
        members={name: _member(folder / name) for name in _names(folder)},
    )


def _write_articles(connection: Connection, file: Path) -> None:
    """Writes every article as a line of JSON, by id, so that the result is reproducible."""
    with file.open("wb") as lines:
        for entry in articles.load(connection, sorted(articles.fingerprints(connection))):
            lines.write(entry_json(entry) + b"\n")


def _names(folder: Path) -> list[str]:
    """The members in the order in which they are read: the articles first."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    return sorted(names, key=lambda name: name != ARTICLES)


def _member(path: Path) -> Member:
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256")
    return Member(size=path.stat().st_size, sha256=digest.hexdigest())


def _info(name: str, size: int) -> ZipInfo:
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3  # Unix, on every system
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.file_size = size  # decides whether the entry needs ZIP64
    return info


# Reading


@contextmanager
def unpacked_bundle(file: Path, *, reader_version: int) -> Iterator[tuple[Path, Manifest]]:
    """A temporary folder with the articles of a bundle, and the manifest.

    For a bundle of another version, the folder has the documents instead, to be ingested. The
    checksum of every member is verified, also of those that are not extracted. The articles
    are validated in `corpus.bundle.restore`.
    Raises BundleError if the file is not a bundle, is damaged, or was made by a newer version.
    """
    with tempfile.TemporaryDirectory(prefix="fixbook-", ignore_cleanup_errors=True) as folder:
        try:
            manifest = _unpack(file, Path(folder), reader_version)
        except BundleError as error:
            raise BundleError(f"{file} cannot be served: {error.message}") from error
        except OSError as error:
            raise BundleError(f"{file}: {error.strerror or error}") from error
        except (BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
            raise BundleError(f"{file} is not a bundle, or is damaged") from error
        yield Path(folder), manifest


def _unpack(file: Path, folder: Path, reader_version: int) -> Manifest:
    with ZipFile(file) as archive:
        manifest = read_manifest(_manifest(archive), reader_version=reader_version)
        _check_members(archive, manifest)
        _check_size(manifest.size, packed=file.stat().st_size, folder=folder)
        is_ours = manifest.has_articles_for(reader_version)
        wanted = (ARTICLES, FEEDBACK) if is_ours else (f"{DOCUMENTS}/",)
        for name, member in manifest.members.items():
            _copy(archive, name, member, to=folder / name if name.startswith(wanted) else None)
    return manifest


def _manifest(archive: ZipFile) -> bytes:
    try:
        info = archive.getinfo(_MANIFEST)
    except KeyError as error:
        raise BundleError("it has no manifest") from error
    _check_kind(info)
    if info.file_size > _LARGEST_MANIFEST:
        raise BundleError("its manifest is too large")
    with archive.open(info) as source:
        return source.read(_LARGEST_MANIFEST)


def _check_members(archive: ZipFile, manifest: Manifest) -> None:
    """Checks that the archive contains exactly the files in the manifest, once each."""
    found = [info.filename for info in archive.infolist()]
    if sorted(found) != sorted([_MANIFEST, *manifest.members]):
        raise BundleError("its files are not those in its manifest")
    for info in archive.infolist():
        _check_kind(info)


def _check_kind(info: ZipInfo) -> None:
    """Checks that it is a regular file, stored or deflated: LZMA can need gigabytes of memory."""
    if not stat.S_ISREG(info.external_attr >> 16):
        raise BundleError(f"{info.filename!r} is not a regular file")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BundleError(f"{info.filename!r} has an unsupported compression method")


def _check_size(size: int, *, packed: int, folder: Path) -> None:
    if size > max(_ALWAYS_ALLOWED, packed * _MOST_TIMES_LARGER):
        raise BundleError("its files are far too large for its size")
    if size > shutil.disk_usage(folder).free:
        raise BundleError(f"unpacked it needs {size // 1024**2} MiB, more than the disk has free")


def _copy(archive: ZipFile, name: str, member: Member, *, to: Path | None) -> None:
    """Verifies a member, reading no more than its stated size; extracts it if `to` is given."""
    digest, left = hashlib.sha256(), member.size
    if to is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, (to or Path(os.devnull)).open("wb") as target:
        while left > 0 and (chunk := source.read(min(left, _CHUNK))):
            digest.update(chunk)
            target.write(chunk)
            left -= len(chunk)
        longer = bool(source.read(1))
    if left or longer or digest.hexdigest() != member.sha256:
        raise BundleError(f"{name!r} is damaged")
