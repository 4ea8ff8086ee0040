"""The base of every answer: a class that is built, sent as it is, and specified.

An answer is a msgspec Struct. Its fields are in the order in which they are sent, and the
specification is derived from them.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Self

import msgspec

from corpus.checks.fit import Fit
from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import Level
from corpus.diagnosis.scoring import MatchOutcome
from corpus.document.article import Risk, Status, VerificationResult, VerifierKind

_ENUMS: tuple[type[StrEnum], ...] = (
    CheckOutcome, Fit, Level, MatchOutcome, Risk, Status, VerificationResult, VerifierKind,
)  # fmt: skip


class Model(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    """camelCase outside, and nothing that is not described. A field that is UNSET is not sent."""

    @classmethod
    def of(cls, source: object) -> Self:
        """What a value of the corpus has under the same names."""
        return msgspec.convert(source, cls, from_attributes=True)


def doc(text: str) -> msgspec.Meta:
    """What the specification says of a field."""
    return msgspec.Meta(description=text)


encoded = msgspec.json.Encoder(enc_hook=str).encode
"""An answer as JSON; what JSON has no form for is sent as text."""


def schemas(models: Iterable[Any], *, references: str) -> tuple[list[Any], dict[str, Any]]:
    """The JSON schemas of models, and of all that they refer to, by name.

    `references` says how a schema is referred to by its `{name}`.
    """
    tops, named = msgspec.json.schema_components(models, ref_template=references)
    for enum in _ENUMS:  # msgspec sorts their values, and the order says what is best
        if enum.__name__ in named:
            named[enum.__name__] |= {"enum": [*enum], "type": "string"}
    return list(tops), named
