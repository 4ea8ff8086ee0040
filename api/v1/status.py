"""The state of the service: statistics, health, probes."""

import asyncio
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from functools import partial

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import AppState, PublicUrl, StateDep
from api.http.representation import Representation
from api.metrics.counters import requests
from api.requests.parameters import AnswerTexts
from api.responses.described import responses
from api.responses.envelope import JSON, Envelope, success
from api.responses.model import Model, encoded
from api.responses.next_steps import agent_headers
from api.responses.service import (
    AgentsObject,
    ApiRequests,
    ArticleCounts,
    ContentSource,
    GenerationFacts,
    Health,
    LastSync,
    Live,
    Ready,
    Stats,
)
from corpus.errors import FixbookError
from corpus.last_records import SyncRecord
from corpus.search.reading import Reading
from corpus.store.generations import Generation
from corpus.store.queries import catalog
from corpus.text.timestamps import iso_text, now
from languages.loader import fill

router = APIRouter(tags=["service"], default_response_class=Response)

_HEALTHY = "healthy"
_CONNECTED, _DISCONNECTED, _UNKNOWN = "connected", "disconnected", "unknown"


@router.get(
    "/api/v1/stats",
    operation_id="getStats",
    summary="Statistics",
    responses=responses(Envelope[Stats]),
)
async def get_stats(state: StateDep, url: PublicUrl, words: AnswerTexts) -> Response:
    """The number of articles, and of requests to all processes of this machine."""
    counted = requests((await asyncio.to_thread(state.worker_counters.total)).rows)

    def answer(reading: Reading) -> Stats:
        return Stats(
            articles=ArticleCounts.of(catalog.stats(reading.connection)),
            agents=AgentsObject(active=state.agents.active()),
            api_requests=ApiRequests(total=counted, source="service"),
            generation=GenerationFacts.of(reading.generation, engine=state.library.engine.name),
        )

    return success(
        await state.read(answer),
        next_step=fill(words.next_overview, url=f"{url}/llms.txt"),
        headers=agent_headers(url, "/api/v1/stats"),
    )


@router.get(
    "/api/health",
    operation_id="getHealth",
    summary="Health",
    responses={
        **responses(Health, is_probe=True),
        503: {**responses(Health)[200], "description": "A part does not work."},
    },
)
async def get_health(state: StateDep) -> Response:
    """Whether the database works, and the search index of its current generation.

    The result is at most a second old.
    """
    shown: Health = await state.health.get(partial(_health, state))
    return _plain(shown, status=200 if shown.status == _HEALTHY else 503)


async def _health(state: AppState) -> Health:
    started = time.perf_counter()
    search = _UNKNOWN
    generation = await _generation(state)
    database = _DISCONNECTED if generation is None else _CONNECTED
    if generation is not None:  # the database names the index
        check = state.read(lambda reading: reading.index.check(), search=True, probe=True)
        search = await _connection_state(check)
    healthy = database == search == _CONNECTED
    return Health(
        status=_HEALTHY if healthy else "unhealthy",
        timestamp=now(),
        response_time=f"{(time.perf_counter() - started) * 1e3:.0f}ms",
        services={"database": database, "search": search},
        content=_content(generation, SyncRecord.last(state.settings.data_dir)),
    )


async def _generation(state: AppState) -> Generation | None:
    """The newest generation; None if the database is unavailable."""
    try:
        return await state.in_thread(state.library.current, probe=True)
    except FixbookError:
        return None


def _content(
    generation: Generation | None, last: SyncRecord | None
) -> ContentSource | msgspec.UnsetType:
    commit = generation.commit if generation else None
    if commit is None and last is None:
        return msgspec.UNSET
    return ContentSource(commit=commit, sync=None if last is None else _last_sync(last))


def _last_sync(last: SyncRecord) -> LastSync:
    return LastSync.of(
        last,
        ended_at=_time(last.ended_at),
        good_at=None if last.good_at is None else _time(last.good_at),
    )


def _time(seconds: float) -> str:
    return iso_text(datetime.fromtimestamp(seconds, UTC))


@router.get(
    "/livez",
    operation_id="live",
    summary="Liveness",
    responses=responses(Live, is_probe=True),
)
async def live() -> Response:
    """200 as long as the process responds at all."""
    return _plain(Live(status="alive"))


@router.get(
    "/readyz",
    operation_id="ready",
    summary="Readiness",
    responses=responses(Ready, others=(503,), is_probe=True),
)
async def ready(state: StateDep) -> Response:
    """200 if a generation is published and its index is usable; else 503."""
    generation = await state.read(Reading.checked_generation, probe=True)
    return _plain(Ready(status="ready", generation=generation.number))


async def _connection_state(question: Awaitable[object]) -> str:
    try:
        await question
    except FixbookError:
        return _DISCONNECTED
    return _CONNECTED


def _plain(shown: Model, *, status: int = 200) -> Representation:
    return Representation(encoded(shown), media_type=JSON, status=status)
