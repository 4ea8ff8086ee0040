"""An article together with what is derived from its bodies: the unit of the database."""

from dataclasses import dataclass

from corpus.checks.evidence import Evidence
from corpus.checks.trust import Trust, trust_of, with_evidence
from corpus.diagnosis.signatures import Signature
from corpus.document.article import Article
from corpus.document.outline import ErrorEntry, Link, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What one translation's body contains, as far as it is stored."""

    lang: str
    sections: tuple[Section, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()
    references: tuple[Link, ...] = ()
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article and, per language and in the same order, what was derived from it.

    `unit` names the files it came from and `fingerprint` their content, so that the
    next ingest can tell whether anything changed.
    """

    article: Article
    derived: tuple[Derived, ...]
    evidence: tuple[Evidence, ...] = ()
    unit: str
    fingerprint: str

    def trust(self, lang: str) -> Trust:
        """What the evidence and the claims of the article amount to in a language."""
        derived = self.of(lang)
        return trust_of(self.article.metadata, self.evidence, derived.errors, derived.lang)

    def with_run_records(self, lang: str) -> Article:
        """The article as its document tells it: with a verification record for each receipt."""
        return with_evidence(self.article, self.evidence, self.of(lang).lang)

    def of(self, lang: str) -> Derived:
        """What was derived in `lang`, or in the original language where that is missing."""
        for derived in self.derived:
            if derived.lang == lang:
                return derived
        return self.derived[0]
