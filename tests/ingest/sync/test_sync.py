"""What a branch holds becomes a generation; what may not be published changes nothing."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.last_records import SyncOutcome, SyncRecord
from corpus.library import Library
from ingest.pipeline import IngestOptions
from ingest.sync.sync import SyncReport, sync
from tests.conftest import settings_in
from tests.databases import make_tables
from tests.factories import numbered_document
from tests.ingest.conftest import stored_titles
from tests.ingest.sync.conftest import Origin

PUBLISHED, UNCHANGED = SyncOutcome.PUBLISHED, SyncOutcome.UNCHANGED
BAD = b"# Bad\n\n\xff\xfe\n"


class Mirror:
    """A library that is synced with a repository."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.library = Library(settings_in(folder, **settings))
        make_tables(self.library.database)

    def sync(self, *, strict: bool = False) -> SyncReport:
        """One sync, which leaves nothing behind but the copy."""
        report = sync(self.library, options=IngestOptions(strict=strict))
        assert SyncRecord.last(self.library.settings.data_dir) == report.record
        left = {path.name for path in (self.library.settings.data_dir / "sync").iterdir()}
        assert left <= {"lock", "repository"}
        return report

    def titles(self) -> list[str]:
        """What is published."""
        with self.library.reading() as reading:
            return list(stored_titles(reading).values())

    def commit(self) -> str | None:
        """The commit that the generation is of."""
        return self.library.current().commit


Mirrored = Callable[..., Mirror]


@pytest.fixture
def mirror(tmp_path: Path, origin: Origin) -> Iterator[Mirrored]:
    """Makes a mirror of the repository with other settings."""
    made: list[Mirror] = []

    def make(**settings: object) -> Mirror:
        made.append(Mirror(tmp_path, **{"sync_repository": origin.address, **settings}))
        return made[-1]

    yield make
    for each in made:
        each.library.close()


def article(number: int, title: str) -> dict[str, str]:
    return {f"{number}.md": numbered_document(number, title=title, body="Some text.")}


def test_each_commit_becomes_a_generation(origin: Origin, mirror: Mirrored) -> None:
    ours = mirror()
    for number, files in enumerate((article(1, "First"), article(2, "Second")), start=1):
        commit = origin.push(files)
        report = ours.sync()
        assert (report.record.outcome, report.record.commit) == (PUBLISHED, commit)
        assert (ours.library.current().number, ours.commit()) == (number, commit)
        assert report.record.good_at == report.record.ended_at
    assert ours.titles() == ["First", "Second"]

    again = ours.sync()
    assert (again.record.outcome, ours.library.current().number) == (UNCHANGED, 2)


def test_an_article_that_is_removed_goes(origin: Origin, mirror: Mirrored) -> None:
    origin.push({**article(1, "First"), **article(2, "Second")})
    ours = mirror()
    ours.sync()
    origin.push({}, remove="1.md")
    ours.sync()

    assert ours.titles() == ["Second"]


def test_a_commit_that_changes_no_article_gives_the_generation_its_name(
    origin: Origin, mirror: Mirrored
) -> None:
    origin.push({f"docs/{name}": text for name, text in article(1, "First").items()})
    ours = mirror(sync_folder="docs")
    ours.sync()
    commit = origin.push({"LICENSE": "Free"})
    before = ours.library.current()

    assert ours.sync().record.outcome is UNCHANGED
    assert ours.commit() == commit
    assert ours.library.current().index_name == before.index_name


def test_only_the_folder_and_the_branch_count(origin: Origin, mirror: Mirrored) -> None:
    origin.push({"README.md": "# Not an article\n\nText.\n", "docs/1.md": numbered_document(1)})
    origin.git("push", "--quiet", "origin", "HEAD:release")
    origin.push({"docs/2.md": numbered_document(2)})
    ours = mirror(sync_folder="docs", sync_branch="release")
    ours.sync()

    assert ours.titles() == [numbered_document(1).splitlines()[0].removeprefix("# ")]


def test_history_that_was_rewritten_is_followed(origin: Origin, mirror: Mirrored) -> None:
    origin.push(article(1, "First"))
    ours = mirror()
    ours.sync()
    origin.git("checkout", "--quiet", "--orphan", "other")
    commit = origin.push(article(1, "Another past"))
    ours.sync()

    assert (ours.titles(), ours.commit()) == (["Another past"], commit)


def test_bad_articles_are_left_out_or_refuse_all(origin: Origin, mirror: Mirrored) -> None:
    good = origin.push(article(1, "First"))
    ours = mirror()
    first = ours.sync()
    bad = origin.push({**article(2, "Second"), "bad.md": BAD})

    refused = ours.sync(strict=True)
    assert (refused.record.outcome, refused.record.commit) == (SyncOutcome.REFUSED, bad)
    assert refused.record.message == (
        f"commit {bad[:12]} was not published: articles have errors; `fixbook sync` lists them"
    )
    assert refused.record.good_at == first.record.good_at
    assert (ours.titles(), ours.commit()) == (["First"], good)
    assert refused.ingest is not None
    assert [problem.path for problem in refused.ingest.problems if not problem.warning] == [
        "bad.md"
    ]

    report = ours.sync()
    assert report.record.outcome is SyncOutcome.INCOMPLETE
    assert report.record.good_at == first.record.good_at
    assert (ours.titles(), ours.commit()) == (["First", "Second"], bad)


