"""All examinations of the doctor, in order."""

import time
from collections.abc import Iterator, Mapping

from corpus.doctor.corpus import corpus_findings
from corpus.doctor.data_folder import data_findings
from corpus.doctor.machine import clock_findings, server_findings
from corpus.doctor.settings import settings_findings
from corpus.finding import HealthFinding
from corpus.settings import Settings


def examine(settings: Settings, environment: Mapping[str, str]) -> Iterator[HealthFinding]:
    """The findings about everything but the content, which `ingest` examines."""
    yield from settings_findings(settings, environment)
    yield from data_findings(settings)
    yield from corpus_findings(settings)
    yield from server_findings(settings)
    yield from clock_findings(time.time())
