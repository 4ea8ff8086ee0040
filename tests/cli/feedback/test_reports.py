"""`fixbook reports`."""

import json

from corpus.feedback import reports
from corpus.feedback.reports import ReportOutcome, reported_text
from corpus.library import Library
from corpus.store import api_keys, articles
from corpus.store.api_keys import Scope
from ingest.pipeline import IngestOptions, ingest
from tests.cli.feedback.conftest import Command
from tests.conftest import Ingested, write_files
from tests.factories import BODY, make_article, make_document, make_translation


def test_it_lists_what_was_said_and_whether_it_is_about_the_present_text(
    library: Library, ingested: Ingested, command: Command
) -> None:
    ingested({"connection-refused.md": make_document()})
    assert command("reports") == "there are no reports\n"
    with library.database.reading() as connection:
        found = articles.find(connection, "connection-refused")
        assert found is not None
        [first, second] = [each.anchor for each in found.entry.derived[0].errors]
    with library.database.recording() as connection:
        key_id = api_keys.add(connection, "ana", [Scope.REPORT])[3:11]
        for anchor in (first, second):
            reports.record(
                connection,
                reported_text(found.entry, "en", anchor),
                ReportOutcome.DID_NOT_WORK,
                key_id=key_id,
                environment={"python": "3.13"},
                note="still\n\x1b[31mrefused",
            )
    edited = make_translation(body=BODY.replace("Start the server", "Restart it"))
    changed = {"connection-refused.md": make_document(make_article(translations=[edited]))}
    write_files(library.settings.content_dir, changed)
    ingest(library, [library.settings.content_dir], options=IngestOptions())

    shown = json.loads(command("reports", "connection-refused", "--json"))["reports"]
    assert {each["anchor"]: each["current"] for each in shown} == {first: False, second: True}
    [current] = [each for each in shown if each["current"]]
    assert current == {
        "slug": "connection-refused",
        "lang": "en",
        "anchor": second,
        "outcome": "did_not_work",
        "environment": {"python": "3.13"},
        "note": "still\nrefused",
        "key": "ana",
        "current": True,
        "reportedAt": current["reportedAt"],
    }
    lines = command("reports").splitlines()
    assert len(lines) == 4
    place = f"did_not_work  connection-refused#{first} (en)  ana  about an older text"
    assert sum(place in line for line in lines) == 1
    assert lines[1] == lines[3] == "    python 3.13 still refused"
