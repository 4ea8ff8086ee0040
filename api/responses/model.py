"""The base class of responses: each is built, sent and specified from one msgspec Struct.

Fields are sent in the order of their definition, and the specification is derived from them.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any, Self

import msgspec


class Model(msgspec.Struct, gc=False, rename="camel", forbid_unknown_fields=True):
    """An object of a response, in camelCase. Fields that are UNSET are not sent."""

    @classmethod
    def of(cls, source: object, **values: Any) -> Self:
        """The object with these values, and else the attributes of the same names of `source`."""
        if not values:
            return msgspec.convert(source, cls, from_attributes=True)
        for name in cls._names_besides(*values):
            values[name] = getattr(source, name)
        return cls(**values)

    @classmethod
    @cache
    def _names_besides(cls, *names: str) -> tuple[str, ...]:
        return tuple(name for name in cls.__struct_fields__ if name not in names)


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
    for enum in StrEnum.__subclasses__():  # msgspec sorts the values, whose order is meaningful
        if enum.__module__.startswith("corpus.") and enum.__name__ in named:
            named[enum.__name__] |= {"enum": [*enum], "type": "string"}
    return list(tops), named
