"""The base class of responses: each is built, sent and specified from one msgspec Struct.

Fields are sent in the order of their definition, and the specification is derived from them.
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
from corpus.feedback.reports import ReportOutcome
from corpus.proposals.rows import ProposalStatus

_ENUMS: tuple[type[StrEnum], ...] = (
    CheckOutcome, Fit, Level, MatchOutcome, ProposalStatus, ReportOutcome, Risk, Status,
    VerificationResult, VerifierKind,
)  # fmt: skip


class Model(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    """An object of a response, in camelCase. Fields that are UNSET are not sent."""

    @classmethod
    def of(cls, source: object) -> Self:
        """The object with the attributes of the same names of `source`."""
        return msgspec.convert(source, cls, from_attributes=True)


def doc(text: str) -> msgspec.Meta:
    """The description of a field, for the specification."""
    return msgspec.Meta(description=text)


encoded = msgspec.json.Encoder(enc_hook=str).encode
"""A response as JSON; values that JSON cannot represent are sent as strings."""


def schemas(models: Iterable[Any], *, references: str) -> tuple[list[Any], dict[str, Any]]:
    """The JSON schemas of models, and of everything they refer to, by name.

    `references` is the template of a reference to the schema of a `{name}`.
    """
    tops, named = msgspec.json.schema_components(models, ref_template=references)
    for enum in _ENUMS:  # msgspec would sort the values, whose order is meaningful
        if enum.__name__ in named:
            named[enum.__name__] |= {"enum": [*enum], "type": "string"}
    return list(tops), named