def test_a_repository_that_is_away_changes_nothing(origin: Origin, mirror: Mirrored) -> None:
    commit = origin.push(article(1, "First"))
    ours = mirror()
    ours.sync()
    away = origin.folder / "away.git"
    (origin.folder / "origin.git").rename(away)

    record = ours.sync().record
    assert (record.outcome, record.commit) == (SyncOutcome.UNREACHABLE, None)
    assert record.message == "the content's git repository cannot be reached"
    assert (ours.titles(), ours.commit()) == (["First"], commit)

    away.rename(origin.folder / "origin.git")
    assert ours.sync().record.outcome is UNCHANGED


def test_a_branch_that_is_missing(origin: Origin, mirror: Mirrored) -> None:
    origin.push(article(1, "First"))
    record = mirror(sync_branch="release").sync().record

    assert record.outcome is SyncOutcome.UNREACHABLE
    assert record.message == "the content's git repository has no branch release"


def test_a_folder_that_is_missing_or_leads_out(
    origin: Origin, mirror: Mirrored, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nText.\n")
    origin.push(article(1, "First"))
    ours = mirror(sync_folder="docs")
    assert ours.sync().record.message == "the repository has no folder docs"

    (origin.work / "docs").symlink_to(tmp_path)
    origin.push({})
    record = ours.sync().record
    assert (record.outcome, ours.library.current().number) == (SyncOutcome.REFUSED, 0)


@pytest.mark.parametrize("lost", ["objects", "HEAD", "refs", "config"])
def test_a_damaged_copy_is_made_anew(origin: Origin, mirror: Mirrored, lost: str) -> None:
    origin.push(article(1, "First"))
    ours = mirror()
    ours.sync()
    copy = ours.library.settings.data_dir / "sync" / "repository" / lost
    if copy.is_dir():
        shutil.rmtree(copy)
    else:
        copy.write_bytes(b"\0" * 10)
    commit = origin.push(article(2, "Second"))
    ours.sync()

    assert (ours.titles(), ours.commit()) == (["First", "Second"], commit)


def test_objects_that_are_lost_cost_one_sync(origin: Origin, mirror: Mirrored) -> None:
    origin.push(article(1, "First"))
    ours = mirror()
    ours.sync()
    objects = ours.library.settings.data_dir / "sync" / "repository" / "objects"
    for path in objects.rglob("*"):
        if path.is_file():
            path.unlink()

    assert ours.sync().record.outcome is SyncOutcome.FAILED
    assert ours.titles() == ["First"]
    assert ours.sync().record.outcome is UNCHANGED


def test_what_a_killed_git_left_does_not_matter(origin: Origin, mirror: Mirrored) -> None:
    origin.push(article(1, "First"))
    ours = mirror()
    ours.sync()
    folder = ours.library.settings.data_dir / "sync"
    for left in ("shallow.lock", "config.lock", "refs/fixbook/head.lock"):
        (folder / "repository" / left).touch()
    (folder / "checkout").mkdir()
    (folder / "checkout" / "index.lock").touch()
    commit = origin.push(article(2, "Second"))

    assert (ours.sync().record.outcome, ours.commit()) == (PUBLISHED, commit)


def key(folder: Path, name: str) -> Path:
    """A key for signing."""
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def signing(path: Path) -> tuple[str, ...]:
    """Options by which git signs commits with a key."""
    return ("-c", "gpg.format=ssh", "-c", f"user.signingKey={path}", "-c", "commit.gpgSign=true")


def test_only_commits_of_allowed_signers_count(
    origin: Origin, mirror: Mirrored, tmp_path: Path
) -> None:
    ours_key, theirs = key(tmp_path, "ours"), key(tmp_path, "theirs")
    signers = tmp_path / "signers"
    public = ours_key.with_suffix(".pub").read_text()
    signers.write_text(f'editor@example.org namespaces="git" {public}')
    ours = mirror(sync_signers=signers)

    commit = origin.push(article(1, "First"), options=signing(ours_key))
    assert ours.sync().record.outcome is PUBLISHED

    for options in ((), signing(theirs)):
        refused = origin.push(article(2, "Second"), options=options)
        record = ours.sync().record
        assert (record.outcome, record.commit) == (SyncOutcome.REFUSED, refused)
        assert record.message == f"commit {refused[:12]} is not signed by an allowed key"
        assert (ours.titles(), ours.commit()) == (["First"], commit)

    commit = origin.push({}, options=signing(ours_key))
    assert (ours.sync().record.outcome, ours.commit()) == (PUBLISHED, commit)
    assert ours.titles() == ["First", "Second"]
