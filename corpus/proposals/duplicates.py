"""Whether a proposed document says what an article says already: by its messages, by its words.

Some messages belong into several articles. Of 158 of them none has a third of another's rows, and
one has four of its seven rows in four others. So half of the rows in one article make a duplicate,
or three quarters in several; fewer are only told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.matching.match import MatchOutcome
from corpus.diagnosis.matching.observed_line import ObservedLine
from corpus.diagnosis.signatures.signature import ROWS
from corpus.diagnosis.signatures.signature_parser import signature_of
from corpus.document.article import Translation
from corpus.search.diagnosis import compare
from corpus.search.highlight import Highlight
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest, search
from corpus.store.filters import Filters
from corpus.store.stored_documents import bodies
from corpus.text.analysis import terms

_SHINGLE = 5
"""Words that stand together."""
_ALIKE = 0.4
"""The share of common shingles from which on two texts are nearly one; others have under 0.05."""
_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A message that another article has a row for."""

    error: str
    slug: str


def shared_rows(reading: Reading, errors: Iterable[str], *, own: str) -> Iterator[SharedRow]:
    """The messages that rows of other articles than `own` have, surely."""
    for error in errors:
        signature = signature_of(log_parser.message_of(error))
        if signature is None:
            continue
        seen = ObservedLine(line=1, signature=signature, message=error)
        found = compare(reading, [seen], filters=Filters(), limit=_CANDIDATES).matches
        ids = [
            match.key
            for match in found
            if match.outcome is MatchOutcome.EXACT
            and match.claimed.origin in ROWS
            and match.key != own
        ]
        for summary in reading.summaries.load(reading.connection, ids):
            yield SharedRow(error, summary.slug)


def covered_by(shared: Sequence[SharedRow], rows: int) -> list[str]:
    """The slugs of the articles that cover a document of so many rows, those with most first."""
    by_slug: dict[str, set[str]] = defaultdict(set)
    for row in shared:
        by_slug[row.slug].add(row.error)
    ranked = sorted(by_slug, key=lambda slug: -len(by_slug[slug]))
    most = len(by_slug[ranked[0]]) if ranked else 0
    together = len({row.error for row in shared})
    return ranked if most * 2 >= rows > 0 or together * 4 >= rows * 3 > 0 else []


def alike_in_words(reading: Reading, text: Translation, *, own: str) -> str | None:
    """The slug of an article with nearly the same title or text, if there is one."""
    found = search(
        reading,
        SearchRequest(q=text.title, page_size=_CANDIDATES, highlight=Highlight.NONE),
    )
    near = {item.summary.slug: item.summary for item in found.items}
    title, told = set(terms(text.title)), _shingles(text.body)
    known = [summary for summary in near.values() if summary.id != own]
    texts: Mapping[str, str] = bodies(reading.connection, known, text.lang)
    for summary in known:
        if any(set(terms(each)) == title for each in summary.title.values()):
            return summary.slug
        if _likeness(told, _shingles(texts[summary.id])) >= _ALIKE:
            return summary.slug
    return None


def _shingles(body: str) -> set[tuple[str, ...]]:
    said = terms(body)
    return {tuple(said[at : at + _SHINGLE]) for at in range(len(said) - _SHINGLE + 1)}


def _likeness(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """How much of the shorter of two texts stands in the other."""
    return len(one & other) / (min(len(one), len(other)) or 1)
