"""A diagnosis as requested, and its result, for every front end."""

from typing import Annotated

from msgspec.structs import replace
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.http.errors import PayloadTooLarge
from api.http.negotiation import best_language, preferred_language
from api.requests.search import check_domains
from api.responses.diagnosis import DiagnosisMatch, DiagnosisObject, diagnosis_object, match_object
from api.responses.fixes import fix_text
from corpus.checks.fit import canonical_names, environment_in
from corpus.diagnosis.matching.match import SURE
from corpus.document.article import Status
from corpus.search.diagnosis import diagnose, row_of
from corpus.search.reading import Reading
from corpus.store import articles
from corpus.store.filters import Filters

LARGEST = 64 * 1024
"""Bytes of a text to diagnose."""
TOO_LONG = f"the text may have {LARGEST} bytes"
_SHORT = 4 * 1024
"""Characters that can always be diagnosed within a few milliseconds."""


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


_OneOrMore = BeforeValidator(_as_list, json_schema_input_type=list[str] | str)
_OneOrMoreStatuses = BeforeValidator(_as_list, json_schema_input_type=list[Status] | Status)


_Name = Annotated[str, Field(min_length=1, max_length=100)]


class Question(BaseModel):
    """A text to diagnose."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, Field(description="A raw log, trace or message, up to 64 KiB.")]
    limit: Annotated[int, Field(ge=1, le=50, description="Matches at most; 5 if absent.")] = 5
    lang: Annotated[str, Field(max_length=20, description="The language of the answer.")] = ""
    domain: Annotated[
        list[str], _OneOrMore, Field(description="Only articles of these domains.")
    ] = []
    status: Annotated[
        list[Status], _OneOrMoreStatuses, Field(description="Only articles with these statuses.")
    ] = []
    environment: Annotated[
        dict[_Name, _Name],
        Field(
            max_length=20,
            description="Where it failed: `os` and programs with their versions. What is missing "
            "is read in the text.",
            examples=[{"os": "debian 12", "python": "3.13"}],
        ),
    ] = {}

    def filters(self) -> Filters:
        """The filters, as for a search."""
        return Filters(domains=tuple(self.domain), statuses=tuple(self.status))


def is_long(text: str) -> bool:
    """Whether the text is so long that it would block the event loop."""
    return len(text) > _SHORT


def check_length(text: str) -> None:
    """Raises PayloadTooLarge for a text that is too long to diagnose."""
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise PayloadTooLarge(TOO_LONG)


def run_diagnosis(
    reading: Reading, question: Question, *, accept: str, url: str
) -> DiagnosisObject:
    """The result from one generation; `accept` is an Accept-Language header."""
    filters = question.filters()
    check_domains(reading, filters.domains)
    reader = environment_in(question.text) | canonical_names(question.environment)
    found = diagnose(reading, question.text, filters=filters, limit=question.limit, reader=reader)
    summaries = reading.summaries.load(reading.connection, [match.key for match in found.matches])
    explained_in = preferred_language(question.lang, accept, "")
    matches: list[DiagnosisMatch] = []
    for match, summary in zip(found.matches, summaries, strict=True):
        lang = best_language(question.lang, accept, summary.languages, summary.languages[0])
        row = row_of(reading, match, summary, lang, reader=reader)
        shown = match_object(
            match, summary, row, reader=reader, lang=lang, explained_in=explained_in, url=url
        )
        is_sure_first = not matches and found.outcome in SURE
        matches.append(_with_fix(reading, shown, match.key, lang) if is_sure_first else shown)
    return diagnosis_object(found, matches, reader, filters=filters, generation=reading.generation)


def _with_fix(reading: Reading, match: DiagnosisMatch, id_: str, lang: str) -> DiagnosisMatch:
    """The match of an article with the text of its fix."""
    entry = next(articles.load_without_signatures(reading.connection, [id_]), None)
    if entry is None or match.error is None:
        return match
    fix, left = fix_text(entry, lang, match.error.anchor)
    return replace(match, fix=fix, fix_characters_left=left) if fix else match
