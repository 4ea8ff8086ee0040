"""What becomes of proposals: their checks ran, a reviewer accepts or rejects them.

Accepting writes the document into the content folder, with its receipts, for a commit and the next
ingest. Whatever a reviewer does is in the log of reviews, in the same transaction.
"""

import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.checks.checks import read_checks
from corpus.checks.evidence import evidence_of, merge_receipts
from corpus.checks.receipts import (
    RECEIPTS,
    CheckOutcome,
    Receipt,
    read_receipts,
    receipt_path,
    write_receipts,
)
from corpus.document.article import Article
from corpus.document.article_document import parse, render
from corpus.errors import Complaint, Conflict, InvalidRequest
from corpus.feedback import review_log
from corpus.library import Library
from corpus.proposals import rows
from corpus.proposals.content_files import ContentFiles, content_files, replace_file, write_new
from corpus.proposals.rows import OPEN, Proposal, ProposalStatus
from corpus.proposals.submission import Submission, text_digest, validate
from corpus.search.reading import Reading
from corpus.store import articles
from corpus.store.articles import FoundArticle
from corpus.store.database import Connection
from corpus.store.generations import ingest_lock

_LONGEST_REASON = 2_000


def base_of(connection: Connection, proposal: Proposal) -> FoundArticle | None:
    """The published article that a proposal changes."""
    found = articles.find(connection, proposal.article_id)
    return found if found is not None and found.id == proposal.article_id else None


def difference(proposal: Proposal, base: FoundArticle | None) -> str:
    """A unified diff from what is published to what is proposed; "" for a new article."""
    if base is None:
        return ""
    article = base.entry.article
    known = proposal.lang in article.languages
    before = render(article, lang=proposal.lang, public_url="") if known else ""
    lines = difflib.unified_diff(
        _without_access(before),
        _without_access(proposal.document),
        "published",
        "proposed",
        "",
        "",
        3,
        "",
    )
    return "\n".join(lines)


def _without_access(document: str) -> list[str]:
    """The lines without the section on the API, which says where a document was served."""
    return document.partition("\n## API Access\n")[0].rstrip("\n -").split("\n")


def obstacles(proposal: Proposal) -> list[str]:
    """Why a proposal cannot be accepted, whatever a reviewer thinks of it."""
    if proposal.status not in OPEN:
        return [f"it is {proposal.status} already"]
    if proposal.status is ProposalStatus.LINTED:
        return [f"its checks have not run: fixbook proposals run {proposal.id}"]
    return list(_unproven(proposal))


def _unproven(proposal: Proposal) -> Iterator[str]:
    """The checks that no receipt about this very text shows to fix anything."""
    document = parse(proposal.document, lang=proposal.lang)
    article = Article(
        slug=proposal.slug, metadata=document.metadata, translations=(document.translation,)
    )
    evidence = evidence_of(proposal.read_receipts(), article)
    for check in read_checks(document.translation.body).good:
        about = [item for item in evidence if item.receipt.check == check.name]
        outcomes = {item.receipt.outcome for item in about if item.counts(proposal.lang)}
        against = next((item.objection for item in about if item.objection), "")
        if CheckOutcome.FIXED not in outcomes and outcomes != {CheckOutcome.UNVERIFIABLE}:
            came_to = ", ".join(sorted(outcomes)) or against or "nothing about this text"
            yield f"its check {check.name} came to: {came_to}"


def record_run(
    connection: Connection, proposal: Proposal, receipts: str, problems: Sequence[str] = ()
) -> Proposal:
    """Stores what the checks of a proposal came to; `problems` keep it from being accepted."""
    ran = replace(proposal, receipts=receipts, status=ProposalStatus.WAITING)
    stands = [*problems, *_unproven(ran)]
    status = ProposalStatus.RUN if stands else ProposalStatus.WAITING
    return rows.save(connection, replace(ran, status=status), before=proposal.status)


