"""Exports every article as documents, from which an ingest restores the same corpus."""

import re
from pathlib import Path

import yaml

from corpus.checks.receipts import RECEIPTS, receipt_path, write_receipts
from corpus.document.article import Article
from corpus.document.article_document import render
from corpus.errors import Complaint, InvalidRequest
from corpus.store import articles
from corpus.store.database import Connection

_NOT_IN_NAMES = re.compile(r"[^\w.~-]+")


def export(connection: Connection, folder: Path, *, url: str, default_lang: str) -> int:
    """Writes `<domain>/<slug>[.<lang>].md` for every article, drafts too; returns their number.

    Receipts go to `receipts/`, where an ingest of the folder finds them.
    Raises InvalidRequest if the folder is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidRequest(Complaint("folder", "must be empty or new", str(folder)))
    number = 0
    for entry in articles.load_without_signatures(
        connection, list(articles.fingerprints(connection))
    ):
        article = entry.article
        receipts = [item.receipt for item in entry.evidence]
        write_receipts(
            receipt_path(folder / RECEIPTS, article.slug), slug=article.slug, receipts=receipts
        )
        for translation in article.translations:
            lang = translation.lang
            path = folder / _file_name(article, lang, default_lang)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = render(article, lang=lang, public_url=url)
            path.write_text(_front_matter(article) + text, "utf-8", newline="\n")
            number += 1
    return number


def _file_name(article: Article, lang: str, default_lang: str) -> str:
    """A path from which an ingest reads the same domain, slug and language.

    A slug with a dot is always followed by the language, because `guide.zh.md` means Chinese.
    """
    domain = _NOT_IN_NAMES.sub("-", article.metadata.domain).strip("-.") or "general"
    named = lang != default_lang or "." in article.slug
    return f"{domain}/{article.slug}.{lang}.md" if named else f"{domain}/{article.slug}.md"


def _front_matter(article: Article) -> str:
    """Front matter with what the article document has no field for."""
    if not article.extra:
        return ""
    return f"---\n{yaml.safe_dump(article.extra, allow_unicode=True, sort_keys=False)}---\n"
