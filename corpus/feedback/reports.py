"""Outcome reports: whether a fix helped those who tried it.

A report is about one text: an error entry, or a whole document, in one language. Of each key only
the last word about it counts. After an edit, what was said of the text before it is no longer
counted as current. Reports never change the trust of an entry, which comes from runs alone.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, select

from corpus.document.article import Translation
from corpus.document.outline import ErrorEntry
from corpus.errors import Complaint, InvalidRequest
from corpus.store import articles, schema
from corpus.store.database import rows
from corpus.store.entry import Entry
from corpus.store.upserts import upsert
from corpus.text.secret_masking import without_personal_data
from corpus.text.timestamps import now

_SHOWN_ANCHORS = 50
"""Anchors that an error lists, at most."""
_MOST_ENVIRONMENTS = 50
_COUNTED = """
SELECT lang, anchor, text_hash, outcome, COUNT(*), MAX(reported_at)
FROM reports WHERE article_id = ? GROUP BY lang, anchor, text_hash, outcome
"""
_BY_ENVIRONMENT = """
SELECT lang, anchor, text_hash, environment, outcome, COUNT(*)
FROM reports WHERE article_id = ? GROUP BY lang, anchor, text_hash, environment, outcome
"""


class ReportOutcome(StrEnum):
    """What came of a fix."""

    WORKED = "worked"
    WORKED_WITH_CHANGES = "worked_with_changes"
    DID_NOT_WORK = "did_not_work"


@dataclass(frozen=True, slots=True)
class ReportedText:
    """The text that a report is about; `anchor` is empty for the whole document."""

    article_id: str
    slug: str
    lang: str
    anchor: str
    digest: str


@dataclass(slots=True)
class ReportCounts:
    """How many keys said what, and when the last one did."""

    worked: int = 0
    worked_with_changes: int = 0
    did_not_work: int = 0
    last_at: str | None = None

    def add(self, outcome: str, number: int, last_at: str | None = None) -> None:
        """Counts so many reports."""
        setattr(self, outcome, getattr(self, outcome) + number)
        self.last_at = max(filter(None, (self.last_at, last_at)), default=None)


@dataclass(slots=True)
class ReportSummary:
    """The reports about an article, those about its present text apart from the others."""

    current: ReportCounts = field(default_factory=ReportCounts)
    older: ReportCounts = field(default_factory=ReportCounts)
    by_anchor: dict[str, ReportCounts] = field(default_factory=dict)
    """The current ones about each error entry."""
    by_environment: dict[str, ReportCounts] = field(default_factory=dict)
    """The current ones by the environment as JSON, the most reported first."""


def reported_text(entry: Entry, lang: str, anchor: str) -> ReportedText:
    """The text of an entry, or of the document if there is no `anchor`, in a language.

    Raises InvalidRequest, with the anchors that there are, if there is no such entry.
    """
    article = entry.article
    lang = article.translation(lang).lang
    if (digest := _digest(entry, lang, anchor)) is None:
        known = tuple(each.anchor for each in entry.of(lang).errors[:_SHOWN_ANCHORS])
        raise InvalidRequest(Complaint("anchor", "is no error entry of it", anchor, known))
    return ReportedText(article.metadata.id, article.slug, lang, anchor, digest)


def record(
    connection: Connection,
    text: ReportedText,
    outcome: ReportOutcome,
    *,
    key_id: str,
    environment: Mapping[str, str],
    note: str = "",
) -> None:
    """Writes a report, in place of what that key said of that text before.

    Secrets and personal data in it are masked.
    """
    upsert(
        connection,
        schema.reports,
        {
            "article_id": text.article_id,
            "lang": text.lang,
            "anchor": text.anchor,
            "text_hash": text.digest,
            "key_id": key_id,
            "outcome": outcome,
            "environment": _mask_environment(environment),
            "note": without_personal_data(note),
            "reported_at": now(),
        },
    )


def current_counts(connection: Connection, entry: Entry) -> ReportCounts:
    """The reports about the present text of an article and its entries, in all languages."""
    counts, digests = ReportCounts(), _Digests(entry)
    for *text, outcome, number, last_at in rows(connection, _COUNTED, entry.article.metadata.id):
        if digests.is_current(*text):
            counts.add(outcome, number, last_at)
    return counts


def summary(connection: Connection, entry: Entry) -> ReportSummary:
    """All reports about an article."""
    found, digests, id_ = ReportSummary(), _Digests(entry), entry.article.metadata.id
    for lang, anchor, digest, outcome, number, last_at in rows(connection, _COUNTED, id_):
        is_current = digests.is_current(lang, anchor, digest)
        (found.current if is_current else found.older).add(outcome, number, last_at)
        if is_current and anchor:
            found.by_anchor.setdefault(anchor, ReportCounts()).add(outcome, number, last_at)
    environments: dict[str, ReportCounts] = {}
    total = Counter[str]()
    for *text, environment, outcome, number in rows(connection, _BY_ENVIRONMENT, id_):
        if digests.is_current(*text):
            environments.setdefault(environment, ReportCounts()).add(outcome, number)
            total[environment] += number
    most = total.most_common(_MOST_ENVIRONMENTS)
    found.by_environment = {name: environments[name] for name, _ in most}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, as operators see it."""

    slug: str
    """Or the id of the article, if it is no longer there."""
    lang: str
    anchor: str
    is_current: bool
    outcome: ReportOutcome
    key: str
    """The name of the API key, or its id if it was revoked."""
    environment: dict[str, str]
    note: str
    reported_at: str


