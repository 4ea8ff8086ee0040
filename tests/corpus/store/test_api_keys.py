"""API keys: made once, shown once, known by a hash alone, gone when revoked."""

import re

import pytest
from sqlalchemy import select

from corpus.errors import InvalidRequest, NotFound
from corpus.library import Library
from corpus.store import api_keys, schema
from corpus.store.api_keys import Keyring, Scope
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested, write_files
from tests.factories import make_document


def made(library: Library, *names: str) -> list[str]:
    """A key for each name."""
    with library.database.writing() as connection:
        return [api_keys.add(connection, name) for name in names]


def ring(library: Library) -> Keyring:
    with library.database.reading() as connection:
        return Keyring(api_keys.all_keys(connection))


def holder(library: Library, token: str) -> str | None:
    key = ring(library).holder(token)
    return key.name if key else None


def test_a_key_is_known_by_its_token(library: Library) -> None:
    [ana, ben] = made(library, "ana", "ben@example.org")

    assert re.fullmatch(r"fb_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", ana)
    assert (holder(library, ana), holder(library, ben)) == ("ana", "ben@example.org")


def test_what_is_no_key_is_nobodys(library: Library) -> None:
    [ana, ben] = made(library, "ana", "ben")
    wrong = [
        "", "fb_", ana[:-1], ana + "A", ana.upper(), " " + ana, ana + "\n", ana[3:],
        ana[:12] + ben[12:], "fb_00000000_" + "A" * 43, ana[:-1] + ("A" if ana[-1] != "A" else "B"),
    ]  # fmt: skip
    assert {token: holder(library, token) for token in wrong} == dict.fromkeys(wrong)


def test_no_secret_is_stored(library: Library) -> None:
    [ana] = made(library, "ana")
    with library.database.reading() as connection:
        [row] = connection.execute(select(schema.api_keys)).mappings()

    assert ana.partition("_")[2].partition("_")[2] not in repr(dict(row))
    assert ana.startswith(f"fb_{row['id']}_")


def test_a_revoked_key_is_forgotten_and_its_name_is_free(library: Library) -> None:
    [first] = made(library, "ana")
    with library.database.writing() as connection:
        api_keys.revoke(connection, "ana")
    assert holder(library, first) is None

    [second] = made(library, "ana")
    assert (holder(library, first), holder(library, second)) == (None, "ana")


def test_names(library: Library) -> None:
    made(library, "ben", "ana")
    with library.database.writing() as connection:
        for name in ("", "ana", "a b", "a" * 65, "ana\n"):
            with pytest.raises(InvalidRequest):
                api_keys.add(connection, name)
        with pytest.raises(NotFound):
            api_keys.revoke(connection, "carl")
        assert [key.name for key in api_keys.all_keys(connection)] == ["ana", "ben"]


def test_keys_outlive_every_ingest(library: Library, ingested: Ingested) -> None:
    [ana] = made(library, "ana")
    ingested({"connection-refused.md": make_document()})
    write_files(library.settings.content_dir, {"connection-refused.md": make_document() + "\n"})
    ingest(library, [library.settings.content_dir], options=IngestOptions(rebuild=True))

    assert holder(library, ana) == "ana"


def test_a_key_has_the_scopes_that_it_was_made_with(library: Library) -> None:
    with library.database.writing() as connection:
        api_keys.add(connection, "ana")
        api_keys.add(connection, "ben", [Scope.REVIEW, Scope.REPORT, Scope.REPORT])
        api_keys.add(connection, "carl", [])
        scopes = {key.name: key.scopes for key in api_keys.all_keys(connection)}

    assert scopes == {"ana": {"read"}, "ben": {"report", "review"}, "carl": set()}
