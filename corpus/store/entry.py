"""An article together with everything derived from its bodies, as the database stores it."""

from dataclasses import dataclass

from corpus.checks.evidence import Evidence
from corpus.checks.trust import Trust, trust_of, with_evidence
from corpus.diagnosis.signatures.signature import Signature
from corpus.document.article import Article
from corpus.document.outline import ErrorEntry, Link, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedText:
    """What was derived from the body of one translation.

    `file` is the path that it was read from, `content/x.zh.md`: it begins with the name of the
    folder that was ingested. Empty for what an older version stored.
    """

    lang: str
    file: str = ""
    sections: tuple[Section, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()
    references: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article and what was derived from it, per translation in the same order.

    `unit` identifies its files and `fingerprint` their content, so that the next ingest can
    tell whether they have changed.
    """

    article: Article
    derived: tuple[DerivedText, ...]
    signatures: tuple[Signature, ...] = ()
    """Of all languages, each message once: tables say the same in each."""
    evidence: tuple[Evidence, ...] = ()
    unit: str
    fingerprint: str

    def trust(self, lang: str) -> Trust:
        """The trust that follows from evidence and claims, in a language."""
        derived = self.of(lang)
        return trust_of(self.article.metadata, self.evidence, derived.errors, derived.lang)

    def with_run_records(self, lang: str) -> Article:
        """The article as in its document, with a verification record for each receipt."""
        return with_evidence(self.article, self.evidence, self.of(lang).lang)

    def of(self, lang: str) -> DerivedText:
        """What was derived in `lang`, or in the original language if that is missing."""
        for derived in self.derived:
            if derived.lang == lang:
                return derived
        return self.derived[0]
