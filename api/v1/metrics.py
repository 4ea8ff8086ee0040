"""`/metrics`: the numbers of the service for Prometheus, over all its processes.

Labels are route templates, status codes and other words of which there are few: nothing
that a reader sends becomes a label.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
from api.metrics.shared_counters import CounterTotal
from api.metrics.worker_counters import KEPT_BYTES, MEMORY
from api.responses.described import responses
from corpus.errors import FixbookError
from corpus.store.generations import Generation
from corpus.store.ingest_record import IngestOutcome, IngestRecord, last_record
from corpus.text.timestamps import milliseconds

router = APIRouter(tags=["service"])

_OPEN = "application/openmetrics-text"
_FORMS = (choose_encoder("text/plain"), choose_encoder(_OPEN))
"""Encoders and media types of Prometheus' text format and of OpenMetrics."""


@router.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Metrics",
    response_class=Response,
    responses=responses(media_types=("text/plain", _OPEN)),
)
async def get_metrics(state: StateDep, request: Request) -> Response:
    """What Prometheus collects: requests, durations, the generation, the last ingest.

    Whichever process answers, the numbers are those of all of them. `Accept` chooses
    between the text format and OpenMetrics. They are counted together once a second.
    """
    wanted = _OPEN in request.headers.get("accept", "")
    texts = await state.metrics.get(partial(asyncio.to_thread, _texts, state))
    return Representation(texts[wanted], media_type=_FORMS[wanted][1])


def _texts(state: AppState) -> list[bytes]:
    """What is seen at one moment, in each form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(_look(state)))
    return [encode(registry) for encode, _ in _FORMS]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What there is to tell at one moment."""

    total: CounterTotal
    generation: Generation | None
    """None when the database cannot be read."""
    index_answers: bool
    index_made: float | None
    """Seconds since 1970; None where the index is not on this machine."""
    engine: str
    ingest: IngestRecord | None


class _Families(Collector):
    """What was seen, as Prometheus' families of metrics."""

    def __init__(self, seen: _Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterable[Metric]:
        """All families."""
        seen = self._seen
        yield from _answer_families(list(answers(seen.total.sheet)))
        yield _counter(
            "fixbook_diagnoses", "Diagnoses by what came of them.", "outcome",
            {name: float(number) for name, number in diagnoses(seen.total.sheet).items()},
        )  # fmt: skip
        yield from _process_families(seen.total)
        yield from _corpus_families(seen)
        if seen.ingest is not None:
            yield from _ingest_families(seen.ingest)


def _look(state: AppState) -> _Seen:
    found, answers_ = _generation(state)
    return _Seen(
        total=state.worker_counters.total(),
        generation=found,
        index_answers=answers_,
        index_made=_index_made(state, found),
        engine=state.library.engine.name,
        ingest=last_record(state.settings.data_dir),
    )


def _generation(state: AppState) -> tuple[Generation | None, bool]:
    """The newest generation, and whether its index answers."""
    found = None
    try:
        found = state.library.current()
        with state.library.reading() as reading:
            reading.index.check()
    except FixbookError:
        return found, False
    return found, True


def _index_made(state: AppState, found: Generation | None) -> float | None:
    if found is None or state.library.engine.is_shared:
        return None
    try:
        return state.library.index_path(found.index_name).stat().st_mtime
    except OSError:
        return None


def _answer_families(given: list[AnswerCounter]) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "fixbook_requests", "Requests by route and status.", labels=["route", "status"]
    )
    durations = HistogramMetricFamily(
        "fixbook_request_duration_seconds",
        "From the head of a request to the end of its answer.",
        labels=["route"],
    )
    by_route: dict[str, list[AnswerCounter]] = defaultdict(list)
    by_status: dict[tuple[str, str], int] = defaultdict(int)
    by_way: dict[str, float] = {"kept": 0, "made": 0}
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
    yield _counter("fixbook_answers", "Answers that were kept (hits), or made.", "source", by_way)


def _buckets(given: list[AnswerCounter]) -> list[tuple[str, float]]:
    """Prometheus' buckets hold all that are smaller too."""
    columns = zip(*(some.classes for some in given), strict=True)
    ends = [*map(floatToGoString, BOUNDS), "+Inf"]
    return list(zip(ends, accumulate(map(sum, columns)), strict=True))


def _process_families(total: CounterTotal) -> Iterator[Metric]:
    yield _gauge("fixbook_processes", "Processes that serve.", total.processes)
    yield _gauge(
        "fixbook_kept_bytes", "Memory that kept answers take, about.", total.gauges[KEPT_BYTES]
    )
    yield _gauge("process_resident_memory_bytes", "Memory of all processes.", total.gauges[MEMORY])
    yield CounterMetricFamily(
        "process_cpu_seconds", "Time of processors, of all processes.", cpu_seconds(total.sheet)
    )


def _corpus_families(seen: _Seen) -> Iterator[Metric]:
    up = GaugeMetricFamily("fixbook_up", "Whether a part answers.", labels=["part"])
    up.add_metric(["database"], float(seen.generation is not None))
    up.add_metric(["search"], float(seen.index_answers))
    yield up
    index = GaugeMetricFamily("fixbook_index_info", "The search engine.", labels=["engine"])
    index.add_metric([seen.engine], 1)
    yield index
    now = time.time()
    if seen.index_made is not None:
        age = max(0.0, now - seen.index_made)  # the clock may have been set back
        yield _gauge("fixbook_index_age_seconds", "Since this machine's index was made.", age)
    if seen.generation is not None:
        published = milliseconds(seen.generation.published_at) / 1000
        yield _gauge("fixbook_generation", "The number of the generation.", seen.generation.number)
        yield _gauge("fixbook_articles", "Published articles.", seen.generation.articles)
        yield _gauge(
            "fixbook_generation_published_timestamp_seconds", "When it was published.", published
        )
        yield _gauge(
            "fixbook_generation_age_seconds", "Since it was published.", max(0.0, now - published)
        )


def _ingest_families(last: IngestRecord) -> Iterator[Metric]:
    articles = GaugeMetricFamily(
        "fixbook_ingest_articles", "Articles of the last ingest by what it did.", labels=["what"]
    )
    for what in ("added", "changed", "unchanged", "removed", "rejected"):
        articles.add_metric([what], getattr(last, what))
    yield articles
    outcome = GaugeMetricFamily(
        "fixbook_ingest_outcome", "How the last ingest ended: 1 for that.", labels=["outcome"]
    )
    for one in IngestOutcome:
        outcome.add_metric([one], float(one is last.outcome))
    yield outcome
    yield _gauge("fixbook_ingest_seconds", "How long the last ingest took.", last.seconds)
    yield _gauge("fixbook_ingest_timestamp_seconds", "When the last ingest ended.", last.ended_at)


def _counter(name: str, text: str, label: str, values: dict[str, float]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)
