"""Files and folders that somebody is writing while they are read."""

import os
import time
from pathlib import Path
from threading import Thread

import pytest

from corpus.errors import DocumentError
from ingest.files.stable_read import StableRead, read_still

MANY = 1_000_000


def written_in_pieces(path: Path, pieces: list[bytes], *, pause: float) -> Thread:
    """Somebody who writes a file from its beginning; returns when the first piece is there."""
    file = path.open("wb", buffering=0)
    file.write(pieces[0])

    def go_on() -> None:
        with file:
            for piece in pieces[1:]:
                time.sleep(pause)
                file.write(piece)

    writer = Thread(target=go_on)
    writer.start()
    return writer


def test_a_file_that_rests_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"text")
    os.utime(path, (1, 1))
    monkeypatch.setattr(time, "sleep", pytest.fail)
    assert read_still(path, most=4) == b"text"


def test_who_still_writes_is_waited_for(tmp_path: Path) -> None:
    pieces = [b"one ", b"two ", b"three ", b"four"]
    writer = written_in_pieces(tmp_path / "a.md", pieces, pause=0.002)
    assert read_still(tmp_path / "a.md", most=MANY) == b"one two three four"
    writer.join()


def test_who_rests_with_the_file_open_is_waited_for(tmp_path: Path) -> None:
    writer = written_in_pieces(tmp_path / "a.md", [b"one ", b"two"], pause=0.05)
    assert read_still(tmp_path / "a.md", most=MANY) == b"one two"
    writer.join()


def test_who_never_closes_a_file_keeps_nobody_out(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb", buffering=0) as file:
        file.write(b"text")
        assert read_still(tmp_path / "a.md", most=MANY) == b"text"


def test_who_never_ends_is_left_alone(tmp_path: Path) -> None:
    writer = written_in_pieces(tmp_path / "a.md", [b"and "] * 600, pause=0.005)
    with pytest.raises(DocumentError, match=r"^somebody is writing it"):
        read_still(tmp_path / "a.md", most=MANY)
    writer.join()


def test_a_time_to_come_is_no_reason_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"text")
    tomorrow = time.time() + 86_400
    os.utime(path, (tomorrow, tomorrow))
    assert read_still(path, most=MANY) == b"text"


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(DocumentError, match=r"^not a file$"):
        read_still(tmp_path / "a.md", most=MANY)


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"x" * (2 * 1024**2 + 1))
    with pytest.raises(DocumentError, match=r"^larger than 2 MiB$"):
        read_still(path, most=2 * 1024**2)


def test_names_that_come_and_go_are_noticed(tmp_path: Path) -> None:
    os.utime(tmp_path, (1, 1))
    names = StableRead()
    names.note(tmp_path)
    assert names.holds()
    (tmp_path / "a.md").touch()
    assert not names.holds()


def test_a_folder_that_was_changed_just_now_is_looked_at_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    names = StableRead()
    names.note(tmp_path)
    assert not names.holds()
    names.wait()
    again = StableRead()
    again.note(tmp_path)
    assert again.holds()


def test_a_folder_that_has_gone_is_a_change(tmp_path: Path) -> None:
    names = StableRead()
    names.note(tmp_path)
    tmp_path.rmdir()
    assert not names.holds()
