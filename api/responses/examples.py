"""Examples of answers for the specification; tests hold them against the models."""

from typing import Any

_SLUG = "troubleshoot-mcp-connection-refused-or-timeout-errors"
_URL = f"http://127.0.0.1:8000/api/v1/articles/{_SLUG}"
_TITLE = "Troubleshoot: MCP Connection Refused or Timeout Errors"
_SHORT_SUMMARY = "A client cannot reach an MCP server: refused, timed out or reset, and why."
_TIME = "2026-11-22T09:00:00.000Z"
_META = {"requestId": "6f1c2a90b3d4-17", "timestamp": "2026-11-22T09:15:42.120Z"}
_TRUST = {
    "level": "executed",
    "explanation": "A machine saw the error, applied the fix and saw it gone: "
    "1 check fixed on Debian GNU/Linux 12 (bookworm), last on 2026-11-22.",
    "records": 0,
    "lastRun": "2026-11-22T14:02:11Z",
}
_RECEIPT = {
    "check": "refused",
    "error": "curl: (7) Failed to connect to 127.0.0.1 port 3000: Connection refused",
    "outcome": "fixed",
    "reason": "the error appeared without the fix and was gone with it, 2 of 2 times",
    "stale": False,
    "ranAt": "2026-11-22T14:02:11Z",
    "repetitions": 2,
    "environment": {
        "os": "Debian GNU/Linux 12 (bookworm)",
        "kernel": "Linux 6.1.0",
        "architecture": "x86_64",
        "runtimes": {"python3": "3.11.2"},
    },
    "isolation": "bubblewrap 0.8.0",
}
_ROW = {
    "error": "Error: connect ECONNREFUSED 127.0.0.1:3000",
    "cause": "Nothing listens on that address and port",
    "solution": "Start the server, or correct host and port",
    "anchor": "error-error-connect-econnrefused-1270013000",
}
_FACTS: dict[str, Any] = {
    "id": "art_WipmI4Y6z9Oy",
    "slug": _SLUG,
    "code": "TRANS-002",
    "domain": "transport",
    "tags": ["mcp", "network"],
    "verificationStatus": "pending",
    "confidenceScore": 0,
    "riskLevel": "low",
    "updatedAt": _TIME,
    "createdAt": _TIME,
}


def _enveloped(data: Any, next_step: str | None = None) -> dict[str, Any]:
    meta = {"nextStep": next_step, **_META} if next_step else _META
    return {"success": True, "data": data, "error": None, "meta": meta}


SEARCH_MARKDOWN = f"""\
# Search: ECONNREFUSED

1 article, page 1 of 1.

1. [{_TITLE}]({_URL}.en.md)
   transport, trust: executed. {_SHORT_SUMMARY}
   - error: {_ROW["error"]}; cause: {_ROW["cause"]}; fix: {_ROW["solution"]}

GET {_URL}?format=markdown for the best match
"""

ERRORS_MARKDOWN = f"""\
# Errors

1 error, page 1 of 1.

- error: {_ROW["error"]}; cause: {_ROW["cause"]}; fix: {_ROW["solution"]}
  [{_TITLE}]({_URL}.en.md)

GET {_URL}?format=markdown for the article of the first
"""

MARKDOWN = f"# {_TITLE}\n\n> {_SHORT_SUMMARY}\n\n---\n\n## Content\n\n…"

ARTICLE: dict[str, Any] = {
    **_FACTS,
    "aliases": [],
    "author": "Fixbook",
    "title": _TITLE,
    "summary": _SHORT_SUMMARY,
    "content": "## Symptoms\n\n…",
    "lang": "en",
    "languages": ["en", "zh"],
    "keywords": ["ECONNREFUSED", "connection refused"],
    "applicableVersions": [],
    "runtimeEnv": [{"name": "Node.js", "version": ">=18"}],
    "codeBlocks": [],
    "qaPairs": [
        {
            "id": "qa_WipmI4Y6z9Oy_1",
            "question": "What does connection refused mean?",
            "answer": "The host answered, and nothing listens on that port.",
        }
    ],
    "verificationRecords": [],
    "relatedIds": ["art_Aat9YiS7UjIq"],
    "publishedAt": _TIME,
    "apiAccess": {
        "endpoints": {
            "search": f"/api/v1/search?q={_SLUG}",
            "json": f"/api/v1/articles/{_SLUG}?format=json&lang=en",
            "markdown": f"/api/v1/articles/{_SLUG}?format=markdown&lang=en",
        },
        "exampleUsage": f'curl "{_URL}?format=json&lang=en"',
    },
    "sections": [{"level": 2, "title": "Symptoms", "anchor": "symptoms"}],
    "errors": [_ROW],
    "references": [
        {
            "label": "Server exits at start",
            "target": "TRANS-001",
            "slug": "mcp-server-exits-at-start",
            "url": "http://127.0.0.1:8000/api/v1/articles/mcp-server-exits-at-start",
        }
    ],
    "trust": {**_TRUST, "receipts": [_RECEIPT]},
    "url": _URL,
}

