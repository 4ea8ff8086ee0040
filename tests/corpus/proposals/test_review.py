"""Accepting and rejecting: what is written, what is refused, what a crash leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.checks.checks import read_checks
from corpus.checks.receipts import CheckOutcome, ReceiptFile, read_receipts
from corpus.document.article_document import parse
from corpus.errors import Busy, Conflict, InvalidRequest, NotFound
from corpus.feedback import review_log
from corpus.feedback.backup import feedback_lines, restore_feedback
from corpus.library import Library
from corpus.proposals import content_files, review, rows
from corpus.proposals.rows import Proposal, ProposalStatus
from corpus.proposals.submission import Submission, submit
from corpus.store.generations import ingest_lock
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested
from tests.corpus.proposals.documents import LEAD, proposal_body, proposed
from tests.factories import BODY, make_article, make_document, make_receipt, make_translation

SLUG = "cat-notes-missing"


@pytest.fixture
def library(ingested: Ingested) -> Library:
    """One article, in two languages."""
    article = make_article(
        translations=[make_translation(), make_translation(lang="zh", title="连接被拒绝了")]
    )
    return ingested(
        {
            "connection-refused.md": make_document(article),
            "connection-refused.zh.md": make_document(article, lang="zh"),
        }
    )


def sent(library: Library, document: str, *, lang: str = "en", slug: str = "") -> Proposal:
    return submit(
        library, Submission(document=document.encode(), lang=lang, slug=slug, key_name="ann")
    )


def receipts_for(proposal: Proposal, outcome: CheckOutcome = CheckOutcome.FIXED) -> str:
    """What a run would have left."""
    document = parse(proposal.document, lang=proposal.lang)
    body = document.translation.body
    made = [
        make_receipt(
            check=check.name,
            error=check.error,
            outcome=outcome,
            vouches_for={proposal.lang: check.fingerprint(body)},
        )
        for check in read_checks(body).good
    ]
    return ReceiptFile(article=proposal.slug, receipts=tuple(made)).model_dump_json(
        by_alias=True, exclude_none=True
    )


def ran(
    library: Library, proposal: Proposal, outcome: CheckOutcome = CheckOutcome.FIXED
) -> Proposal:
    with library.database.recording() as connection:
        return review.record_run(connection, proposal, receipts_for(proposal, outcome))


def content(library: Library) -> dict[str, bytes]:
    folder = library.settings.content_dir
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def logged(library: Library) -> list[tuple[str, str, str]]:
    with library.database.reading() as connection:
        return [
            (each.key_name, each.action, each.reason) for each in review_log.reviews(connection)
        ]


def test_a_new_article_is_written_with_its_receipts(library: Library) -> None:
    proposal = ran(library, sent(library, proposed()))
    assert proposal.status is ProposalStatus.WAITING

    accepted, written = review.accept(library, proposal.id, by="rita")

    folder = library.settings.content_dir
    assert accepted.status is ProposalStatus.ACCEPTED
    assert written == [folder / f"{SLUG}.md", folder / "receipts" / f"{SLUG}.json"]
    assert (folder / f"{SLUG}.md").read_text("utf-8") == proposed()
    assert [each.check for each in read_receipts(folder / "receipts" / f"{SLUG}.json")] == ["notes"]
    assert logged(library) == [("rita", "accept", "")]
    report = ingest(library, [folder], options=IngestOptions(strict=True))
    assert (report.added, report.problems) == (1, ())
    with library.reading() as reading:
        found = review.base_of(reading.connection, accepted)
        assert found is not None
        assert found.entry.trust("en").executed_entries == 1


@pytest.mark.parametrize(
    "outcome",
    [each for each in CheckOutcome if each not in (CheckOutcome.FIXED, CheckOutcome.UNVERIFIABLE)],
)
def test_what_does_not_fix_is_not_accepted(library: Library, outcome: CheckOutcome) -> None:
    proposal, before = ran(library, sent(library, proposed()), outcome), content(library)
    assert proposal.status is ProposalStatus.RUN
    with pytest.raises(Conflict, match=f"its check notes came to: {outcome}"):
        review.accept(library, proposal.id, by="rita")
    assert content(library) == before
    assert logged(library) == []


def test_receipts_about_another_text_show_nothing(library: Library) -> None:
    mine = sent(library, proposed())
    other = proposed(body=proposal_body(fix="printf 'first line\\n' | tee notes.txt"))
    stolen = receipts_for(replace(mine, document=other))
    with library.database.recording() as connection:
        proposal = review.record_run(connection, mine, stolen)
    assert review.obstacles(proposal) == ["its check notes came to: nothing about this text"]


def test_a_change_replaces_the_file(library: Library) -> None:
    changed = make_document().replace("Start the server", "Start the server and wait for it")
    proposal = ran(library, sent(library, changed))
    with library.reading() as reading:
        base = review.base_of(reading.connection, proposal)
        lines = review.difference(proposal, base).splitlines()
    assert [line[:1] for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        "-", "+",
    ]  # fmt: skip
    _, written = review.accept(library, proposal.id, by="rita")
    assert [path.name for path in written] == ["connection-refused.md"]
    assert written[0].read_text("utf-8") == changed


@pytest.mark.parametrize("name", ["connection-refused.en.md", "en/connection-refused.md"])
def test_a_change_replaces_the_file_wherever_it_is(library: Library, name: str) -> None:
    folder = library.settings.content_dir
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / "connection-refused.md").rename(folder / name)
    ingest(library, [folder], options=IngestOptions())
    changed = make_document().replace("Start the server", "Start the server and wait for it")
    proposal = ran(library, sent(library, changed))
    _, written = review.accept(library, proposal.id, by="rita")
    assert written == [folder / name]
    assert written[0].read_text("utf-8") == changed


def test_a_new_language_is_a_file_beside(library: Library) -> None:
    text = make_translation(lang="de", title="Verbindung abgelehnt", body=f"{LEAD}\n\n{BODY}")
    german = make_document(make_article(translations=[text]), lang="de")
    proposal = ran(library, sent(library, german, lang="de"))
    _, written = review.accept(library, proposal.id, by="rita")
    assert [path.name for path in written] == ["connection-refused.de.md"]


def test_what_changed_meanwhile_is_not_overwritten(library: Library) -> None:
    proposal = ran(library, sent(library, make_document().replace("Start the", "Restart the")))
    path = library.settings.content_dir / "connection-refused.md"
    path.write_text(make_document().replace("Open the port", "Open that port"), "utf-8")
    before = content(library)
    with pytest.raises(Conflict, match="was changed since it was proposed"):
        review.accept(library, proposal.id, by="rita")
    assert content(library) == before


def test_a_new_file_is_not_overwritten(library: Library) -> None:
    proposal = ran(library, sent(library, proposed()))
    path = library.settings.content_dir / f"{SLUG}.md"
    path.write_text("# A draft of somebody else\n", "utf-8")
    with pytest.raises(Conflict, match="was changed since it was proposed"):
        review.accept(library, proposal.id, by="rita")
    assert path.read_text("utf-8") == "# A draft of somebody else\n"


def test_two_proposals_of_the_same_article(library: Library) -> None:
    first = ran(library, sent(library, proposed()))
    second = ran(library, sent(library, proposed(title="The notes of a project are missing")))
    review.accept(library, first.id, by="rita")
    with pytest.raises(Conflict):
        review.accept(library, second.id, by="rita")
    ingest(library, [library.settings.content_dir], options=IngestOptions())
    with pytest.raises(Conflict):
        review.accept(library, second.id, by="rita")
    assert (library.settings.content_dir / f"{SLUG}.md").read_text("utf-8") == proposed()


def test_ended_between_file_and_row_it_goes_on(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = ran(library, sent(library, proposed()))

    def end(*_args: object, **_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(review_log, "add", end)
        with pytest.raises(KeyboardInterrupt):
            review.accept(library, proposal.id, by="rita")
    ingest(library, [library.settings.content_dir], options=IngestOptions())
    assert logged(library) == []

    accepted, _ = review.accept(library, proposal.id, by="rita")

    assert accepted.status is ProposalStatus.ACCEPTED
    assert logged(library) == [("rita", "accept", "")]


def test_not_while_an_ingest_runs(library: Library) -> None:
    proposal = ran(library, sent(library, proposed()))
    with ingest_lock(library.settings.data_dir), pytest.raises(Busy):
        review.accept(library, proposal.id, by="rita")
    review.accept(library, proposal.id, by="rita")


def test_a_decision_is_made_once(library: Library) -> None:
    proposal = ran(library, sent(library, proposed()))
    with library.database.recording() as connection:
        for reason in ("", " ", "a" * 2_001):
            with pytest.raises(InvalidRequest):
                review.reject(connection, proposal.id, reason=reason, by="rita")
        review.reject(connection, proposal.id, reason="Nobody has notes", by="rita")
        with pytest.raises(Conflict, match="rejected already"):
            review.reject(connection, proposal.id, reason="again", by="rita")
        with pytest.raises(NotFound):
            review.reject(connection, "prp_none", reason="again", by="rita")
    with pytest.raises(Conflict, match="it is rejected already"):
        review.accept(library, proposal.id, by="rita")
    assert logged(library) == [("rita", "reject", "Nobody has notes")]


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    content_files.write_new(path, "one")
    with pytest.raises(FileExistsError):
        content_files.write_new(path, "two")
    content_files.replace_file(path, "three")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.md", "three")]
    assert path.stat().st_nlink == 1


def test_proposals_are_in_a_backup(library: Library) -> None:
    proposal = ran(library, sent(library, proposed()))
    with library.database.recording() as connection:
        lines = list(feedback_lines(connection))
        connection.exec_driver_sql("DELETE FROM proposals")
        restore_feedback(connection, lines)
        restore_feedback(connection, lines)
        assert rows.find(connection, proposal.id) == proposal
