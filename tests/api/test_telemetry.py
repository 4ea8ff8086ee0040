"""Spans and measurements, as OpenTelemetry's SDK receives them; and nothing at all by default."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from corpus.settings import Settings
from corpus.telemetry import spans
from corpus.telemetry.otel import OpenTelemetry
from tests.api.conftest import Served
from tests.api.mcp.calls import called, complaint
from tests.api.process import ROOT, environment
from tests.factories import make_document

PATH = "/api/v1/articles/connection-refused"
TRACE, CLIENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PASTED = "tenant 4711"


@dataclass(frozen=True, slots=True)
class Collected:
    """What was exported."""

    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader

    def spans(self) -> Sequence[ReadableSpan]:
        """The spans that have ended since the last call."""
        found = self.exporter.get_finished_spans()
        self.exporter.clear()
        return found

    def measured(self) -> dict[str, list[dict[str, object]]]:
        """The attributes of all measurements by metric."""
        data = json.loads(self.reader.get_metrics_data().to_json())  # type: ignore[union-attr]
        metrics = data["resource_metrics"][0]["scope_metrics"][0]["metrics"]
        return {
            metric["name"]: [point["attributes"] for point in metric["data"]["data_points"]]
            for metric in metrics
        }


@pytest.fixture
def collected() -> Iterator[Collected]:
    """Records everything that this process does."""
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    spans.record_with(OpenTelemetry(tracers, MeterProvider([reader])))
    yield Collected(exporter, reader)
    spans.stop()


def facts(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_requests_and_the_client_s_trace(collected: Collected, serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    collected.spans()
    for _ in range(2):
        site.get(f"{PATH}?q=secret", traceparent=f"00-{TRACE}-{CLIENT}-01")
    made, kept = collected.spans()

    for span, is_cached in ((made, False), (kept, True)):
        assert (span.name, span.kind) == ("GET /api/v1/articles/{slug}", SpanKind.SERVER)
        assert span.context is not None
        assert format(span.context.trace_id, "032x") == TRACE
        assert span.parent is not None
        assert format(span.parent.span_id, "016x") == CLIENT
        assert facts(span) == {
            "http.request.method": "GET",
            "http.route": "/api/v1/articles/{slug}",
            "http.response.status_code": 200,
            "url.scheme": "http",
            "url.path": PATH,
            "fixbook.cached": is_cached,
        }
    assert collected.measured()["http.server.request.duration"] == [
        {
            "http.request.method": "GET",
            "url.scheme": "http",
            "http.response.status_code": 200,
            "http.route": "/api/v1/articles/{slug}",
        }
    ]


def test_searches_and_diagnoses_by_engine(collected: Collected, serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    collected.spans()
    site.get("/api/v1/search?q=ECONNREFUSED")
    site.post("/api/v1/diagnose", {"text": f"connect ECONNREFUSED 127.0.0.1:8931 {PASTED}"})
    search, first, diagnosis, second = collected.spans()

    for span, request, operation in ((search, first, "search"), (diagnosis, second, "diagnose")):
        assert span.name == f"{operation} whoosh"
        assert facts(span)["db.system.name"] == "whoosh"
        assert facts(span)["db.operation.name"] == operation
        assert span.parent is not None
        assert request.context is not None
        assert span.parent.span_id == request.context.span_id
    assert {facts(span)["fixbook.outcome"] for span in (search, diagnosis)} == {"likely"}
    measured = collected.measured()["db.client.operation.duration"]
    assert {each["db.operation.name"] for each in measured} == {"search", "diagnose"}
    assert PASTED not in "".join(span.to_json() for span in (search, first, diagnosis, second))


def test_ingests(collected: Collected, serve: Served) -> None:
    serve({"connection-refused.md": make_document()})
    [span] = collected.spans()

    assert span.name == "ingest"
    assert facts(span) == {
        "fixbook.ingest.published": True,
        "fixbook.ingest.articles": 1,
        "fixbook.ingest.added": 1,
        "fixbook.ingest.changed": 0,
        "fixbook.ingest.removed": 0,
        "fixbook.ingest.rejected": 0,
    }
    assert collected.measured()["fixbook.ingest.duration"] == [{}]


def test_tools(collected: Collected, serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    collected.spans()
    called(site, "search_articles", query="ECONNREFUSED")
    complaint(site, "search_articles", query=" ")
    tools = [span for span in collected.spans() if span.name == "tools/call search_articles"]

    assert [span.status.status_code for span in tools] == [StatusCode.UNSET, StatusCode.ERROR]
    named = {"mcp.method.name": "tools/call", "gen_ai.tool.name": "search_articles"}
    assert facts(tools[0]) == named
    assert facts(tools[1]) == {**named, "error.type": "InvalidRequest"}


def test_nothing_is_imported_by_default(settings: Settings) -> None:
    code = (
        "import sys, api.server, ingest.pipeline, cli.commands.serve\n"
        "from api.app import create_app_from_environment\n"
        "create_app_from_environment()\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')\n"
        "       or name.startswith('opentelemetry.exporter') or name == 'corpus.telemetry.otel'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(settings),
    )
    assert done.stdout == "[]\n"
