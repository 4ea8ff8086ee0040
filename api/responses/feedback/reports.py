"""Outcome reports as objects."""

import json
from typing import Annotated

from api.responses.model import Model, doc
from corpus.feedback.reports import ReportCounts, ReportedText, ReportOutcome, ReportSummary


class ReportCountsObject(Model):
    """How many API keys reported what about the present text; apart from `trust`."""

    worked: int
    worked_with_changes: int
    did_not_work: int
    last_at: str | None


class EntryReports(Model):
    """The reports about an error entry."""

    anchor: str
    counts: ReportCountsObject


class EnvironmentReports(Model):
    """The reports from an environment."""

    environment: dict[str, str]
    counts: ReportCountsObject


class ReportsObject(Model):
    """The reports about an article."""

    slug: str
    current: Annotated[ReportCountsObject, doc("About the article and its entries as they are.")]
    older: Annotated[ReportCountsObject, doc("About what was edited since.")]
    entries: list[EntryReports]
    environments: Annotated[list[EnvironmentReports], doc("The most reported first.")]


class ReportReceived(Model):
    """A report that was stored."""

    slug: str
    lang: str
    anchor: Annotated[str, doc("The error entry; empty: the whole article.")]
    outcome: ReportOutcome
    reports: Annotated[ReportCountsObject, doc("About the article, this one included.")]


def report_received(
    text: ReportedText, outcome: ReportOutcome, counts: ReportCounts
) -> ReportReceived:
    """A report that was stored about a text, and all about its article."""
    return ReportReceived.of(text, outcome=outcome, reports=ReportCountsObject.of(counts))


def reports_object(slug: str, found: ReportSummary) -> ReportsObject:
    """All reports about an article as an object."""
    return ReportsObject(
        slug=slug,
        current=ReportCountsObject.of(found.current),
        older=ReportCountsObject.of(found.older),
        entries=[
            EntryReports(anchor=anchor, counts=ReportCountsObject.of(counts))
            for anchor, counts in found.by_anchor.items()
        ],
        environments=[
            EnvironmentReports(environment=json.loads(name), counts=ReportCountsObject.of(counts))
            for name, counts in found.by_environment.items()
        ],
    )
