"""The model of an article, between reading and storing.

Everything here is frozen and holds plain values. Times are ISO 8601 texts, kept as
they were written so that a document renders back to the same bytes; `corpus.text.timestamps` turns
them into something that can be compared.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """The author's statement about verification: a claim, not a proof."""

    VERIFIED = "verified"
    PARTIAL = "partial"
    PENDING = "pending"
    FAILED = "failed"
    DEPRECATED = "deprecated"


class Risk(StrEnum):
    """How much damage the fix can do if it is misapplied."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class VerificationResult(StrEnum):
    """The outcome that a verification record claims."""

    PASSED = "passed"
    FAILED = "failed"
    PARTIAL = "partial"


class VerifierKind(StrEnum):
    """The kinds of verifiers."""

    OFFICIAL_BOT = "official_bot"
    THIRD_PARTY_AGENT = "third_party_agent"
    HUMAN_EXPERT = "human_expert"


class PublicationState(StrEnum):
    """Whether readers may see the article: only published ones are served."""

    PUBLISHED = "published"
    DRAFT = "draft"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """A question as a reader would ask it, and its answer in Markdown."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock:
    """A block of the document's Code Blocks section."""

    language: str
    content: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeRequirement:
    """A runtime that the article applies to: `Node.js` and `>=18.0.0`."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEnvironment:
    """The environment of a verification."""

    os: str
    runtime: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRecord:
    """One line of the document's Verification Records: a claim by a named verifier."""

    verifier: str
    result: VerificationResult
    verified_at: str
    notes: str | None = None
    environment: RecordEnvironment | None = None
    kind: VerifierKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The metadata that all translations of an article share."""

    id: str
    code: str | None = None
    aliases: tuple[str, ...] = ()
    author: str
    domain: str
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    status: Status = Status.PENDING
    confidence: int = 0
    """Per cent, 0 to 100, as the document states it."""
    risk: Risk = Risk.LOW
    versions: tuple[str, ...] = ()
    runtimes: tuple[RuntimeRequirement, ...] = ()
    published_at: str | None = None
    updated_at: str | None = None
    created_at: str | None = None
    review_by: str | None = None
    """When somebody has to look at it again: checks that ran before count no longer then."""
    records: tuple[VerificationRecord, ...] = ()
    related_ids: tuple[str, ...] = ()

    @property
    def changed_at(self) -> str | None:
        """The time of the last change, or else of creation."""
        return self.updated_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An article's text in one language."""

    lang: str
    title: str
    summary: str
    body: str
    code_blocks: tuple[CodeBlock, ...] = ()
    questions: tuple[QuestionAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One piece of knowledge in one or more languages; the first one is the original."""

    slug: str
    metadata: Metadata
    translations: tuple[Translation, ...]
    state: PublicationState = PublicationState.PUBLISHED
    extra: dict[str, Any] = field(default_factory=dict)
    """Front matter that Fixbook has no field for: kept, exported, never interpreted."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the article, the original first."""
        return tuple(translation.lang for translation in self.translations)

    def translation(self, lang: str) -> Translation:
        """The text in `lang`, or the original if there is none."""
        for translation in self.translations:
            if translation.lang == lang:
                return translation
        return self.translations[0]
