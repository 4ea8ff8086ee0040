"""How the service is: statistics, health, and what probes ask."""

import asyncio
import time
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import AppState, PublicUrl, StateDep
from api.http.representation import Representation
from api.metrics.counters import requests
from api.responses.envelope import success
from api.responses.examples import HEALTH, LIVE, READY, STATS
from api.responses.models import Health, Live, Ready, StatsAnswer, problems
from api.responses.next_steps import agent_headers
from corpus.errors import FixbookError
from corpus.search.reading import Reading
from corpus.store.generations import Generation
from corpus.store.queries import catalog
from corpus.text.timestamps import now

router = APIRouter(tags=["service"])

_HEALTHY = "healthy"
_CONNECTED, _DISCONNECTED, _UNKNOWN = "connected", "disconnected", "unknown"


@router.get(
    "/api/v1/stats",
    operation_id="getStats",
    summary="Statistics",
    response_class=Response,
    responses={
        200: {"model": StatsAnswer, "content": {"application/json": {"example": STATS}}},
        **problems(503),
    },
)
async def get_stats(state: StateDep, url: PublicUrl) -> Response:
    """How many articles there are, and how much was asked of all processes of this machine."""

    counted = requests((await asyncio.to_thread(state.worker_counters.total)).sheet)

    def answer(reading: Reading) -> dict[str, Any]:
        generation = reading.generation
        return {
            "articles": catalog.stats(reading.connection),
            "agents": {"active": state.agents.active()},
            "apiRequests": {"total": counted, "source": "service"},
            "generation": {
                "number": generation.number,
                "publishedAt": generation.published_at,
                "engine": state.library.engine.name,
            },
        }

    return success(
        await state.read(answer),
        next_step=f"GET {url}/llms.txt for what there is",
        headers=agent_headers(url, "/api/v1/stats"),
    )


@router.get(
    "/api/health",
    operation_id="getHealth",
    summary="Health",
    response_class=Response,
    responses={
        200: {"model": Health, "content": {"application/json": {"example": HEALTH}}},
        503: {"model": Health, "description": "Some part does not work."},
    },
)
async def get_health(state: StateDep) -> Response:
    """What works: the database, and the index of the generation that it names.

    It is looked once a second, for all who ask.
    """
    shown = await state.health.get(partial(_health, state))
    return _plain(shown, status=200 if shown["status"] == _HEALTHY else 503)


async def _health(state: AppState) -> dict[str, Any]:
    started = time.perf_counter()
    database = await _database(state)
    # Which index is to be asked stands in the database.
    search = await _search(state) if database == _CONNECTED else _UNKNOWN
    services = {"database": database, "search": search}
    healthy = all(status == _CONNECTED for status in services.values())
    return {
        "status": _HEALTHY if healthy else "unhealthy",
        "timestamp": now(),
        "responseTime": f"{(time.perf_counter() - started) * 1e3:.0f}ms",
        "services": services,
    }


@router.get(
    "/livez",
    operation_id="live",
    summary="Is the process alive?",
    response_class=Response,
    responses={200: {"model": Live, "content": {"application/json": {"example": LIVE}}}},
)
async def live() -> Response:
    """Always 200 while the process can answer at all."""
    return _plain({"status": "alive"})


@router.get(
    "/readyz",
    operation_id="ready",
    summary="Can it answer?",
    response_class=Response,
    responses={
        200: {"model": Ready, "content": {"application/json": {"example": READY}}},
        **problems(503),
    },
)
async def ready(state: StateDep) -> Response:
    """200 when there is a generation and its index is open; else 503."""

    def answer(reading: Reading) -> Generation:
        reading.index.check()
        return reading.generation

    generation = await state.read(answer, probe=True)
    return _plain({"status": "ready", "generation": generation.number})


async def _database(state: AppState) -> str:
    try:
        await state.in_thread(state.library.current, probe=True)
    except FixbookError:
        return _DISCONNECTED
    return _CONNECTED


async def _search(state: AppState) -> str:
    try:
        await state.read(lambda reading: reading.index.check(), search=True, probe=True)
    except FixbookError:
        return _DISCONNECTED
    return _CONNECTED


def _plain(shown: dict[str, Any], *, status: int = 200) -> Representation:
    return Representation(
        orjson.dumps(shown), media_type="application/json; charset=utf-8", status=status
    )
