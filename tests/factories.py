"""Makes the records that tests are about: every field has a default, say only what matters."""

from collections.abc import Mapping, Sequence

from corpus.checks.receipts import (
    RUNNER,
    CheckOutcome,
    Isolation,
    ObservedError,
    Receipt,
    RunKind,
    RunRecord,
    StepRecord,
)
from corpus.checks.receipts import Environment as RunEnvironment
from corpus.diagnosis.signatures.extraction import each_message_once, extract
from corpus.diagnosis.signatures.signature import Signature
from corpus.document.article import (
    Article,
    CodeBlock,
    Metadata,
    PublicationState,
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
from corpus.document.article_document import render
from corpus.document.outline import outline
from corpus.store.entry import DerivedText, Entry

PUBLIC_URL = "https://fixbook.example"

BODY = """\
The client reaches the machine, and nothing listens on the port.

## Symptoms

- The tool list stays empty
- `connect ECONNREFUSED 127.0.0.1:8931`

## Error table

| Error | Cause | Solution |
|---|---|---|
| `connect ECONNREFUSED 127.0.0.1:8931` | Nothing listens there | Start the server |
| `curl: (28) Connection timed out` | A firewall drops packets | Open the port |"""


def make_metadata(
    *,
    id: str = "art_PortClosed01",  # noqa: A002 - the field is called so
    code: str | None = None,
    aliases: Sequence[str] = (),
    author: str = "Fixbook",
    domain: str = "transport",
    tags: Sequence[str] = ("network", "port"),
    keywords: Sequence[str] = ("connection refused", "ECONNREFUSED"),
    status: Status = Status.PENDING,
    confidence: int = 0,
    risk: Risk = Risk.LOW,
    versions: Sequence[str] = (),
    runtimes: Sequence[RuntimeRequirement] = (),
    published_at: str | None = "2026-03-12T07:04:44.744Z",
    updated_at: str | None = "2026-03-13T08:00:00.000Z",
    created_at: str | None = "2026-03-11T06:30:00.000Z",
    review_by: str | None = None,
    records: Sequence[VerificationRecord] = (),
    related_ids: Sequence[str] = (),
) -> Metadata:
    """What the translations of an article share."""
    return Metadata(
        id=id,
        code=code,
        aliases=tuple(aliases),
        author=author,
        domain=domain,
        tags=tuple(tags),
        keywords=tuple(keywords),
        status=status,
        confidence=confidence,
        risk=risk,
        versions=tuple(versions),
        runtimes=tuple(runtimes),
        published_at=published_at,
        updated_at=updated_at,
        created_at=created_at,
        review_by=review_by,
        records=tuple(records),
        related_ids=tuple(related_ids),
    )


def make_translation(
    *,
    lang: str = "en",
    title: str = "Connection refused on a local port",
    summary: str = "Nothing listens where the client knocks.",
    body: str = BODY,
    code_blocks: Sequence[CodeBlock] = (),
    questions: Sequence[QuestionAnswer] = (),
) -> Translation:
    """An article's text in one language."""
    return Translation(
        lang=lang,
        title=title,
        summary=summary,
        body=body,
        code_blocks=tuple(code_blocks),
        questions=tuple(questions),
    )


def make_article(
    *,
    slug: str = "connection-refused",
    metadata: Metadata | None = None,
    translations: Sequence[Translation] = (),
    state: PublicationState = PublicationState.PUBLISHED,
) -> Article:
    """An article, in English unless translations are given."""
    return Article(
        slug=slug,
        metadata=metadata or make_metadata(),
        translations=tuple(translations) or (make_translation(),),
        state=state,
    )


def make_question(
    *, question: str = "What does it mean?", answer: str = "The port is closed."
) -> QuestionAnswer:
    """A question and its answer."""
    return QuestionAnswer(question=question, answer=answer)


def make_code_block(
    *,
    language: str = "bash",
    content: str = "ss -ltn",
    description: str = "What listens",
) -> CodeBlock:
    """A block of the Code Blocks section."""
    return CodeBlock(language=language, content=content, description=description)


def make_record(
    *,
    verifier: str = "Night Bot",
    result: VerificationResult = VerificationResult.PASSED,
    verified_at: str = "2026-03-12T07:21:05.828Z",
    notes: str | None = None,
    environment: RecordEnvironment | None = None,
    kind: VerifierKind | None = None,
) -> VerificationRecord:
    """A claim that somebody verified the article."""
    return VerificationRecord(
        verifier=verifier,
        result=result,
        verified_at=verified_at,
        notes=notes,
        environment=environment,
        kind=kind,
    )


def make_receipt(
    *,
    check: str = "example",
    error: str = "connect ECONNREFUSED",
    outcome: CheckOutcome = CheckOutcome.FIXED,
    reason: str = "so it came",
    vouches_for: Mapping[str, str] | None = None,
    observed: Sequence[ObservedError] = (),
    runs: Sequence[RunRecord] | None = None,
    runner: int = RUNNER,
    sandbox: str = "bubblewrap 0.8",
    os: str = "Debian 12",
    kernel: str = "Linux 6.1",
    ran_at: str = "2026-11-22T14:00:00Z",
) -> Receipt:
    """What running a check came to."""
    return Receipt(
        check=check,
        error=error,
        outcome=outcome,
        reason=reason,
        vouches_for=dict(vouches_for or {"en": "sha256:aa"}),
        observed=tuple(observed),
        repetitions=2,
        runs=tuple(make_runs() if runs is None else runs),
        environment=RunEnvironment(
            os=os, kernel=kernel, architecture="x86_64", runtimes={"bash": "5.2"}
        ),
        isolation=Isolation(
            sandbox=sandbox, network="loopback", user="", files="", limits="20 s a step"
        ),
        ran_at=ran_at,
        runner=runner,
    )


def make_runs() -> list[RunRecord]:
    """The runs of a check that came to `fixed`."""
    steps = {
        RunKind.RED: {"reproduce": 1, "confirm": 1},
        RunKind.CONTROL: {"reproduce": 1, "reproduce again": 1},
        RunKind.GREEN: {"fix": 0, "reproduce": 0, "confirm": 0},
    }
    return [
        RunRecord(
            kind=kind,
            times=2,
            steps=tuple(
                StepRecord(step=name.split()[0], exit_status=status, seconds=0.1)
                for name, status in each.items()
            ),
        )
        for kind, each in steps.items()
    ]


def make_entry(
    article: Article | None = None,
    *,
    unit: str = "content/connection-refused",
    fingerprint: str = "0" * 64,
) -> Entry:
    """An article with what is derived from it, as an ingest would store it."""
    article = article or make_article()
    signatures = (make_signatures(text, article.metadata) for text in article.translations)
    return Entry(
        article=article,
        derived=tuple(map(make_derived, article.translations)),
        signatures=each_message_once(*signatures),
        unit=unit,
        fingerprint=fingerprint,
    )


def make_signatures(text: Translation, metadata: Metadata) -> list[Signature]:
    """The messages of one translation."""
    found = outline(text.body)
    code = [block.content for block in text.code_blocks]
    return extract(outline=found, title=text.title, keywords=metadata.keywords, code=code)


def make_derived(text: Translation) -> DerivedText:
    """What one translation's body contains."""
    found = outline(text.body)
    return DerivedText(
        lang=text.lang,
        sections=found.sections,
        errors=found.errors,
        references=found.links,
    )


def make_document(article: Article | None = None, *, lang: str = "en") -> str:
    """The Markdown document of an article."""
    return render(article or make_article(), lang=lang, public_url=PUBLIC_URL)


def numbered_document(number: int, *, title: str = "", body: str = BODY) -> str:
    """One of many small documents: slug `article-007`, id `art_Numbered0007`, its own title."""
    return make_document(
        make_article(
            slug=f"article-{number:03}",
            metadata=make_metadata(id=f"art_Numbered{number:04}"),
            translations=[make_translation(title=title or f"Article number {number}", body=body)],
        )
    )
