"""A page of results as data, for every front end."""

from typing import Any

from api.responses.articles import trust_object
from api.responses.urls import article_path
from corpus.search.service import SearchHit
from corpus.store.cards import Passage


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
    card = item.card
    return {
        "id": card.id,
        "slug": card.slug,
        "code": card.code,
        "title": card.title,
        "summary": card.summary,
        "domain": card.domain,
        "tags": card.tags,
        "verificationStatus": card.status,
        "confidenceScore": card.confidence,
        "riskLevel": card.risk,
        "trust": trust_object(card.trust),
        "createdAt": card.created_at,
        "updatedAt": card.updated_at,
        "outcome": item.outcome,
        "score": item.score,
        "highlights": item.highlights,
        "matches": [_passage_object(passage) for passage in item.matches],
        "url": f"{url}{article_path(card.slug)}",
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
