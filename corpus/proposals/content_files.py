"""Where a proposal belongs in the content folder, and putting it there without losing anything."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from corpus.document.article import Article
from corpus.document.article_document import parse
from corpus.errors import Conflict, DocumentError
from corpus.store.articles import FoundArticle


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """The files of one article in the content folder, whether or not they are there."""

    folder: Path
    stem: str
    """Its path below the folder, without language and suffix."""
    default_lang: str
    published: Mapping[str, Path] = field(default_factory=dict)
    """The file of each language that is published."""

    def of(self, lang: str) -> Path:
        """The file of a language: the one that is there, else the one to write."""
        if (known := self.published.get(lang)) and known.exists():
            return known
        named = self.folder / f"{self.stem}.{lang}.md"
        plain = self.folder / f"{self.stem}.md"
        return plain if lang == self.default_lang and not named.exists() else named

    def article(self, base: Article) -> Article:
        """The article as its files are now. Raises Conflict for a file that is no document."""
        texts, metadata = [], base.metadata
        for text in base.translations:
            path = self.of(text.lang)
            try:
                document = parse(path.read_text("utf-8"), lang=text.lang)
            except FileNotFoundError:
                continue
            except (DocumentError, UnicodeDecodeError):
                message = f"{path.name} is no article document; edit it by hand"
                raise Conflict(message, article=base.slug) from None
            texts.append(document.translation)
            metadata = document.metadata if text.lang == base.languages[0] else metadata
        return Article(slug=base.slug, metadata=metadata, translations=tuple(texts))


def content_files(
    folder: Path, slug: str, base: FoundArticle | None, default_lang: str
) -> ContentFiles:
    """Those of an article, by the name of its unit, or of a new one, by its slug."""
    if base is None:
        return ContentFiles(folder, slug, default_lang)
    entry = base.entry
    published = {each.lang: folder / _below(each.file) for each in entry.derived if each.file}
    return ContentFiles(folder, str(_below(entry.unit)), default_lang, published)


def _below(path: str) -> PurePosixPath:
    """A path without its first part, which is the name of the folder that was ingested."""
    return PurePosixPath(*PurePosixPath(path).parts[1:])


def write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet. Raises FileExistsError if it is."""
    draft = _draft(path, text)
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
    _sync(path.parent)


def replace_file(path: Path, text: str) -> None:
    """Writes a file in place of another, at once."""
    _draft(path, text).replace(path)
    _sync(path.parent)


def _draft(path: Path, text: str) -> Path:
    """The text in a file beside, on the disk; an ingest passes over hidden names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    with draft.open("wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    with suppress(OSError):  # not every file system syncs folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
