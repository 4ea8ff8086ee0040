"""The shapes of the answers, for the specification and the tests.

Answers are not built from these: they are written from plain values, and a test holds
every one of them against its model.
"""

import re
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from corpus.checks.receipts import CheckOutcome as ReceiptOutcome
from corpus.checks.trust import Level
from corpus.diagnosis.scoring import MatchOutcome
from corpus.document.article import Risk, Status, VerificationResult, VerifierKind

Data = TypeVar("Data")


class Model(BaseModel):
    """camelCase outside, and nothing that is not described."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Meta(Model):
    """About the answer itself."""

    request_id: Annotated[str, Field(description="Names this request in the server's log.")]
    timestamp: str
    next_step: Annotated[str | None, Field(description="What to call next.")] = None


class Envelope(Model, Generic[Data]):
    """The shape of every answer but the bare article."""

    success: bool
    data: Data
    error: None = None
    meta: Meta


class TrustObject(Model):
    """What a claim of verification is worth."""

    level: Level
    explanation: str
    records: Annotated[int, Field(description="Verification records that the document states.")]
    last_run: Annotated[str | None, Field(description="When a check of this text ran last.")]


class RunEnvironment(Model):
    """Where a check ran."""

    os: str
    kernel: str
    architecture: str
    runtimes: dict[str, str]


class ReceiptObject(Model):
    """What running a check came to."""

    check: str
    error: str
    outcome: ReceiptOutcome
    reason: str
    stale: Annotated[bool, Field(description="It is about an older text of the article.")]
    ran_at: str
    repetitions: int
    environment: RunEnvironment
    isolation: str


class EvidenceObject(TrustObject):
    """The same, with the receipts behind it."""

    receipts: list[ReceiptObject]


class Runtime(Model):
    """A runtime that the article applies to."""

    name: str
    version: str


class CodeBlockObject(Model):
    """A block of the Code Blocks section."""

    id: str
    language: str
    filename: str | None
    content: str
    description: str


class QaPair(Model):
    """A question and its answer in Markdown."""

    id: str
    question: str
    answer: str


class Verifier(Model):
    """Who verified."""

    id: str
    type: VerifierKind | None
    name: str


class EnvironmentObject(Model):
    """Where it was verified."""

    os: str
    runtime: str
    version: str


class VerificationRecordObject(Model):
    """What somebody states about a verification."""

    id: str
    article_id: str
    verifier: Verifier
    result: VerificationResult
    environment: EnvironmentObject | None
    notes: str | None
    verified_at: str


class Endpoints(Model):
    """Where the article is."""

    search: str
    json_: Annotated[str, Field(alias="json")]
    markdown: str


class ApiAccess(Model):
    """How to get the article."""

    endpoints: Endpoints
    example_usage: str


class SectionObject(Model):
    """A heading of the body."""

    level: int
    title: str
    anchor: str


class ErrorRow(Model):
    """A row of an error table."""

    error: str
    cause: str | None
    solution: str | None
    anchor: str


class Reference(Model):
    """A link; `slug` where it leads to an article."""

    label: str
    target: str
    slug: str | None
    url: str | None


class Short(Model):
    """What every form of an article has."""

    id: str
    slug: str
    code: Annotated[str | None, Field(description="What other articles call it: `TRANS-003`.")]
    domain: str
    tags: list[str]
    verification_status: Annotated[Status, Field(description="What the author says.")]
    confidence_score: Annotated[int, Field(description="Per cent, as the document states it.")]
    risk_level: Risk
    updated_at: str | None
    created_at: str | None


class Whole(Short):
    """What the forms of one article have, and the items of a list have not."""

    notice: Annotated[
        str, Field(description="Of a deprecated article: that, and what to read instead.")
    ] = ""


class ArticleObject(Whole):
    """An article in one language, bare."""

    aliases: list[str]
    author: str
    title: str
    summary: str
    content: Annotated[str, Field(description="The body, in Markdown.")]
    lang: str
    languages: list[str]
    keywords: list[str]
    applicable_versions: list[str]
    runtime_env: list[Runtime]
    code_blocks: list[CodeBlockObject]
    qa_pairs: list[QaPair]
    verification_records: list[VerificationRecordObject]
    related_ids: list[str]
    published_at: str | None
    api_access: ApiAccess
    sections: list[SectionObject]
    errors: list[ErrorRow]
    references: list[Reference]
    trust: EvidenceObject
    url: str


class Formats(Model):
    """Where the whole article is."""

    json_: Annotated[str, Field(alias="json")]
    markdown: str


class Summary(Whole):
    """The short facts of an article, in all its languages."""

    author: str
    title: dict[str, str]
    summary: dict[str, str]
    keywords: list[str]
    applicable_versions: list[str]
    published_at: str | None
    formats: Formats


class SearchMatch(Model):
    """A place of an article that answers the query."""

    kind: Annotated[str, Field(description="`error`, `qa`, `section`, `keyword` or `code`.")]
    text: str
    anchor: str | None
    cause: str | None = None
    solution: str | None = None


class SearchItem(Short):
    """An article of a page of results."""

    title: dict[str, str]
    summary: dict[str, str]
    trust: TrustObject
    outcome: Annotated[
        MatchOutcome | None,
        Field(description="How sure it is that this is meant; null where no `q` was asked."),
    ]
    score: Annotated[float | None, Field(description="Compares within one answer only.")]
    highlights: dict[str, list[str]]
    matches: list[SearchMatch]
    url: str


class Pagination(Model):
    """Where a page stands in the whole."""

    page: int
    page_size: int
    total: int
    total_pages: int


class SearchPage(Model):
    """A page of results."""

    outcome: Annotated[
        MatchOutcome | None,
        Field(
            description="That of the best item: `related` means that these are only the nearest "
            "articles, `none` that nothing has to do with it; null where no `q` was asked."
        ),
    ]
    items: list[SearchItem]
    pagination: Pagination
    facets: dict[str, dict[str, int]] | None
    suggestion: Annotated[str | None, Field(description="Did you mean this?")]


class RecognisedSignature(Model):
    """A message found in the text, and what of it was masked."""

    line: Annotated[int, Field(description="From 1.")]
    text: str
    template: str
    codes: list[str]


class DiagnosisMatch(Model):
    """An article that knows the error."""

    slug: str
    title: dict[str, str]
    outcome: MatchOutcome
    score: Annotated[float, Field(description="0 to 1.")]
    line: int
    signature: Annotated[str, Field(description="The article's message that fits.")]
    error: ErrorRow | None
    verification_status: Status
    trust: TrustObject
    url: str


class Searched(Model):
    """What was searched."""

    generation: int
    articles: int
    filters: dict[str, list[str]]
    lines_unread: int
    """Lines that were left unread, as the text has too many; 0 when all were read."""


class DiagnosisObject(Model):
    """What was recognised, and the articles that know it, best first."""

    outcome: MatchOutcome
    signatures: list[RecognisedSignature]
    matches: list[DiagnosisMatch]
    searched: Searched


class ErrorArticle(Model):
    """Where an entry of the error index stands."""

    slug: str
    title: str
    url: str


class IndexedError(ErrorRow):
    """An entry of the error index."""

    lang: str
    article: ErrorArticle


class ErrorsPage(Model):
    """A page of the error index."""

    items: list[IndexedError]
    pagination: Pagination


class CountObject(Model):
    """A name, and how many articles have it."""

    name: str
    articles: int


class CountsObject(Model):
    """Names with their counts."""

    items: list[CountObject]


class ArticleCounts(Model):
    """How many articles there are."""

    total: int
    published: int
    verified: Annotated[int, Field(description="Whose author says so.")]
    weekly_new: int


class AgentsObject(Model):
    """Agents that were seen."""

    active: int


class ApiRequests(Model):
    """Requests since the data folder was made, of all processes over it."""

    total: int
    source: str


class GenerationFacts(Model):
    """What is served."""

    number: int
    published_at: str
    engine: str


class Stats(Model):
    """Counts of everything."""

    articles: ArticleCounts
    agents: AgentsObject
    api_requests: ApiRequests
    generation: GenerationFacts


class Health(Model):
    """What works."""

    status: str
    timestamp: str
    response_time: Annotated[str, Field(description="`3ms`.")]
    services: Annotated[
        dict[str, str],
        Field(
            description="`connected` or `disconnected`; `unknown` for the search while the "
            "database, which names the index, is disconnected."
        ),
    ]


class Live(Model):
    """That the process answers."""

    status: str


class Ready(Model):
    """What would answer."""

    status: str
    generation: int


class ErrorDetail(Model):
    """What went wrong."""

    code: str
    message: str
    details: dict[str, Any]


class Failure(Model):
    """The envelope of an error."""

    success: bool
    data: None
    error: ErrorDetail
    meta: Meta


SummaryAnswer = Envelope[Summary]
SearchAnswer = Envelope[SearchPage]
DiagnosisAnswer = Envelope[DiagnosisObject]
ErrorsAnswer = Envelope[ErrorsPage]
CountsAnswer = Envelope[CountsObject]
StatsAnswer = Envelope[Stats]

_WHEN = {
    400: "`VALIDATION_ERROR`: a parameter or the body cannot be used; "
    "`details.errors` says which and what it may be.",
    404: "`NOT_FOUND`: no such article; `details.suggestions` has the nearest slugs.",
    406: "`NOT_ACCEPTABLE`: none of what `Accept` names is to be had.",
    413: "`PAYLOAD_TOO_LARGE`: the text is longer than 64 KiB.",
    415: "`UNSUPPORTED_MEDIA_TYPE`: the body is compressed, or in another charset than UTF-8.",
    503: "`SERVICE_UNAVAILABLE`: database or index is away; ask again after `Retry-After`.",
}


REFERENCE = "#/components/schemas/{model}"
"""Where the specification has the schema of a model."""


def component(model: type[BaseModel]) -> str:
    """The name of a model's schema: `Envelope[Summary]` has characters that names lack."""
    return re.sub(r"\W", "_", model.__name__)


def reference(model: type[BaseModel]) -> dict[str, str]:
    """A pointer to the schema of a model."""
    return {"$ref": REFERENCE.format(model=component(model))}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for the specification."""
    return {status: {"model": Failure, "description": _WHEN[status]} for status in statuses}
