"""The index is deleted or damaged while it is served: right answers or 503, and it mends itself."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import settings_in
from tests.faults.reader import asking, until
from tests.faults.service import Service, serving

ENGINES = ("whoosh", "tantivy")


def largest(folder: Path) -> list[Path]:
    """Its files but the seal, the largest first."""
    files = [path for path in folder.iterdir() if path.is_file() and path.name != "seal.json"]
    return sorted(files, key=lambda path: -path.stat().st_size)


def zero(folder: Path) -> None:
    for path in largest(folder):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))


def scramble(folder: Path) -> None:
    for path in largest(folder):
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(b"\xa5" * 64)


def remove_a_file(folder: Path) -> None:
    largest(folder)[0].unlink()


def remove_all(folder: Path) -> None:
    shutil.rmtree(folder.parent)


def remove_the_seal(folder: Path) -> None:
    (folder / "seal.json").unlink()


@pytest.fixture(scope="module", params=ENGINES)
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A server; each test leaves it well."""
    folder = tmp_path_factory.mktemp("service")
    with serving(settings_in(folder), FIXBOOK_SEARCH_URL=request.param) as started:
        yield started


@pytest.mark.parametrize(
    "damage", [remove_all, remove_a_file, remove_the_seal, zero, scramble], ids=lambda f: f.__name__
)
def test_damage_is_noticed_and_mended(service: Service, damage: Callable[[Path], None]) -> None:
    assert statuses_while(service, damage) <= {200, 503}


def statuses_while(service: Service, damage: Callable[[Path], None]) -> set[int]:
    """What a reader gets while the index is damaged and mended; nothing of it may be wrong."""
    reader, other = service.reader(), service.reader()
    until(reader.well)
    before = service.index()
    files = states(before)
    with asking(other):
        damage(before)
        seconds = until(lambda: mended(before, files))
        seconds += until(reader.well)
    print(f"{damage.__name__}: well again after {seconds:.1f} s", set(other.statuses))
    assert reader.wrong + other.wrong == []
    return set(other.statuses)


def states(folder: Path) -> set[tuple[int, int]]:
    """What tells files apart: the inode of one that was removed is soon another's."""
    found = [path.stat() for path in folder.iterdir()]
    return {(file.st_ino, file.st_mtime_ns) for file in found}


def mended(folder: Path, before: set[tuple[int, int]]) -> bool:
    """Whether the index is there again, of new files only."""
    seal = folder / "seal.json"
    try:
        return seal.exists() and not states(folder) & before
    except OSError:
        return False  # just now the one takes the place of the other
