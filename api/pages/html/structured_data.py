"""Structured data for search engines: schema.org vocabulary as JSON-LD."""

from typing import Any
from urllib.parse import quote

from api.pages.html.languages import STRINGS, label
from api.responses.urls import page_path
from corpus.document.article import Translation
from corpus.store.entry import Entry

_CONTEXT = "https://schema.org"


def article_data(
    entry: Entry, text: Translation, *, lang: str, url: str
) -> tuple[dict[str, Any], ...]:
    """An article, its breadcrumbs, and its questions if it has any."""
    questions = [
        {
            "@type": "Question",
            "name": item.question,
            "acceptedAnswer": {"@type": "Answer", "text": item.answer},
        }
        for item in text.questions
    ]
    faq = {"@context": _CONTEXT, "@type": "FAQPage", "inLanguage": text.lang}
    return (
        _technical_article(entry, text, url=url, lang=lang),
        _breadcrumbs(entry, text, url=url, lang=lang),
        *([{**faq, "mainEntity": questions}] if questions else []),
    )


def _technical_article(entry: Entry, text: Translation, *, url: str, lang: str) -> dict[str, Any]:
    metadata = entry.article.metadata
    address = f"{url}{page_path(entry.article.slug, lang)}"
    known = {
        "datePublished": metadata.published_at,
        "dateModified": metadata.updated_at,
        "description": text.summary,
    }
    return {
        "@context": _CONTEXT,
        "@type": "TechArticle",
        "headline": text.title,
        "inLanguage": text.lang,
        "author": {"@type": "Organization", "name": metadata.author},
        "mainEntityOfPage": address,
        **{name: value for name, value in known.items() if value},
    }


def _breadcrumbs(entry: Entry, text: Translation, *, url: str, lang: str) -> dict[str, Any]:
    domain, t = entry.article.metadata.domain, STRINGS[lang]
    steps = (
        (t.articles, f"{url}/{lang}/articles"),
        (label(t, "domain", domain), f"{url}/{lang}/search?domain={quote(domain)}"),
        (text.title, f"{url}{page_path(entry.article.slug, lang)}"),
    )
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(steps, start=1)
        ],
    }
