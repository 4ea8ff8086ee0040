"""`fixbook reports`."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from cli.open_library import open_library
from cli.options import Json
from cli.output import print_json
from corpus.errors import NotFound
from corpus.feedback.reports import Report, all_reports
from corpus.settings import load_settings
from corpus.store import articles
from corpus.text.escaping import harmless


def reports(
    slug: Annotated[str, typer.Argument(help="Only about this article.", show_default=False)] = "",
    *,
    as_json: Json = False,
) -> None:
    with open_library(load_settings()) as library, library.database.reading() as connection:
        article = articles.find(connection, slug) if slug else None
        if slug and article is None:
            raise NotFound(f"there is no article {slug!r}")
        found = list(all_reports(connection, article.id if article else ""))
    if as_json:
        print_json({"reports": [_json(report) for report in found]})
    else:
        _print(found)


def _json(report: Report) -> dict[str, object]:
    shown = asdict(report)
    return {
        **{name: shown[name] for name in ("slug", "lang", "anchor", "outcome", "environment")},
        "note": report.note,
        "key": report.key,
        "current": report.is_current,
        "reportedAt": report.reported_at,
    }


def _print(found: Iterable[Report]) -> None:
    none = True
    for report in found:
        none = False
        place = f"{report.slug}#{report.anchor}" if report.anchor else report.slug
        about = "" if report.is_current else "  about an older text"
        where = ", ".join(f"{name} {value}" for name, value in report.environment.items())
        said = harmless("  ".join(filter(None, (where, report.note))))
        print(
            f"{report.reported_at}  {report.outcome}  {place} ({report.lang})  {report.key}{about}"
        )
        if said:
            print(f"    {' '.join(said.split())}")
    if none:
        print("there are no reports")
