"""A page of results as data, for every front end."""

from typing import Any

from api.responses.articles import trust_object
from api.responses.urls import article_path
from corpus.search.service import SearchHit
from corpus.store.summaries import Passage


def pagination(page: int, page_size: int, total: int) -> dict[str, int]:
    """Where a page stands in the whole."""
    return {
        "page": page,
        "pageSize": page_size,
        "total": total,
        "totalPages": -(-total // page_size),
    }


def item_object(item: SearchHit, *, url: str) -> dict[str, Any]:
    """One article of a page of results."""
    summary = item.summary
    return {
        "id": summary.id,
        "slug": summary.slug,
        "code": summary.code,
        "title": summary.title,
        "summary": summary.summary,
        "domain": summary.domain,
        "tags": summary.tags,
        "verificationStatus": summary.status,
        "confidenceScore": summary.confidence,
        "riskLevel": summary.risk,
        "trust": trust_object(summary.trust),
        "createdAt": summary.created_at,
        "updatedAt": summary.updated_at,
        "score": item.score,
        "highlights": item.highlights,
        "matches": [_passage_object(passage) for passage in item.matches],
        "url": f"{url}{article_path(summary.slug)}",
    }


def _passage_object(passage: Passage) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": passage.kind,
        "text": passage.text,
        "anchor": passage.anchor or None,
    }
    if passage.cause is not None:
        shown |= {"cause": passage.cause, "solution": passage.solution}
    return shown
