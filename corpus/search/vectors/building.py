"""Making the vectors of a generation, before it is published."""

import random
import re
from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from corpus.search.tuning import CALIBRATED
from corpus.search.vectors.passages import passages_of
from corpus.store import articles, passage_vectors
from corpus.store.database import Connection
from corpus.store.generations import VectorModel
from corpus.store.stored_documents import batches

if TYPE_CHECKING:
    from corpus.search.vectors.static_model import StaticModel

_WORD = re.compile(r"[a-z]{3,}")
_WORDS = 6
"""Words of a question, about."""


def write_vectors(
    connection: Connection, model: "StaticModel", *, before: VectorModel | None
) -> VectorModel:
    """Makes what vectors are missing; all of them if those from `before` are of another model.

    Returns what the next generation has to say of them.
    """
    if before is None or before.fingerprint != model.fingerprint:
        passage_vectors.clear(connection)
    for ids in batches(passage_vectors.missing(connection)):
        passage_vectors.write(connection, _vectors_of(connection, model, ids))
    return VectorModel(fingerprint=model.fingerprint, chance=_chance(connection, model))


def _vectors_of(
    connection: Connection, model: "StaticModel", ids: Sequence[str]
) -> dict[str, bytes]:
    passages = {
        entry.article.metadata.id: passages_of(entry)
        for entry in articles.load_without_signatures(connection, ids)
    }
    vectors = iter(model.encode([text for texts in passages.values() for text in texts]))
    return {id_: b"".join(next(vectors) for _ in texts) for id_, texts in passages.items()}


def _chance(connection: Connection, model: "StaticModel") -> float:
    """The cosine that a question without a meaning usually gets from an article.

    The questions are words drawn from different articles. Articles and words depend on the
    corpus alone, so the same corpus has the same value on every machine.
    """
    ids = passage_vectors.having(connection)
    if not ids:
        return 0.0
    sample = ids[:: -(-len(ids) // CALIBRATED)]
    texts = map(passages_of, articles.load_without_signatures(connection, sample))
    words = [
        sorted({word for text in own for word in _WORD.findall(text.lower())}) for own in texts
    ]
    vectors = passage_vectors.read(connection, sample)
    draw = random.Random("questions")  # noqa: S311 - the same ones each time
    return fmean(
        cosine
        for _ in range(CALIBRATED)
        for cosine in model.nearness(_meaningless(words, draw), vectors)
    )


def _meaningless(words: Sequence[Sequence[str]], draw: random.Random) -> str:
    """Words of different articles, one of each."""
    some = draw.sample(words, min(_WORDS, len(words)))
    return " ".join(draw.choice(own) for own in some if own)
