"""A document becomes a proposal: through the gate, past what is there already, into its row."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document.article import Article, Metadata
from corpus.document.article_document import Document, render
from corpus.errors import Complaint, Conflict, FixbookError, InvalidRequest
from corpus.library import Library
from corpus.lint.findings import Suspicion
from corpus.proposals import rows
from corpus.proposals.duplicates import alike_in_words, covered_by, shared_rows
from corpus.proposals.gate import LANGUAGE, SLUG, LintedDocument, false_claims, lint
from corpus.proposals.rows import Proposal, ProposalStatus
from corpus.search.reading import Reading
from corpus.store import articles
from corpus.store.articles import FoundArticle
from corpus.store.database import Connection
from corpus.text.secret_masking import without_personal_data
from corpus.text.timestamps import now

MOST_OPEN, MOST_OPEN_OF_A_KEY = 1_000, 20
"""Proposals that nobody has decided about."""
LARGEST_LOG = 64 * 1024
"""Bytes of the log that comes with a proposal."""
_LONGEST_KEY = 200
_LONGEST_SLUG = 80


class TooManyProposals(FixbookError):
    """More of them wait than anybody could read."""

    code = "RATE_LIMITED"
    status = 429
    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody sends."""

    document: bytes
    lang: str
    slug: str = ""
    """Of a new article; by default that of the document, else one made of the title."""
    log: str = ""
    key_id: str = ""
    key_name: str
    idempotency_key: str = ""

    @property
    def digest(self) -> str:
        """A hash of all that decides what it becomes."""
        content = self.document.decode("utf-8", "backslashreplace")
        return rows.digest_of(content, self.lang, self.slug, self.log)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatedSubmission:
    """A document that the gate lets through, and where it belongs."""

    linted: LintedDocument
    document: Document
    slug: str
    base: FoundArticle | None
    notes: Sequence[str] = ()


def submit(library: Library, submission: Submission) -> Proposal:
    """Judges a document and stores it; what was sent before gives the same proposal again.

    Raises InvalidRequest, Conflict, TooManyProposals, and Unavailable.
    """
    with library.reading() as reading:
        if (known := earlier(reading.connection, submission)) is not None:
            return known
        validated = validate(reading, submission)
    with library.database.recording() as connection:
        return store(connection, submission, validated)


def earlier(connection: Connection, submission: Submission) -> Proposal | None:
    """What the same request has made before.

    Raises Conflict where its key came with something else.
    """
    check_request(submission)
    found = rows.of_request(connection, submission.key_id, _idempotency_key(submission))
    if found is not None and found.digest != submission.digest:
        raise Conflict("this Idempotency-Key came with another document before", proposal=found.id)
    return found


def validate(reading: Reading, submission: Submission) -> ValidatedSubmission:
    """What a document becomes.

    Raises InvalidRequest, with lines, for what is wrong with it, and Conflict, with the article,
    for what is there already.
    """
    linted = lint(submission.document, lang=submission.lang)
    document = linted.document
    if document is None:
        raise refused(linted.findings)
    base, slug = _place(reading.connection, document, submission)
    article = base.entry.article if base else None
    if findings := (*_new_findings(linted, article), *false_claims(document, article)):
        raise refused(findings)
    if base and article and text_digest(article, submission.lang) == _digest(document, article):
        raise Conflict(f"{slug} says all of this already, word for word", article=slug)
    notes = _notes(reading, linted, document, base)
    return ValidatedSubmission(linted=linted, document=document, slug=slug, base=base, notes=notes)


def _new_findings(linted: LintedDocument, base: Article | None) -> list[Suspicion]:
    """What is wrong with a document, but for what is published so already."""
    lang = linted.document.translation.lang if linted.document else ""
    if not linted.findings or base is None or lang not in base.languages:
        return list(linted.findings)
    published = lint(render(base, lang=lang, public_url="").encode(), lang=lang)
    known = {each.message for each in published.findings}
    return [each for each in linted.findings if each.message not in known]


def store(
    connection: Connection, submission: Submission, validated: ValidatedSubmission
) -> Proposal:
    """Stores a proposal, or gives the one that the same request has made meanwhile.

    Raises TooManyProposals.
    """
    if (known := earlier(connection, submission)) is not None:
        return known
    _check_room(connection, submission.key_id)
    received, base = now(), validated.base
    proposal = Proposal(
        id=rows.new_id(),
        key_id=submission.key_id,
        key_name=submission.key_name,
        idempotency_key=_idempotency_key(submission),
        digest=submission.digest,
        status=ProposalStatus.LINTED,
        lang=submission.lang,
        slug=validated.slug,
        article_id=validated.document.metadata.id,
        base=text_digest(base.entry.article, submission.lang) if base else "",
        received_at=received,
        changed_at=received,
        title=validated.document.translation.title,
        document=validated.linted.text,
        log=without_personal_data(submission.log),
        notes="\n".join(validated.notes),
    )
    rows.add(connection, proposal)
    return proposal


def refused(findings: Sequence[Suspicion]) -> InvalidRequest:
    """The answer to a document with something wrong in it: each place, by its line."""
    return InvalidRequest(
        *(Complaint(f"document:{each.line}", each.message, None) for each in findings)
    )


