"""The manifest of a bundle: version, generation, and size and checksum of each member."""

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from corpus.errors import BundleError
from corpus.store.migrations.schema_version import HEAD
from corpus.text.timestamps import milliseconds

_OLDEST = "0008"
"""The oldest schema whose stored documents can be read: later ones only add fields."""
FORMAT = 1
"""The newest bundle format that this version reads."""

ARTICLES = "articles.jsonl"
FEEDBACK = "feedback.jsonl"
"""What readers gave back; only in backups."""
DOCUMENTS = "documents"
_DOCUMENT = re.compile(rf"{DOCUMENTS}/.+")


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the bundle: its size in bytes and its SHA-256 in hexadecimal."""

    size: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class _Format(msgspec.Struct):
    """What is read of a manifest before its format is known."""

    format: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The manifest. Unknown fields in the JSON are ignored, and take no memory."""

    kind: Literal["fixbook bundle"] = "fixbook bundle"
    format: int = FORMAT
    schema_version: str = HEAD
    """The newest migration of the database, which determines the format of stored documents."""
    reader_version: int
    """The version of the analysis of articles: queries must be analysed the same way."""
    generation: Annotated[int, Meta(ge=1, lt=2**31)]
    published_at: str
    articles: Annotated[int, Meta(ge=0, lt=2**31)]
    engine: str
    """The search engine of the corpus that was exported."""
    default_lang: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?\Z")]
    members: dict[str, Member]

    def has_articles_for(self, reader_version: int) -> bool:
        """Whether this version can read the stored articles, and not only the documents."""
        return self.reader_version == reader_version and self.schema_version >= _OLDEST

    @property
    def size(self) -> int:
        """The unpacked bytes of all members together."""
        return sum(member.size for member in self.members.values())

    def as_dict(self) -> dict[str, Any]:
        """The manifest as JSON values."""
        return dict(msgspec.to_builtins(self))

    def to_json(self) -> bytes:
        """The manifest as indented JSON."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def read_manifest(text: bytes, *, reader_version: int) -> Manifest:
    """The manifest of a bundle. Raises BundleError if it is invalid, or of a newer version."""
    try:
        newer = msgspec.json.decode(text, type=_Format).format > FORMAT
    except (ValueError, RecursionError) as error:
        raise BundleError("its manifest cannot be read") from error
    if newer:
        raise BundleError("it was made by a newer Fixbook")
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
        milliseconds(manifest.published_at)
    except (ValueError, OverflowError) as error:
        raise BundleError("its manifest is damaged") from error
    if manifest.schema_version > HEAD:
        raise BundleError("it was made by a newer Fixbook")
    _check_names(manifest, articles=manifest.has_articles_for(reader_version))
    return manifest


def _check_names(manifest: Manifest, *, articles: bool) -> None:
    """Accepts only names that `write_bundle` uses, because files are extracted under them.

    Other files in a bundle of another version are not extracted.
    """
    if articles and ARTICLES not in manifest.members:
        raise BundleError("it has no articles")
    for name in manifest.members:
        if _DOCUMENT.fullmatch(name):
            belongs = not {"", ".", ".."} & set(name.split("/"))
        else:
            belongs = name in (ARTICLES, FEEDBACK) or not articles
        if not belongs:
            raise BundleError(f"it contains an unexpected file: {name!r}")