SUMMARY = _enveloped(
    {
        **_FACTS,
        "author": "Fixbook",
        "title": {"en": _TITLE, "zh": "排查：MCP 连接被拒绝或超时"},
        "summary": {"en": _SHORT_SUMMARY, "zh": "客户端连不上 MCP 服务器：原因与最小的修复。"},
        "keywords": ["ECONNREFUSED", "connection refused"],
        "applicableVersions": [],
        "publishedAt": _TIME,
        "formats": {
            "json": f"{_URL}?format=json&lang=en",
            "markdown": f"{_URL}?format=markdown&lang=en",
        },
    },
    f"GET {_URL}?format=markdown&lang=en for the whole article",
)

SEARCH = _enveloped(
    {
        "outcome": "exact",
        "items": [
            {
                **_FACTS,
                "title": {"en": _TITLE},
                "summary": {"en": _SHORT_SUMMARY},
                "trust": _TRUST,
                "outcome": "exact",
                "score": 17.4855,
                "highlights": {"title": [_TITLE]},
                "matches": [{"kind": "error", "text": _ROW["error"], **_ROW}],
                "url": _URL,
            }
        ],
        "pagination": {"page": 1, "pageSize": 20, "total": 1, "totalPages": 1},
        "facets": None,
        "suggestion": None,
    },
    f"GET {_URL}?format=markdown for the best match",
)
del SEARCH["data"]["items"][0]["matches"][0]["error"]

DIAGNOSIS = _enveloped(
    {
        "outcome": "exact",
        "signatures": [
            {
                "line": 1,
                "text": "connect ECONNREFUSED 127.0.0.1:3000",
                "template": "connect ECONNREFUSED <addr>:<port>",
                "codes": ["econnrefused"],
            }
        ],
        "matches": [
            {
                "slug": _SLUG,
                "title": {"en": _TITLE},
                "outcome": "exact",
                "score": 1.0,
                "line": 1,
                "signature": "connect ECONNREFUSED <addr>:<port>",
                "error": _ROW,
                "verificationStatus": "pending",
                "trust": _TRUST,
                "url": _URL,
            }
        ],
        "searched": {
            "generation": 3,
            "articles": 16,
            "filters": {"domain": [], "status": []},
            "linesUnread": 0,
        },
    },
    f"GET {_URL}?format=markdown and follow its fix",
)

ERRORS = _enveloped(
    {
        "items": [{**_ROW, "lang": "en", "article": {"slug": _SLUG, "title": _TITLE, "url": _URL}}],
        "pagination": {"page": 1, "pageSize": 20, "total": 1, "totalPages": 1},
    },
    f"GET {_URL}?format=markdown for the article of the first",
)

DOMAINS = _enveloped(
    {"items": [{"name": "transport", "articles": 5}]},
    "GET http://127.0.0.1:8000/api/v1/articles?domain=… for the articles of one",
)
TAGS = _enveloped(
    {"items": [{"name": "mcp", "articles": 7}]},
    "GET http://127.0.0.1:8000/api/v1/articles?tag=… for the articles of one",
)

STATS = _enveloped(
    {
        "articles": {"total": 16, "published": 16, "verified": 0, "weeklyNew": 16},
        "agents": {"active": 0},
        "apiRequests": {"total": 128, "source": "service"},
        "generation": {"number": 3, "publishedAt": _TIME, "engine": "whoosh"},
    },
    "GET http://127.0.0.1:8000/llms.txt for what there is",
)

HEALTH = {
    "status": "healthy",
    "timestamp": _TIME,
    "responseTime": "1ms",
    "services": {"database": "connected", "search": "connected"},
}

LIVE = {"status": "alive"}
READY = {"status": "ready", "generation": 3}
METRICS = """\
# HELP fixbook_requests_total Requests by route and status.
# TYPE fixbook_requests_total counter
fixbook_requests_total{route="/api/v1/search",status="200"} 128.0
"""