def all_reports(connection: Connection, article_id: str = "") -> Iterator[Report]:
    """All reports, or those about one article; the newest first."""
    table, keys = schema.reports, schema.api_keys
    query = select(table, keys.c.name).outerjoin(keys, keys.c.id == table.c.key_id)
    if article_id:
        query = query.where(table.c.article_id == article_id)
    found = list(connection.execute(query.order_by(table.c.reported_at.desc(), table.c.key_id)))
    digests = _digests(connection, {row.article_id for row in found})
    for row in found:
        known = digests.get(row.article_id)
        yield Report(
            slug=known.entry.article.slug if known else row.article_id,
            lang=row.lang,
            anchor=row.anchor,
            is_current=known is not None and known.is_current(row.lang, row.anchor, row.text_hash),
            outcome=ReportOutcome(row.outcome),
            key=row.name or row.key_id,
            environment=json.loads(row.environment),
            note=row.note,
            reported_at=row.reported_at,
        )


def articles_reported_since(connection: Connection, moment: str) -> set[str]:
    """The ids of articles that were reported about at that moment or later."""
    query = "SELECT DISTINCT article_id FROM reports WHERE reported_at >= ?"
    return {id_ for (id_,) in rows(connection, query, moment)}


def _mask_environment(environment: Mapping[str, str]) -> str:
    """The environment as JSON, each value masked as if it were assigned to its name."""
    pairs = (without_personal_data(f"{name}={value}") for name, value in environment.items())
    return json.dumps(dict(sorted(pair.partition("=")[::2] for pair in pairs)))


class _Digests:
    """The digests of the texts of an article, each computed when it is asked for."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._known: dict[tuple[str, str], str | None] = {}

    def is_current(self, lang: str, anchor: str, digest: str) -> bool:
        """Whether that is the digest of the text as it is now."""
        if (lang, anchor) not in self._known:
            has_lang = lang in self.entry.article.languages
            self._known[lang, anchor] = _digest(self.entry, lang, anchor) if has_lang else None
        return self._known[lang, anchor] == digest


def _digests(connection: Connection, ids: Iterable[str]) -> dict[str, _Digests]:
    entries = articles.load_without_signatures(connection, sorted(ids))
    return {entry.article.metadata.id: _Digests(entry) for entry in entries}


def _digest(entry: Entry, lang: str, anchor: str) -> str | None:
    """The digest of an entry or document; None if there is none of that anchor."""
    if not anchor:
        return _digest_of_document(entry.article.translation(lang))
    found = next((each for each in entry.of(lang).errors if each.anchor == anchor), None)
    return _digest_of_entry(found) if found else None


def _digest_of_entry(error: ErrorEntry) -> str:
    return _hash([error.error, error.cause, error.solution])


def _digest_of_document(text: Translation) -> str:
    return _hash(
        [
            text.title,
            text.summary,
            text.body,
            [[block.language, block.content, block.description] for block in text.code_blocks],
            [[item.question, item.answer] for item in text.questions],
        ]
    )


def _hash(values: object) -> str:
    text = json.dumps(values, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
