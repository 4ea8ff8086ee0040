"""Coverage: of how many rows and messages the fix was run, by article, from their receipts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.checks.claims import claims
from corpus.checks.envelopes import signature_rule
from corpus.checks.evidence import Evidence, SignatureRule, evidence_of
from corpus.checks.public_keys import PublicKeys
from corpus.checks.receipts import CheckOutcome, read_receipts, receipt_path
from corpus.document.article import Article


def coverage_table(
    articles: Iterable[Article],
    receipts: Path,
    *,
    keys: PublicKeys = (),
    max_age: int | None = None,
) -> str:
    """A Markdown table: rows and those of which a message was run, then messages, those that were
    run, and of these how many in one environment, in two, and so on, in the original language;
    below it the environments.

    With `keys`, only the receipts count that one of them signed; and only those of the last
    `max_age` days.

    Raises DocumentError for a file of receipts that is none, and OSError.
    """
    rule = signature_rule(keys)
    lines = [_line(article, receipts, rule, max_age) for article in articles]
    places = Counter(place for line in lines for places in line.executed for place in places)
    total = _Line(
        name="all",
        rows=sum(line.rows for line in lines),
        rows_run=sum(line.rows_run for line in lines),
        entries=sum(line.entries for line in lines),
        executed=[places for line in lines for places in line.executed],
    )
    numbers = range(1, len(places) + 1)
    head = ["article", "rows", "run", "errors", "run", *(f"in {number}" for number in numbers)]
    rows = [head, *(line.cells(numbers) for line in [*lines, total])]
    legend = ", ".join(f"{place} ({number})" for place, number in sorted(places.items()))
    table = [f"| {' | '.join(row)} |" for row in rows]
    table.insert(1, "|---" * len(head) + "|")
    return "\n".join(table) + f"\n\nErrors run, by environment: {legend or 'none'}."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    name: str
    rows: int
    rows_run: int
    entries: int
    executed: Sequence[frozenset[str]]
    """The environments of each entry whose fix was run."""

    def cells(self, numbers: Iterable[int]) -> list[str]:
        counts = Counter(map(len, self.executed))
        run = [str(counts[number] or "") for number in numbers]
        counted = (self.rows, self.rows_run, self.entries, len(self.executed))
        return [self.name, *map(str, counted), *run]


def _line(article: Article, receipts: Path, rule: SignatureRule, max_age: int | None) -> _Line:
    original = article.translations[0]
    known = {entry.anchor: entry.row for entry in claims(original.body).entries}
    found = read_receipts(receipt_path(receipts, article.slug))
    places: dict[str, set[str]] = {}
    for item in evidence_of(found, article, signatures=rule, max_age=max_age):
        worked = _worked(item, original.lang)
        for anchor in known.keys() & item.of(original.lang).anchors if worked else ():
            places.setdefault(anchor, set()).add(item.receipt.place)
    return _Line(
        name=article.slug,
        rows=len({*known.values()}),
        rows_run=len({known[anchor] for anchor in places}),
        entries=len(known),
        executed=[frozenset(p) for p in places.values()],
    )


def _worked(item: Evidence, lang: str) -> bool:
    return item.counts(lang) and item.receipt.outcome is CheckOutcome.FIXED
