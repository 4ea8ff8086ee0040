"""A diagnosis: the messages recognised in a text, and the articles about them."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, UnsetType

from api.responses.articles import ErrorRow, VerificationStatus
from api.responses.model import Model, doc
from api.responses.trust import TrustObject, entry_trust, trust_object
from api.responses.urls import article_path
from corpus.checks.fit import Fit
from corpus.diagnosis.matching.match import Match, MatchOutcome
from corpus.search.diagnosis import Diagnosis, fit_of_row
from corpus.store.filters import Filters
from corpus.store.generations import Generation
from corpus.store.summaries import ArticleSummary, Passage


class RecognisedSignature(Model):
    """An error message in the text, and its masked template."""

    line: Annotated[int, doc("From 1.")]
    text: str
    template: str
    codes: tuple[str, ...]


class DiagnosisMatch(Model):
    """An article about the error."""

    slug: str
    title: Mapping[str, str]
    outcome: MatchOutcome
    score: Annotated[float, doc("0 to 1.")]
    line: int
    signature: Annotated[str, doc("The article's message that fits.")]
    error: ErrorRow | None
    verification_status: VerificationStatus
    trust: TrustObject
    fit: Annotated[Fit, doc("Whether the fix of this error was run where the reader is.")]
    url: str
    fix: Annotated[
        str | UnsetType,
        doc("Of the first match if it is sure: the section about the fix, in Markdown, and what "
            "was run to fix this very error."),
    ] = UNSET  # fmt: skip
    fix_characters_left: Annotated[
        int | UnsetType, doc("Characters of that section that were cut.")
    ] = UNSET


class Searched(Model):
    """What was searched."""

    generation: int
    articles: int
    filters: dict[str, tuple[str, ...]]
    lines_unread: Annotated[
        int, doc("Lines left unread because the text has too many; 0 if all were read.")
    ]


class DiagnosisObject(Model):
    """The recognised messages, and the articles about them, best first."""

    outcome: MatchOutcome
    signatures: list[RecognisedSignature]
    matches: list[DiagnosisMatch]
    environment: Annotated[
        dict[str, str], doc("Where it failed: as it was given, or read in the text.")
    ]
    searched: Searched


def diagnosis_object(
    found: Diagnosis,
    matches: list[DiagnosisMatch],
    reader: dict[str, str],
    *,
    filters: Filters,
    generation: Generation,
) -> DiagnosisObject:
    """The result of a diagnosis against one generation."""
    return DiagnosisObject(
        outcome=found.outcome,
        signatures=[
            RecognisedSignature.of(seen.signature, line=seen.line) for seen in found.observed
        ],
        matches=matches,
        environment=reader,
        searched=Searched(
            generation=generation.number,
            articles=generation.articles,
            filters={"domain": filters.domains, "status": filters.statuses},
            lines_unread=found.unread,
        ),
    )


def match_object(
    match: Match[str],
    summary: ArticleSummary,
    row: Passage | None,
    *,
    reader: Mapping[str, str],
    lang: str,
    explained_in: str,
    url: str,
) -> DiagnosisMatch:
    """An article in one language, and what is known of it, for a reader of another."""
    return DiagnosisMatch(
        slug=summary.slug,
        title=summary.title,
        outcome=match.outcome,
        score=round(match.score, 4),
        line=match.line,
        signature=match.claimed.template,
        error=_row(row, summary, explained_in) if row else None,
        verification_status=summary.status,
        trust=trust_object(summary.trust_in(lang), explained_in),
        fit=fit_of_row(summary, row, reader) if row else Fit.UNKNOWN,
        url=f"{url}{article_path(summary.slug)}",
    )


def _row(row: Passage, summary: ArticleSummary, lang: str) -> ErrorRow:
    trust = entry_trust(summary.trust_in(row.lang).of(row.anchor), lang)
    return ErrorRow.of(row, error=row.text, trust=trust)
