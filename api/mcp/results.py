"""The results of the tools as data: the schemas that clients see.

Search and diagnosis return the `data` of the JSON API, with the next call added.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from api.responses.articles import ErrorRow, VerificationStatus
from api.responses.diagnosis import DiagnosisObject
from api.responses.model import Model, doc
from api.responses.search import SearchPage
from api.responses.trust import TrustObject

_LONGEST_VALUE = 1_000
"""Characters of any text except for the content that was requested."""

NextCall = Annotated[str, doc("The suggested next call.")]


class SearchToolResult(SearchPage):
    """The result of `search_articles`."""

    next_step: NextCall


class DiagnosisToolResult(DiagnosisObject):
    """The result of `diagnose_error`."""

    next_step: NextCall


class SectionSize(Model):
    """A section that can be requested."""

    anchor: str
    title: str
    level: int
    characters: Annotated[int, doc("Including its subsections.")]


class ArticleExcerpt(Model):
    """The result of `get_article`."""

    slug: str
    title: str
    summary: str
    lang: str
    languages: tuple[str, ...]
    verification_status: VerificationStatus
    trust: TrustObject
    errors: Annotated[list[ErrorRow], doc("The errors in the content, each with its trust.")]
    updated_at: str | None
    url: str
    notice: Annotated[str, doc("What to know before reading it.")]
    section: Annotated[str, doc("The requested section; empty: all.")]
    content: Annotated[str, doc("The article's own text, in Markdown.")]
    cut: Annotated[bool, doc("Whether the content was cut.")]
    characters: Annotated[int, doc("Its length if nothing is cut.")]
    sections: Annotated[list[SectionSize], doc("All sections, 100 at most.")]
    next_step: NextCall


@dataclass(frozen=True, slots=True)
class ToolResult:
    """A result, both as structured content and as Markdown."""

    data: dict[str, Any]
    text: str


def shorten_texts(value: Any) -> Any:
    """The value with long texts in it cut."""
    if isinstance(value, dict):
        return {name: shorten_texts(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shorten_texts(item) for item in value]
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return f"{value[:_LONGEST_VALUE]} …"
    return value
