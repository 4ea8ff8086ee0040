"""What the tools give back as data: the schemas that clients see.

Search and diagnosis are the `data` of the JSON API, with the next call added.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from api.responses.articles import ErrorRow, VerificationStatus
from api.responses.diagnosis import DiagnosisObject
from api.responses.model import Model, doc
from api.responses.search import SearchPage
from api.responses.trust import TrustObject

_LONGEST_VALUE = 1_000
"""Characters of any one text that is not what was asked for."""

NextCall = Annotated[str, doc("The call that comes next, ready to be made.")]


class SearchToolResult(SearchPage):
    """What `search_articles` gives."""

    next_step: NextCall


class DiagnosisToolResult(DiagnosisObject):
    """What `diagnose_error` gives."""

    next_step: NextCall


class SectionSize(Model):
    """A section that can be asked for."""

    anchor: str
    title: str
    level: int
    characters: Annotated[int, doc("With the deeper sections under it.")]


class ArticleExcerpt(Model):
    """What `get_article` gives."""

    slug: str
    title: str
    summary: str
    lang: str
    languages: tuple[str, ...]
    verification_status: VerificationStatus
    trust: TrustObject
    errors: Annotated[list[ErrorRow], doc("The errors that were asked for, each with its trust.")]
    updated_at: str | None
    url: str
    notice: Annotated[str, doc("What to know before reading it.")]
    section: Annotated[str, doc("The section that was asked for; empty: all.")]
    content: Annotated[str, doc("The article's own text, in Markdown.")]
    cut: Annotated[bool, doc("Whether something of it did not fit.")]
    characters: Annotated[int, doc("How long it is when nothing is cut.")]
    sections: Annotated[list[SectionSize], doc("All sections, 100 at most.")]
    next_step: NextCall


@dataclass(frozen=True, slots=True)
class ToolResult:
    """An answer, once as structured content and once as Markdown."""

    data: dict[str, Any]
    text: str


def shortened(value: Any) -> Any:
    """The same with every text cut that is longer than any reader wants in a list."""
    if isinstance(value, dict):
        return {name: shortened(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shortened(item) for item in value]
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return f"{value[:_LONGEST_VALUE]} …"
    return value
