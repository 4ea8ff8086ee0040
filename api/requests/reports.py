"""A report as requested, and how it is stored, for every front end."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.dependencies import AppState
from api.http.negotiation import best_language
from api.requests.article_lookup import NamedArticle, read_article
from api.requests.parameters import Text, storable
from corpus.feedback import reports
from corpus.feedback.reports import ReportCounts, ReportedText, ReportOutcome, reported_text
from corpus.search.reading import Reading
from corpus.store.api_keys import Key
from corpus.store.database import Connection
from corpus.store.entry import Entry

_Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(storable)]


class Reported(BaseModel):
    """What came of a fix."""

    model_config = ConfigDict(extra="ignore")

    outcome: ReportOutcome
    anchor: Annotated[
        Text, Field(max_length=400, description="The error entry, by its `anchor`; else all of it.")
    ] = ""
    environment: Annotated[
        dict[_Name, _Name],
        Field(
            max_length=10,
            description="Where it was tried: `os` and programs with their versions.",
            examples=[{"os": "debian 12", "python": "3.13"}],
        ),
    ] = {}
    note: Annotated[
        Text, Field(max_length=1_000, description="What had to be changed, or what came instead.")
    ] = ""


async def store_report(
    state: AppState, slug: str, reported: Reported, *, key: Key, lang: str, languages: str
) -> tuple[ReportedText, ReportCounts]:
    """The text that it is about, and all reports about the article.

    `lang` is the requested language, `languages` an Accept-Language header. Raises NotFound for an
    unknown article, InvalidRequest for an unknown anchor, and Unavailable if it cannot be stored.
    """

    def find(_reading: Reading, named: NamedArticle) -> tuple[Entry, ReportedText]:
        entry = named.entry
        default, available = state.settings.default_lang, entry.article.languages
        chosen = best_language(named.lang or lang, languages, available, default)
        return entry, reported_text(entry, chosen, reported.anchor)

    entry, text = await read_article(state, slug, find)

    def store(connection: Connection) -> ReportCounts:
        reports.record(
            connection,
            text,
            reported.outcome,
            key_id=key.id,
            environment=reported.environment,
            note=reported.note,
        )
        return reports.current_counts(connection, entry)

    return text, await state.record(store)
