"""Evidence: what of a message is looked up, and how much of it a match shares at the least."""

import pytest

from corpus.diagnosis.matching.certainty import outcome_of
from corpus.diagnosis.matching.evidence import looked_up
from corpus.diagnosis.matching.match import MatchOutcome
from corpus.diagnosis.matching.observed_line import observe
from corpus.diagnosis.matching.similarity import compare
from corpus.search.documents import signature_terms
from tests.corpus.diagnosis.matching.claims import claims, frequencies, idf
from tests.pairs import pairs


def test_every_match_shares_what_is_looked_up() -> None:
    logs = [log for _, log, _ in pairs("corpus/diagnosis/logs/log_parser", "log")]
    assert logs
    for log in logs:
        for seen in observe(log):
            known = {term for term in signature_terms(seen.signature) if frequencies()[term]}
            terms, minimum = looked_up(seen.signature, known, idf)
            for signature in (each for signatures in claims().values() for each in signatures):
                if outcome_of(compare(seen.signature, signature, idf)) is not MatchOutcome.NONE:
                    shared = {*terms}.intersection(signature_terms(signature))
                    assert len(shared) >= minimum, (seen, signature)


@pytest.mark.parametrize(
    ("message", "minimum"),
    [
        ("rare failure", 1),
        ("the build failed", 2),  # a row with an open place has no more
        ("one two three four", 2),
        ("rare failure of the last great build", 1),
        ("one two three four five six seven", 3),
        ("rare ECONNRESET", 1),
    ],
)
def test_how_many_terms_a_match_shares_at_least(message: str, minimum: int) -> None:
    weights = {"rare": 8.0, "rarer": 8.5, "build": 2.0, "the": 0.5, "\ue000": 10.0}
    (seen,) = observe(message)
    known = [term for term in seen.signature.terms if term != "econnreset"]
    _, fewest = looked_up(seen.signature, known, lambda term: weights.get(term, 1.0))
    assert fewest == minimum
