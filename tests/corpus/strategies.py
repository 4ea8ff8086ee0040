"""Articles for Hypothesis: every field that a document can state, with hostile text."""

from hypothesis import strategies as st

from corpus.document.article import (
    Article,
    CodeBlock,
    Metadata,
    QuestionAnswer,
    RecordEnvironment,
    Risk,
    RuntimeRequirement,
    Status,
    Translation,
    VerificationRecord,
    VerificationResult,
    VerifierKind,
)

_TRAPS = st.sampled_from(
    [
        *("\n", "\n\n", "---", "```", "````", "~~~", "```sh\n", "# ", "> ", "**", "**Q: "),
        *("\\", ", ", " / ", " ", "\t", "\r", "\u2028", "N/A", "0%", "中文", "😀"),
        "\n\n---\n\n## Content\n",
        "\n---\n\n## Metadata\n",
        "- **ID:** x\n",
        "## Q&A\n\n",
        "\n## Q&A\n\n**Q: a**\n\nb\n\n",
        "\n## Code Blocks\n\n### x\n\n```\ny\n```\n\n",
        "(passed) - 2026-01-01",
        "## Related Articles\n\nRelated article IDs: a\n",
        "\n## API Access\n",
        "| JSON | `/api/v1/articles/x?format=json` |\n",
    ]
)
_ANY = st.lists(_TRAPS | st.text(max_size=8), max_size=8)
_TEXT = _ANY.map("".join)
_LINE = _TEXT.map(lambda text: text.replace("\n", ""))
_FILLED_LINE = _LINE.filter(lambda text: bool(text.strip()))
_ITEM = _LINE.filter(lambda text: bool(text) and not text.endswith("\\") and "\\, " not in text)
_ITEMS = st.lists(_ITEM, max_size=3).map(tuple)
_NAME = st.from_regex(r"[a-z0-9_]([a-z0-9._~-]{0,20}[a-z0-9_])?", fullmatch=True)
_TIME = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
_MAYBE_TIME = st.none() | _TIME
_PART = st.text("abc.-0 ", min_size=1, max_size=6).map(lambda text: text.strip() or "x")

_ENVIRONMENTS = st.builds(RecordEnvironment, os=_PART, runtime=_PART, version=_PART)
_RECORDS = st.builds(
    VerificationRecord,
    verifier=_LINE.filter(bool),
    result=st.sampled_from(VerificationResult),
    verified_at=_TIME,
    notes=st.none() | _LINE,
    environment=st.none() | _ENVIRONMENTS,
    kind=st.none() | st.sampled_from(VerifierKind),
)
_RUNTIMES = st.builds(
    RuntimeRequirement,
    name=st.sampled_from(["Node.js", "Python", "Windows Server"]),
    version=st.sampled_from([">=18.0.0", "3.x", "2022"]),
)
_METADATA = st.builds(
    Metadata,
    id=_FILLED_LINE,
    code=st.none() | _LINE.filter(bool),
    aliases=_ITEMS,
    author=_LINE,
    domain=_FILLED_LINE,
    tags=_ITEMS,
    keywords=_ITEMS,
    status=st.sampled_from(Status),
    confidence=st.integers(0, 100),
    risk=st.sampled_from(Risk),
    versions=_ITEMS,
    runtimes=st.lists(_RUNTIMES, max_size=2).map(tuple),
    published_at=_MAYBE_TIME,
    updated_at=_MAYBE_TIME,
    created_at=_MAYBE_TIME,
    records=st.lists(_RECORDS, max_size=3).map(tuple),
    related_ids=_ITEMS,
)
_CODE_BLOCKS = st.builds(
    CodeBlock,
    language=_LINE.map(lambda text: text.replace("`", "")),
    content=_TEXT,
    description=_LINE,
)
_QUESTIONS = st.builds(QuestionAnswer, question=_TEXT, answer=_TEXT)
_TRANSLATIONS = st.builds(
    Translation,
    lang=st.just("en"),
    title=_LINE,
    summary=_TEXT,
    body=_TEXT,
    code_blocks=st.lists(_CODE_BLOCKS, max_size=2).map(tuple),
    questions=st.lists(_QUESTIONS, max_size=2).map(tuple),
)


def articles() -> st.SearchStrategy[Article]:
    """Articles in English."""
    translations = _TRANSLATIONS.map(lambda translation: (translation,))
    return st.builds(Article, slug=_NAME, metadata=_METADATA, translations=translations)