def text_digest(article: Article, lang: str) -> str:
    """A hash of the text of an article in a language; "" if it has none.

    The metadata belongs to the original.
    """
    found = [text for text in article.translations if text.lang == lang]
    if not found:
        return ""
    metadata = article.metadata if lang == article.languages[0] else _NO_METADATA
    alone = Article(slug=article.slug, metadata=metadata, translations=(found[0],))
    return rows.digest_of(render(alone, lang=lang, public_url=""))


_NO_METADATA = Metadata(id="", author="", domain="")


def check_request(submission: Submission) -> None:
    """Raises InvalidRequest for what is wrong beside the document."""
    complaints = []
    if not LANGUAGE.fullmatch(submission.lang):
        complaints.append(Complaint("lang", "must be a language such as en", submission.lang[:20]))
    if submission.slug and not SLUG.fullmatch(submission.slug):
        complaints.append(Complaint("slug", "must be of a-z, 0-9 and -", submission.slug[:99]))
    if len(submission.log.encode("utf-8", "replace")) > LARGEST_LOG:
        complaints.append(Complaint("log", f"is longer than {LARGEST_LOG:,} bytes", None))
    key = submission.idempotency_key
    if len(key) > _LONGEST_KEY or not key.isprintable():
        complaints.append(Complaint("Idempotency-Key", f"at most {_LONGEST_KEY} characters", None))
    if complaints:
        raise InvalidRequest(*complaints)


def _digest(document: Document, article: Article) -> str:
    """That of the same article with this text, to be compared."""
    text = document.translation
    is_original = text.lang == article.languages[0]
    metadata = document.metadata if is_original else article.metadata
    others = [each for each in article.translations if each.lang != text.lang]
    texts = (text, *others) if is_original else (*others, text)
    return text_digest(Article(slug=article.slug, metadata=metadata, translations=texts), text.lang)


def _place(
    connection: Connection, document: Document, submission: Submission
) -> tuple[FoundArticle | None, str]:
    """The article that a document changes, if any, and the slug.

    Raises Conflict where it wants names of others.
    """
    metadata = document.metadata
    slug = submission.slug or document.slug or ""
    base = articles.find(connection, metadata.id)
    if base is not None and base.id != metadata.id:
        raise Conflict(f"{metadata.id} is a name of {base.slug}", article=base.slug)
    if base is None and slug and (named := articles.find(connection, slug)):
        raise Conflict(
            f"{slug} is the article {named.id}; to change it, state its ID, else take another slug",
            article=named.slug,
        )
    if base is not None and slug and slug != base.slug:
        raise Conflict(f"the ID {metadata.id} is that of {base.slug}", article=base.slug)
    slug = slug or (base.slug if base else _slugified(document))
    for name in (metadata.code, *metadata.aliases, *([] if base else [slug])):
        owner = articles.find(connection, name) if name else None
        if owner is not None and (base is None or owner.id != base.id):
            raise Conflict(f"the name {name!r} is that of {owner.slug}", article=owner.slug)
    return base, slug


def _slugified(document: Document) -> str:
    """A slug made of a title. Raises InvalidRequest where it has no letters for one."""
    plain = unicodedata.normalize("NFKD", document.translation.title).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", plain.decode().lower())
    slug = "-".join(words)[:_LONGEST_SLUG].strip("-")
    if not SLUG.fullmatch(slug):
        raise InvalidRequest(Complaint("slug", "is needed: the title has no Latin letters", None))
    return slug


def _notes(
    reading: Reading,
    linted: LintedDocument,
    document: Document,
    base: FoundArticle | None,
) -> list[str]:
    """What rows of others say as well. Raises Conflict where that is too much."""
    own = base.id if base else ""
    known = {row.error for each in base.entry.derived for row in each.errors} if base else set()
    errors = [row.error for row in (linted.outline.errors if linted.outline else ())]
    new = [error for error in dict.fromkeys(errors) if error not in known]
    shared = list(shared_rows(reading, new, own=own))
    covered = covered_by(shared, len(set(errors)))
    if covered:
        messages = "; ".join(dict.fromkeys(row.error for row in shared if row.slug == covered[0]))
        raise Conflict(
            f"{covered[0]} has these errors already: {messages[:300]}; propose a change of it",
            article=covered[0],
            articles=covered,
        )
    alike = alike_in_words(reading, document.translation, own=own)
    if alike is not None:
        raise Conflict(f"{alike} says nearly the same; propose a change of it", article=alike)
    return [f"{row.slug} has a row for it as well: {row.error}" for row in shared]


def _idempotency_key(submission: Submission) -> str:
    return submission.idempotency_key or submission.digest


def _check_room(connection: Connection, key_id: str) -> None:
    if key_id and rows.open_count(connection, key_id) >= MOST_OPEN_OF_A_KEY:
        message = f"{MOST_OPEN_OF_A_KEY} proposals of this key wait already; wait for a review"
        raise TooManyProposals(message)
    if rows.open_count(connection) >= MOST_OPEN:
        raise TooManyProposals(f"{MOST_OPEN:,} proposals wait already; wait for reviews")
