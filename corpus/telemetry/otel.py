"""The recorder of OpenTelemetry. Imported only where telemetry is on.

Names and attributes follow its semantic conventions for HTTP, databases and MCP. What a reader has
sent is in none: exceptions are named by their type.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from time import perf_counter

from opentelemetry import context as contexts
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import Histogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode

from corpus.telemetry.spans import Span, Value

REQUEST_METRIC = "http.server.request.duration"
_STATUS = "http.response.status_code"
_PATH = "url.path"
_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


class OpenTelemetry:
    """Records spans with one provider and durations with the other."""

    def __init__(self, tracers: TracerProvider, meters: MeterProvider) -> None:
        self._providers = (tracers, meters)
        self._tracer = tracers.get_tracer("fixbook", version("fixbook"))
        self._meter = meters.get_meter("fixbook", version("fixbook"))
        self._durations: dict[str, Histogram] = {}

    @contextmanager
    def span(
        self,
        name: str,
        *,
        metric: str,
        attributes: Mapping[str, Value],
        kind: SpanKind = SpanKind.INTERNAL,
        parent: contexts.Context | None = None,
    ) -> Iterator[Span]:
        """A span, and a measurement of how long it took in seconds."""
        started = perf_counter()
        with self._tracer.start_as_current_span(
            name,
            context=parent,
            kind=kind,
            attributes=dict(attributes),
            record_exception=False,  # its message may quote what a reader sent
            set_status_on_exception=False,
        ) as opened:
            shown = _OpenSpan(opened, dict(attributes))
            try:
                yield shown
            except BaseException as error:
                shown.set("error.type", type(error).__name__)
                opened.set_status(StatusCode.ERROR)
                raise
            finally:
                self._duration(metric).record(perf_counter() - started, shown.metric_attributes())

    @contextmanager
    def request(self, method: str, headers: Mapping[str, str]) -> Iterator[Span]:
        """The span of a request."""
        with self.span(
            method,
            metric=REQUEST_METRIC,
            attributes={"http.request.method": method},
            kind=SpanKind.SERVER,
            parent=propagate.extract(headers),
        ) as opened:
            yield opened

    def close(self) -> None:
        """Sends what was not sent yet."""
        for provider in self._providers:
            provider.shutdown()

    def _duration(self, metric: str) -> Histogram:
        if metric not in self._durations:
            self._durations[metric] = self._meter.create_histogram(
                metric, unit="s", explicit_bucket_boundaries_advisory=_BOUNDS
            )
        return self._durations[metric]


class _OpenSpan:
    def __init__(self, opened: trace.Span, attributes: dict[str, Value]) -> None:
        self._opened = opened
        self._attributes = attributes

    def set(self, name: str, value: Value) -> None:
        """Adds an attribute; a server's error makes the span one."""
        self._attributes[name] = value
        self._opened.set_attribute(name, value)
        if name == _STATUS and int(value) >= 500:
            self._attributes["error.type"] = str(value)
            self._opened.set_attribute("error.type", str(value))
            self._opened.set_status(StatusCode.ERROR)

    def rename(self, name: str) -> None:
        """Changes its name."""
        self._opened.update_name(name)

    def metric_attributes(self) -> dict[str, Value]:
        """The attributes of the measurement: those that have few values."""
        return {
            name: value
            for name, value in self._attributes.items()
            if name == _STATUS or (isinstance(value, str) and name != _PATH)
        }


def exporting() -> OpenTelemetry:
    """A recorder that sends everything by OTLP over HTTP, as the OTEL_ variables say."""
    resource = Resource.create({"service.name": "fixbook", "service.version": version("fixbook")})
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    return OpenTelemetry(tracers, MeterProvider([reader], resource=resource))
