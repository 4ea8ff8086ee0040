"""Running the checks of proposals: the article as it would be is put together, and verified."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.checks.receipts import RECEIPTS, receipt_path
from corpus.library import Library
from corpus.proposals import review, rows
from corpus.proposals.content_files import content_files
from corpus.proposals.rows import OPEN, Proposal, ProposalStatus
from ingest.check import check, read_articles
from verify import run
from verify.report import CheckResult
from verify.run import VerifyOptions


@dataclass(frozen=True, slots=True)
class ProposalRun:
    """What the checks of a proposal came to, and what keeps it from being accepted."""

    proposal: Proposal
    results: tuple[CheckResult, ...]
    obstacles: tuple[str, ...]


def choose_proposals(library: Library, ids: list[str]) -> list[Proposal]:
    """The proposals with these ids, or all whose checks have not run."""
    with library.database.reading() as connection:
        if ids:
            return [rows.find(connection, id_) for id_ in ids]
        return rows.with_status(connection, [ProposalStatus.LINTED])


def run_proposals(
    library: Library, proposals: list[Proposal], options: VerifyOptions
) -> Iterator[ProposalRun]:
    """Runs the checks of each and stores their receipts. Those decided about are left out."""
    for proposal in proposals:
        if proposal.status not in OPEN:
            yield ProposalRun(proposal, (), tuple(review.obstacles(proposal)))
            continue
        with TemporaryDirectory(prefix="fixbook-proposal-") as folder:
            yield _run(library, proposal, options, Path(folder))


def _run(library: Library, proposal: Proposal, options: VerifyOptions, folder: Path) -> ProposalRun:
    problems = _assemble(library, proposal, folder)
    articles = [
        article
        for article, _ in read_articles([folder], default_lang=library.settings.default_lang)
    ]
    report = run.verify(articles, receipts=folder / RECEIPTS, options=options)
    receipts = receipt_path(folder / RECEIPTS, proposal.slug)
    text = receipts.read_text("utf-8") if receipts.exists() else ""
    with library.database.recording() as connection:
        ran = review.record_run(connection, proposal, text, [*problems, *report.problems])
    return ProposalRun(ran, tuple(report.results), (*problems, *review.obstacles(ran)))


def _assemble(library: Library, proposal: Proposal, folder: Path) -> list[str]:
    """Puts the files of the article as it would be into a folder, and says what is wrong then."""
    settings = library.settings
    with library.reading() as reading:
        base = review.base_of(reading.connection, proposal)
    files = content_files(settings.content_dir, proposal.slug, base, settings.default_lang)
    for lang in base.entry.article.languages if base else ():
        if lang != proposal.lang and (source := files.of(lang)).exists():
            shutil.copy(source, folder / _name(proposal.slug, lang, settings.default_lang))
    mine = folder / _name(proposal.slug, proposal.lang, settings.default_lang)
    mine.write_text(proposal.document, "utf-8")
    found = check([folder], default_lang=settings.default_lang)
    return [f"line {each.line}: {each.message}" for each in found if not each.warning]


def _name(slug: str, lang: str, default_lang: str) -> str:
    return f"{slug}.md" if lang == default_lang else f"{slug}.{lang}.md"
