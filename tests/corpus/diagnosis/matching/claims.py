"""The articles of `ranking/claims.txt`, as an ingest would read their error tables."""

import math
from collections import Counter
from functools import cache
from pathlib import Path

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.signature_parser import signature_of
from corpus.text import codes

FOLDER = Path(__file__).parent / "ranking"


@cache
def claims() -> dict[str, list[Signature]]:
    """The signatures of each article."""
    articles: dict[str, list[Signature]] = {}
    for line in (FOLDER / "claims.txt").read_text("utf-8").splitlines()[1:]:
        slug, _, message = line.partition(": ")
        articles.setdefault(slug, []).append(claim(log_parser.message_of(message)))
    return articles


def claim(message: str, origin: Origin = Origin.ERROR) -> Signature:
    signature = signature_of(message, origin=origin)
    assert signature is not None
    return signature


@cache
def frequencies() -> Counter[str]:
    return Counter(
        term
        for signatures in claims().values()
        for term in {
            term for s in signatures for term in (*s.terms, *s.codes, *map(codes.value, s.codes))
        }
    )


def idf(term: str) -> float:
    """The weight of a term among the claims, as BM25 has it."""
    count = frequencies()[term]
    return math.log(1 + (len(claims()) - count + 0.5) / (count + 0.5))
