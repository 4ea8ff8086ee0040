"""`/metrics`: metrics for Prometheus, summed over all processes.

Labels have few values, such as route templates and status codes; nothing that a client sends
becomes a label.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import accumulate

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.responses import Response

from api.dependencies import AppState, StateDep
from api.http.representation import Representation
from api.metrics.counters import BOUNDS, AnswerCounter, answers, cpu_seconds, diagnoses
from api.metrics.worker_counters import CACHE_BYTES, MEMORY
from api.responses.described import responses
from corpus.errors import FixbookError
from corpus.last_records import IngestOutcome, IngestRecord, SyncOutcome, SyncRecord
from corpus.store.generations import Generation
from corpus.text.timestamps import milliseconds

router = APIRouter(tags=["service"], default_response_class=Response)

_OPEN = "application/openmetrics-text"
_FORMS = (choose_encoder("text/plain"), choose_encoder(_OPEN))
"""Encoders and media types of the Prometheus text format and of OpenMetrics."""


@router.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Metrics",
    responses=responses(media_types=("text/plain", _OPEN)),
)
async def get_metrics(state: StateDep, request: Request) -> Response:
    """Metrics for Prometheus: requests, durations, the generation, the last ingest.

    The numbers cover all processes, whichever one answers, and are at most a second old. `Accept`
    chooses between the text format and OpenMetrics.
    """
    wanted = _OPEN in request.headers.get("accept", "")
    texts = await state.metrics.get(partial(asyncio.to_thread, _texts, state))
    return Representation(texts[wanted], media_type=_FORMS[wanted][1])


def _texts(state: AppState) -> list[bytes]:
    """The metrics at one moment, in each format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(_families(state)))
    return [encode(registry) for encode, _ in _FORMS]


class _Families(Collector):
    """The metric families at one moment."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        """All of them."""
        return self._families


def _families(state: AppState) -> Iterator[Metric]:
    total = state.worker_counters.total()
    yield from _answers(list(answers(total.rows)))
    outcomes = diagnoses(total.rows)
    yield _counter("fixbook_diagnoses", "Diagnoses by outcome.", "outcome", outcomes)
    yield _gauge("fixbook_processes", "Serving processes.", total.processes)
    yield _gauge(
        "fixbook_kept_bytes", "Approximate size of response caches.", total.gauges[CACHE_BYTES]
    )
    yield _gauge("process_resident_memory_bytes", "Memory of all processes.", total.gauges[MEMORY])
    yield CounterMetricFamily(
        "process_cpu_seconds", "CPU time of all processes.", cpu_seconds(total.rows)
    )
    yield from _corpus(state)
    if (last := IngestRecord.last(state.settings.data_dir)) is not None:
        yield from _ingest(last)
    if (synced := SyncRecord.last(state.settings.data_dir)) is not None:
        yield from _sync(synced)


def _answers(given: list[AnswerCounter]) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "fixbook_requests", "Requests by route and status.", labels=["route", "status"]
    )
    durations = HistogramMetricFamily(
        "fixbook_request_duration_seconds",
        "From the head of a request to the end of its response.",
        labels=["route"],
    )
    by_route: dict[str, list[AnswerCounter]] = defaultdict(list)
    by_status: Counter[tuple[str, str]] = Counter()
    by_way = Counter(kept=0, made=0)
    for some in given:
        by_route[some.route].append(some)
        by_status[some.route, some.status] += some.number
        by_way[some.how] += some.number
    for (route, status), number in sorted(by_status.items()):
        requests.add_metric([route, status], number)
    for route, of_route in sorted(by_route.items()):
        durations.add_metric([route], _buckets(of_route), sum(some.seconds for some in of_route))
    yield requests
    yield durations
    yield _counter("fixbook_answers", "Responses: cached (kept), or computed.", "source", by_way)


def _buckets(given: list[AnswerCounter]) -> list[tuple[str, float]]:
    """The buckets, cumulative as Prometheus defines them."""
    columns = zip(*(some.classes for some in given), strict=True)
    ends = [*map(floatToGoString, BOUNDS), "+Inf"]
    return list(zip(ends, accumulate(map(sum, columns)), strict=True))


def _corpus(state: AppState) -> Iterator[Metric]:
    engine = state.library.engine
    generation, answers_ = _generation(state)
    up = {"database": generation is not None, "search": answers_}
    yield _gauges("fixbook_up", "Whether a part responds.", "part", up)
    yield _gauges("fixbook_index_info", "The search engine.", "engine", {engine.name: 1})
    if generation is None:
        return
    now = time.time()
    if not engine.is_shared:
        with suppress(OSError):
            made = state.library.index_path(generation.index_name).stat().st_mtime
            age = max(0.0, now - made)  # the clock may have been set back
            yield _gauge("fixbook_index_age_seconds", "Since this machine's index was built.", age)
    published = milliseconds(generation.published_at) / 1000
    age = max(0.0, now - published)
    yield _gauge("fixbook_generation", "The number of the generation.", generation.number)
    yield _gauge("fixbook_articles", "Published articles.", generation.articles)
    if generation.commit:
        commit = {generation.commit: 1}
        yield _gauges("fixbook_commit_info", "The commit of the content.", "commit", commit)
    yield _gauge(
        "fixbook_generation_published_timestamp_seconds", "When it was published.", published
    )
    yield _gauge("fixbook_generation_age_seconds", "Since it was published.", age)


def _generation(state: AppState) -> tuple[Generation | None, bool]:
    """The newest generation, None if the database is unavailable; whether its index responds."""
    found = None
    with suppress(FixbookError):
        found = state.library.current()
        with state.library.reading() as reading:
            reading.index.check()
        return found, True
    return found, False


def _ingest(last: IngestRecord) -> Iterator[Metric]:
    kinds = ("added", "changed", "unchanged", "removed", "rejected")
    counts = {kind: getattr(last, kind) for kind in kinds}
    ends = {str(outcome): outcome is last.outcome for outcome in IngestOutcome}
    yield _gauges(
        "fixbook_ingest_articles", "Articles of the last ingest by what it did.", "what", counts
    )
    yield _gauges(
        "fixbook_ingest_outcome", "How the last ingest ended: 1 for that.", "outcome", ends
    )
    yield _gauge("fixbook_ingest_seconds", "How long the last ingest took.", last.seconds)
    yield _gauge("fixbook_ingest_timestamp_seconds", "When the last ingest ended.", last.ended_at)


def _sync(last: SyncRecord) -> Iterator[Metric]:
    ends = {str(outcome): outcome is last.outcome for outcome in SyncOutcome}
    yield _gauges("fixbook_sync_outcome", "How the last sync ended: 1 for that.", "outcome", ends)
    yield _gauge("fixbook_sync_timestamp_seconds", "When the last sync ended.", last.ended_at)
    if last.good_at is not None:
        text = "When what was published last was what the repository held."
        yield _gauge("fixbook_sync_good_timestamp_seconds", text, last.good_at)


def _counter(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], float(number))
    return family


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)
