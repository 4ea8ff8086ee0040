"""The manifest of a bundle: what the bundle is, and what each file in it must be."""

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from corpus.errors import BundleError
from corpus.store.migrations.schema_version import HEAD
from corpus.text.timestamps import milliseconds

_OLDEST = "0008"
"""The oldest schema whose stored documents are read as they are: later ones only added."""
FORMAT = 1
"""The newest layout of a bundle that this version knows."""

ARTICLES = "articles.jsonl"
DOCUMENTS = "documents"
_NAME = re.compile(rf"{re.escape(ARTICLES)}|{DOCUMENTS}/.+")


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the bundle: how many bytes, and their SHA-256 in hexadecimal."""

    size: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class _Format(msgspec.Struct):
    """All that is read of a manifest before its layout is known."""

    format: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a bundle is and holds. What else is in the JSON is passed over, and takes no memory."""

    kind: Literal["fixbook bundle"] = "fixbook bundle"
    format: int = FORMAT
    schema_version: str = HEAD
    """The newest migration of the database: the form of stored documents goes with it."""
    reader_version: int
    """Of the analysis that made the articles: questions must be read the same way."""
    generation: Annotated[int, Meta(ge=1, lt=2**31)]
    published_at: str
    articles: Annotated[int, Meta(ge=0, lt=2**31)]
    engine: str
    """What searched it where it was made."""
    default_lang: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?\Z")]
    members: dict[str, Member]

    @property
    def size(self) -> int:
        """The bytes of all members together, unpacked."""
        return sum(member.size for member in self.members.values())

    def as_dict(self) -> dict[str, Any]:
        """The values of the JSON."""
        return dict(msgspec.to_builtins(self))

    def written(self) -> bytes:
        """The manifest as JSON, for people as well."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def read_manifest(text: bytes, *, reader_version: int) -> Manifest:
    """The manifest that a bundle holds.

    Raises BundleError if it is none, or if this version cannot serve what it describes.
    """
    try:
        newer = msgspec.json.decode(text, type=_Format).format > FORMAT
    except (ValueError, RecursionError) as error:
        raise BundleError("it has no manifest that can be read") from error
    if newer:
        raise BundleError("it was made by a newer Fixbook")
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
        milliseconds(manifest.published_at)
    except (ValueError, OverflowError) as error:
        raise BundleError("its manifest is damaged") from error
    if manifest.schema_version > HEAD:
        raise BundleError("it was made by a newer Fixbook")
    if manifest.reader_version != reader_version or manifest.schema_version < _OLDEST:
        raise BundleError(
            "it was made by another version of Fixbook; unpack it and ingest its documents"
        )
    _check_names(manifest)
    return manifest


def _check_names(manifest: Manifest) -> None:
    """Names are what is written below a folder, so only those that we give are taken."""
    if ARTICLES not in manifest.members:
        raise BundleError("it has no articles")
    for name in manifest.members:
        if not _NAME.fullmatch(name) or {"", ".", ".."} & set(name.split("/")):
            raise BundleError(f"it holds a file that does not belong there: {name!r}")
