"""Claims of several articles are numbered through, and found by what they say."""

from corpus.diagnosis.matching.candidates import NumberedClaims
from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures
from corpus.diagnosis.signatures.signature import Origin, Signature


def articles(*texts: str) -> list[IndexedSignatures]:
    """An article for each text, whose words are a claim each."""
    return [
        IndexedSignatures.of(
            Signature(template=word, terms=(word,), text=word, origin=Origin.ERROR)
            for word in text.split()
        )
        for text in texts
    ]


def test_a_number_leads_to_its_article_past_those_without_claims() -> None:
    claims = NumberedClaims(articles("stall", "", "leak stall", ""))
    assert [(claims.place(number), claims[number].text) for number in range(3)] == [
        ((0, 0), "stall"), ((2, 0), "leak"), ((2, 1), "stall"),
    ]  # fmt: skip
    assert claims.having({"stall", "leak", "burst"}) == {"stall": [0, 2], "leak": [1]}


def test_messages_with_one_digest_are_told_apart() -> None:
    """`plumless` and `buckeroo` have the same CRC-32."""
    claims = NumberedClaims(articles("plumless", "buckeroo plumless"))
    assert [*claims.saying("plumless")] == [0, 2]
    assert [*claims.saying("buckeroo")] == [1]
