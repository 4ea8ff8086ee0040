"""Bundles: the same generation elsewhere, or a clear word about what is wrong with the file."""

import json
import multiprocessing
import os
import signal
import stat
import tempfile
import time
import warnings
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from corpus.bundle.archive import unpacked_bundle, write_bundle
from corpus.bundle.manifest import Manifest
from corpus.bundle.restore import publish, restore
from corpus.errors import BundleError, Unavailable
from corpus.library import Library
from corpus.search.service import SearchRequest, search
from corpus.settings import Settings, load_settings
from corpus.store.migrations.schema_version import HEAD
from corpus.store.migrations.upgrade import upgrade
from tests.bundles import Members, members, packed, repacked, with_manifest
from tests.conftest import Ingested
from tests.factories import PUBLIC_URL, numbered_document

READER = 3


def bundled(library: Library, file: Path) -> Manifest:
    return write_bundle(library, file, url=PUBLIC_URL, reader_version=READER)


@pytest.fixture
def bundle(ingested: Ingested, tmp_path: Path) -> Path:
    """A bundle of three articles, and nothing else in its folder."""
    library = ingested({f"{n}.md": numbered_document(n) for n in range(3)})
    bundled(library, tmp_path / "out" / "a.fixbook")
    return tmp_path / "out" / "a.fixbook"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def refusal(bundle: Path) -> str:
    """Why it is refused, without its path."""
    with (
        pytest.raises(BundleError) as refused,
        unpacked_bundle(bundle, reader_version=READER),
    ):
        pass
    return refused.value.message.removeprefix(f"{bundle}").strip(": ")


def test_what_it_holds(bundle: Path) -> None:
    found = members(bundle)
    manifest = json.loads(found["manifest.json"])
    assert list(found) == ["manifest.json", *manifest["members"]]
    assert list(found)[1] == "articles.jsonl"
    assert [name for name in found if name.startswith("documents/")] == [
        f"documents/transport/article-{n:03}.md" for n in range(3)
    ]
    assert {name.partition("/")[0] for name in manifest["members"]} == {
        "articles.jsonl",
        "documents",
    }
    for name, member in manifest.pop("members").items():
        assert member == {"size": len(found[name]), "sha256": sha256(found[name]).hexdigest()}
    assert manifest.pop("publishedAt").endswith("Z")
    assert manifest == {
        "kind": "fixbook bundle", "format": 1, "schemaVersion": HEAD, "readerVersion": 3,
        "generation": 1, "articles": 3, "engine": "whoosh",
        "defaultLang": "en",
    }  # fmt: skip


def test_the_same_generation_is_the_same_file(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested({"a.md": numbered_document(1)})
    first, second = tmp_path / "first", tmp_path / "second"
    bundled(library, first)
    time.sleep(0.01)
    bundled(library, second)
    assert first.read_bytes() == second.read_bytes()


def test_it_opens_as_the_generation_that_it_was_made_of(
    bundle: Path, scratch: Path, tmp_path: Path
) -> None:
    with unpacked_bundle(bundle, reader_version=READER) as (folder, manifest):
        assert folder.parent == scratch
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [path.name for path in folder.iterdir()] == ["articles.jsonl"]
        other = Library(load_settings(data_dir=tmp_path / "other", search_url=manifest.engine))
        upgrade(other.database)
        publish(other, folder / "articles.jsonl", manifest)
        with other.reading() as reading:
            assert reading.generation.number == manifest.generation == 1
            found = search(reading, SearchRequest(q="article-002"))
            assert [item.summary.slug for item in found.items][:1] == ["article-002"]
        other.close()
    assert list(scratch.iterdir()) == []


def test_the_folder_goes_when_serving_fails(bundle: Path, scratch: Path) -> None:
    with pytest.raises(OSError, match="port"), unpacked_bundle(bundle, reader_version=READER):
        raise OSError("the port is taken")
    assert list(scratch.iterdir()) == []


def test_another_version_reads_the_documents(bundle: Path, scratch: Path, tmp_path: Path) -> None:
    with unpacked_bundle(bundle, reader_version=READER + 1) as (folder, manifest):
        found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))
        assert not manifest.has_articles_for(READER + 1)
        assert sorted(path.name for path in folder.iterdir()) == ["documents"]
    assert found == [f"documents/transport/article-{n:03}.md" for n in range(3)]
    other = Library(load_settings(data_dir=tmp_path / "other"))
    with pytest.raises(BundleError, match="ingest its documents"):
        restore(other, bundle, reader_version=READER + 1)
    other.close()
    assert list(scratch.iterdir()) == []


# Writing


def test_nothing_is_left_beside_it(bundle: Path) -> None:
    assert [path.name for path in bundle.parent.iterdir()] == ["a.fixbook"]


