"""The signatures of one article with an inverted index of them, as they are stored.

A diagnosis compares a log with the signatures of dozens of articles: those that share nothing with
it, nearly all, are never looked at, nor even read.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self, overload

import msgspec

from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.text import codes

Places = Sequence[int]


class _Stored(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is stored of the signatures of an article, as a JSON array."""

    by_key: Mapping[str, tuple[int, ...]]
    by_digest: Mapping[str, tuple[int, ...]]
    shapes: tuple[int, ...]
    title: tuple[str, ...]
    signatures: tuple[msgspec.Raw, ...]


class IndexedSignatures(Sequence[Signature]):
    """Signatures in their order; each is read from JSON when it is first asked for."""

    __slots__ = ("_read", "_stored")

    def __init__(self, stored: _Stored) -> None:
        self._stored = stored
        self._read: dict[int, Signature] = {}

    @classmethod
    def of(cls, signatures: Iterable[Signature]) -> Self:
        """The same, if they have an index already."""
        if isinstance(signatures, cls):
            return signatures
        by_key: defaultdict[str, list[int]] = defaultdict(list)
        by_digest: defaultdict[str, list[int]] = defaultdict(list)
        shapes: dict[tuple[str, ...], int] = {}
        title: dict[str, None] = {}
        known = list(signatures)
        for place, signature in enumerate(known):
            for key in (*dict.fromkeys(signature.terms), *map(codes.value, signature.codes)):
                by_key[key].append(place)
            by_digest[digest_of(bare(signature))].append(place)
            shapes.setdefault(signature.terms, len(shapes))
            if signature.origin is Origin.TITLE:
                title |= dict.fromkeys((*signature.terms, *signature.codes))
        stored = _Stored(
            by_key={key: tuple(places) for key, places in by_key.items()},
            by_digest={key: tuple(places) for key, places in by_digest.items()},
            shapes=tuple(shapes[signature.terms] for signature in known),
            title=tuple(title),
            signatures=tuple(msgspec.Raw(_encode(signature)) for signature in known),
        )
        return cls(stored)

    @classmethod
    def load(cls, text: str) -> Self:
        """From JSON. Raises ValueError where it holds something else."""
        return cls(_stored_of(text))

    def json(self) -> str:
        """What `load` reads."""
        return _encode(self._stored).decode()

    def __len__(self) -> int:
        return len(self._stored.signatures)

    @overload
    def __getitem__(self, place: int) -> Signature: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Signature]: ...
    def __getitem__(self, place: int | slice) -> Signature | Sequence[Signature]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if (found := self._read.get(place)) is None:
            found = self._read[place] = _signature_of(self._stored.signatures[place])
        return found

    def __iter__(self) -> Iterator[Signature]:
        return map(self.__getitem__, range(len(self)))

    @property
    def by_key(self) -> Mapping[str, Places]:
        """The places of the signatures that have a term, or a code without its namespace; a place
        comes as often as a code has the key."""
        return self._stored.by_key

    @property
    def shapes(self) -> Sequence[int]:
        """For each signature a number that those with the same terms share, from 0 on."""
        return self._stored.shapes

    @property
    def title(self) -> Sequence[str]:
        """The terms and codes of the titles of the article."""
        return self._stored.title

    @property
    def by_digest(self) -> Mapping[str, Places]:
        """The places of the signatures whose `bare` message has a digest."""
        return self._stored.by_digest

    def alike(self, signature: Signature) -> list[Signature]:
        """The signatures that differ from this one in their values only."""
        keys = (*signature.terms, *map(codes.value, signature.codes))
        rarest = min((self.by_key.get(key, ()) for key in keys), key=len, default=range(len(self)))
        shape = (signature.terms, signature.codes)
        found = map(self.__getitem__, dict.fromkeys(rarest))
        return [each for each in found if (each.terms, each.codes) == shape]


_encode = msgspec.json.encode
_stored_of = msgspec.json.Decoder(_Stored).decode
_signature_of = msgspec.json.Decoder(Signature).decode


def digest_of(text: str) -> str:
    """A short key of a message, which others may have as well: CRC-32 in hexadecimal digits."""
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):x}"


def bare(signature: Signature) -> str:
    """The text of a message without the marks of Markdown, and with plain quotes: programs print
    curly ones where the terminal has them.
    """
    text = signature.text
    is_plain = text.isascii() and not ("`" in text or "*" in text or "\\" in text)
    return text if is_plain else text.translate(_PLAIN)


_PLAIN = str.maketrans("‘’“”", "''\"\"", "`*\\")
