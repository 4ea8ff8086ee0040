"""Tables of other versions: what a program can use it does, and the rest it says in a sentence."""

from collections.abc import Callable

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from corpus.errors import OtherSchema
from corpus.library import Library
from corpus.store import generations
from corpus.store.database import MIGRATIONS
from corpus.store.migrations import schema_version
from corpus.store.migrations.schema_version import HEAD
from corpus.store.migrations.upgrade import upgrade
from tests.api.site import Site
from tests.conftest import Ingested
from tests.factories import make_article, make_document, numbered_document
from tests.versions import ADDING, CHANGING

PATH = "/api/v1/articles/connection-refused"
TARGETS = (PATH, "/api/v1/search?q=ECONNREFUSED", "/api/v1/tags", "/readyz", "/api/health")


def bring_to(library: Library, revision: str, *statements: str) -> None:
    """What a program of another version does to the tables."""
    with library.database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})


@pytest.mark.parametrize(
    ("revision", "expected"),
    [("", False), (HEAD, True), (ADDING, True)],
)
def test_tables_that_can_be_used_as_they_are(revision: str, expected: bool) -> None:
    assert schema_version.is_current(revision) is expected


@pytest.mark.parametrize("revision", [CHANGING, f"{CHANGING}_9000"])
def test_newer_tables_are_refused_in_a_sentence(revision: str) -> None:
    with pytest.raises(OtherSchema, match=r"newer version of Fixbook \(tables 9002.*; upgrade"):
        schema_version.is_current(revision)


def test_every_migration_says_who_gets_on_with_it() -> None:
    """The oldest programs never come back once a migration has left them behind."""
    scripts = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    oldest = ""
    for script in reversed(scripts):
        number, _, named = script.revision.partition("_")
        assert number.isdecimal()
        assert len(number) == 4
        assert oldest <= (named or number) <= number
        oldest = named or number


@pytest.mark.parametrize(
    "act", [Library.current, Library.mend, lambda each: upgrade(each.database)]
)
def test_whatever_is_done_with_newer_tables_is_refused(
    library: Library, act: Callable[[Library], object]
) -> None:
    bring_to(library, CHANGING)

    with pytest.raises(OtherSchema, match="newer version"):
        act(library)


def test_older_tables_are_not_read(library: Library) -> None:
    bring_to(library, "")

    assert not library.database.is_current()
    with pytest.raises(OtherSchema, match="older version"):
        library.current()
    with library.database.writing() as connection, pytest.raises(OtherSchema):
        generations.current(connection)


@pytest.mark.parametrize("revision", ["0001", "0013_0008"])
@pytest.mark.parametrize(
    "act", [Library.current, Library.mend, lambda each: upgrade(each.database)]
)
def test_tables_of_before_the_first_release_are_refused_with_what_to_do(
    library: Library, act: Callable[[Library], object], revision: str
) -> None:
    bring_to(library, revision)

    with pytest.raises(OtherSchema, match=r"before the first release.*empty.*`fixbook ingest`"):
        act(library)


def test_a_server_whose_tables_were_changed_is_away(ingested: Ingested) -> None:
    """Changed in a way that would read as a fault of this program."""
    library = ingested({"connection-refused.md": make_document(make_article())})
    with Site(library.settings) as site:
        assert [site.get(target).status for target in TARGETS] == [200] * len(TARGETS)
        bring_to(library, CHANGING, "UPDATE stored_documents SET document = '{}'")
        library.notice.raise_()
        site.wait(1.1)  # what health said holds for a second
        answers = {target: site.get(target) for target in TARGETS}

    assert {answer.status for answer in answers.values()} == {503}
    error = answers[PATH].json["error"]
    assert error["code"] == "SERVICE_UNAVAILABLE"
    assert error["details"]["retryable"] is True
    assert "newer version of Fixbook" in error["message"]


def test_what_was_kept_is_not_answered_either(ingested: Ingested) -> None:
    library = ingested({"connection-refused.md": make_document(make_article())})
    with Site(library.settings) as site:
        for _ in range(3):
            assert site.get(PATH).status == 200
        bring_to(library, CHANGING)
        for _look in range(200):
            if site.get(PATH).status == 503:
                break
            site.wait(0.05)
        assert site.get(PATH).status == 503


def test_a_server_goes_on_where_something_was_added(ingested: Ingested) -> None:
    library = ingested({"connection-refused.md": make_document(make_article())})
    with Site(library.settings) as site:
        bring_to(library, ADDING, "ALTER TABLE articles ADD COLUMN added VARCHAR")
        library.notice.raise_()
        assert [site.get(target).status for target in TARGETS] == [200] * len(TARGETS)
    assert library.database.is_current()
    upgrade(library.database)
    assert ingested({"another.md": numbered_document(1)}).current().number == 2
