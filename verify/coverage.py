"""Coverage: of how many error entries the fix was run, article by article, by their receipts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.checks.claims import claims
from corpus.checks.envelopes import signature_rule
from corpus.checks.evidence import Evidence, SignatureRule, evidence_of
from corpus.checks.public_keys import PublicKeys
from corpus.checks.receipts import CheckOutcome, read_receipts, receipt_path
from corpus.document.article import Article


def coverage_table(articles: Iterable[Article], receipts: Path, *, keys: PublicKeys = ()) -> str:
    """A Markdown table: rows, rows that were run, and in which systems, in the original language.

    With `keys`, only the receipts count that one of them signed.

    Raises DocumentError for a file of receipts that is none, and OSError.
    """
    lines = list(_lines(articles, receipts, signature_rule(keys)))
    systems = sorted({system for line in lines for system in line.systems})
    total = _Line(
        name="all",
        entries=sum(line.entries for line in lines),
        executed=sum(line.executed for line in lines),
        systems=tuple(systems),
    )
    head = ["| article | errors | run | on |", "|---|---|---|---|"]
    return "\n".join([*head, *map(str, [*lines, total])])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    name: str
    entries: int
    executed: int
    systems: tuple[str, ...]

    def __str__(self) -> str:
        systems = ", ".join(self.systems)
        return f"| {self.name} | {self.entries} | {self.executed} | {systems} |"


def _lines(
    articles: Iterable[Article], receipts: Path, signatures: SignatureRule
) -> Iterator[_Line]:
    for article in articles:
        original = article.translations[0]
        known = {entry.anchor for entry in claims(original.body).entries}
        found = read_receipts(receipt_path(receipts, article.slug))
        evidence = evidence_of(found, article, signatures=signatures)
        worked = [item for item in evidence if _worked(item, original.lang)]
        executed = known & {item.of(original.lang).anchor for item in worked}
        systems = {item.receipt.environment.os for item in worked}
        yield _Line(
            name=article.slug,
            entries=len(known),
            executed=len(executed),
            systems=tuple(sorted(systems)),
        )


def _worked(item: Evidence, lang: str) -> bool:
    return item.counts(lang) and item.receipt.outcome is CheckOutcome.FIXED