def test_before_the_first_ingest_there_is_nothing_to_pack(library: Library, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        bundled(library, tmp_path / "out" / "a.fixbook")
    assert list((tmp_path / "out").iterdir()) == []


def pack_for_ever(settings: Settings, file: Path) -> None:
    """Packs again and again, until somebody ends it."""
    library = Library(settings)
    while True:
        bundled(library, file)


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_a_whole_bundle(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested({f"{n}.md": numbered_document(n) for n in range(20)})
    file = tmp_path / "out" / "a.fixbook"
    expected = bundled(library, file)
    for number in range(5):
        packing = multiprocessing.get_context("spawn").Process(
            target=pack_for_ever, args=[library.settings, file]
        )
        packing.start()
        time.sleep(1.0 + 0.13 * number)
        assert packing.pid is not None
        os.kill(packing.pid, signal.SIGKILL)
        packing.join()
        with unpacked_bundle(file, reader_version=READER) as (_, manifest):
            assert manifest == expected


# Files that are not good


def test_what_is_no_bundle(tmp_path: Path) -> None:
    file, archive = tmp_path / "note.md", tmp_path / "other.zip"
    file.write_text("# A note\n")
    with ZipFile(archive, "w") as made:
        made.writestr("a.txt", "a")
    assert refusal(file) == "is not a bundle, or is damaged"
    assert refusal(archive) == "cannot be served: it has no manifest"
    assert refusal(tmp_path / "missing") == "No such file or directory"
    assert refusal(tmp_path) == "Is a directory"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_bundle_that_is_cut_off(bundle: Path, part: float, scratch: Path) -> None:
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: int(len(whole) * part)])
    assert refusal(bundle) == "is not a bundle, or is damaged"
    assert list(scratch.iterdir()) == []


def test_a_byte_that_changed_is_noticed_or_changes_nothing(bundle: Path) -> None:
    """Zip says some things twice, and reads them once."""
    whole, noticed = bytearray(bundle.read_bytes()), 0
    expected = members(bundle)
    for at in range(100, len(whole) - 100, len(whole) // 60):
        whole[at] ^= 0x55
        bundle.write_bytes(whole)
        try:
            with unpacked_bundle(bundle, reader_version=READER):
                assert members(bundle) == expected
        except BundleError:
            noticed += 1
        whole[at] ^= 0x55
    assert noticed > 30


def test_members_must_be_what_the_manifest_says(bundle: Path) -> None:
    whole = bundle.read_bytes()
    name = "documents/transport/article-001.md"

    def shorter(found: Members) -> None:
        found[name] = found[name][:-1]

    def longer(found: Members) -> None:
        found[name] += b"\n"

    def other(found: Members) -> None:
        found[name] = found[name].replace(b"e", b"a")

    def missing(found: Members) -> None:
        del found[name]

    def more(found: Members) -> None:
        found["documents/more.md"] = b"# More\n"

    for change in (shorter, longer, other):
        bundle.write_bytes(whole)
        assert refusal(repacked(bundle, change)) == f"cannot be served: {name!r} is damaged"
    for change in (missing, more):
        bundle.write_bytes(whole)
        message = "cannot be served: its files are not those in its manifest"
        assert refusal(repacked(bundle, change)) == message


def test_a_member_that_comes_twice(bundle: Path) -> None:
    with warnings.catch_warnings(), ZipFile(bundle, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("articles.jsonl", b"other")
    assert refusal(bundle) == "cannot be served: its files are not those in its manifest"


def test_links_are_refused(bundle: Path) -> None:
    name = "documents/transport/article-001.md"
    packed(
        bundle,
        members(bundle),
        kind=lambda member: stat.S_IFLNK if member == name else stat.S_IFREG,
    )
    assert refusal(bundle) == f"cannot be served: {name!r} is not a regular file"


def test_files_far_larger_than_the_bundle_are_not_unpacked(bundle: Path) -> None:
    zeros = bytes(100 * 1024**2)

    def bomb(found: Members) -> None:
        found["articles.jsonl"] = zeros
        named = json.loads(found["manifest.json"])["members"]
        named["articles.jsonl"] = {"size": len(zeros), "sha256": sha256(zeros).hexdigest()}
        with_manifest(found, members=named)

    message = refusal(repacked(bundle, bomb))
    assert message == "cannot be served: its files are far too large for its size"


def test_a_member_that_is_longer_than_it_says_is_not_read_to_its_end(bundle: Path) -> None:
    def grown(found: Members) -> None:
        found["articles.jsonl"] = bytes(80 * 1024**2)

    message = refusal(repacked(bundle, grown))
    assert message == "cannot be served: 'articles.jsonl' is damaged"


def test_a_newer_format_is_said_to_be_newer(bundle: Path) -> None:
    repacked(bundle, lambda found: with_manifest(found, format=2))
    assert refusal(bundle) == "cannot be served: it was made by a newer Fixbook"


@pytest.mark.parametrize("packing", [ZIP_BZIP2, ZIP_LZMA])
@pytest.mark.parametrize("name", ["manifest.json", "articles.jsonl"])
def test_other_ways_to_pack(bundle: Path, name: str, packing: int) -> None:
    found = members(bundle)
    with ZipFile(bundle, "w") as archive:
        for each, content in found.items():
            info = ZipInfo(each)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content, packing if each == name else ZIP_DEFLATED)
    assert refusal(bundle) == (f"cannot be served: {name!r} has an unsupported compression method")