def reject(connection: Connection, id_: str, *, reason: str, by: str) -> Proposal:
    """Rejects a proposal, with a reason that its author can read."""
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        message = f"is needed, of at most {_LONGEST_REASON:,} characters: its author reads it"
        raise InvalidRequest(Complaint("reason", message, None))
    proposal = rows.find(connection, id_)
    if proposal.status not in OPEN:
        raise Conflict(f"the proposal is {proposal.status} already")
    done = replace(proposal, status=ProposalStatus.REJECTED, reason=reason.strip())
    saved = rows.save(connection, done, before=proposal.status)
    review_log.add(connection, key_name=by, action="reject", subject=id_, reason=reason.strip())
    return saved


def accept(library: Library, id_: str, *, by: str) -> tuple[Proposal, list[Path]]:
    """Writes a proposal into the content folder and gives the files that changed.

    Raises Conflict for what stands against it, Busy while an ingest runs. Killed between the files
    and the row, it is accepted by being called once more.
    """
    with library.reading() as reading:
        proposal = rows.find(reading.connection, id_)
        if against := obstacles(proposal):
            raise Conflict(f"it cannot be accepted: {'; '.join(against)}", proposal=id_)
        base = base_of(reading.connection, proposal)
        _check_again(reading, proposal, base)
    with ingest_lock(library.settings.data_dir):
        written = _write(library, proposal, base)
        with library.database.recording() as connection:
            done = replace(proposal, status=ProposalStatus.ACCEPTED)
            saved = rows.save(connection, done, before=proposal.status)
            review_log.add(connection, key_name=by, action="accept", subject=id_)
    return saved, written


def may_write(folder: Path) -> bool:
    """Whether this process may write into the content folder."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _check_again(reading: Reading, proposal: Proposal, base: FoundArticle | None) -> None:
    """Holds it against the gate and the corpus as they are now."""
    if base is None and proposal.base:
        raise Conflict("the article that it changes is gone", proposal=proposal.id)
    if base is not None and difference(proposal, base) == "":
        return  # published since an attempt that was ended before its row was written
    submission = Submission(
        document=proposal.document.encode(),
        lang=proposal.lang,
        slug=proposal.slug,
        key_name=proposal.key_name,
    )
    validate(reading, submission)


def _write(library: Library, proposal: Proposal, base: FoundArticle | None) -> list[Path]:
    settings = library.settings
    files = content_files(settings.content_dir, proposal.slug, base, settings.default_lang)
    path = files.of(proposal.lang)
    written = _write_document(path, proposal, base, files)
    receipts = receipt_path(settings.content_dir / RECEIPTS, proposal.slug)
    new = proposal.read_receipts()
    if new and write_receipts(receipts, slug=proposal.slug, receipts=_kept(receipts, new)):
        written.append(receipts)
    return written


def _write_document(
    path: Path, proposal: Proposal, base: FoundArticle | None, files: ContentFiles
) -> list[Path]:
    """Writes the document, if its file is as it was when the proposal was made."""
    try:
        if path.read_text("utf-8") == proposal.document:
            return [path]  # by an attempt that was ended before its row was written
    except FileNotFoundError:
        pass
    if not path.exists():
        if base is not None and text_digest(base.entry.article, proposal.lang):
            raise Conflict(f"{path.name} is not in the content folder; edit it by hand")
        write_new(path, proposal.document)
        return [path]
    now = text_digest(files.article(base.entry.article), proposal.lang) if base else None
    if now != proposal.base:
        message = f"{path.name} was changed since it was proposed; it has to be proposed anew"
        raise Conflict(message, proposal=proposal.id)
    replace_file(path, proposal.document)
    return [path]


def _kept(path: Path, new: Sequence[Receipt]) -> list[Receipt]:
    old = read_receipts(path)
    return merge_receipts(old, new, checks={receipt.check for receipt in (*old, *new)})
