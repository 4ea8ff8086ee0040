"""Metrics: what Prometheus reads is what happened, over all processes, without anybody's words."""

import json
import shutil
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.metrics.counters import BOUNDS, Meter
from api.metrics.shared_counters import CounterSnapshot, SharedCounters
from corpus.settings import Settings
from tests.api.conftest import Served
from tests.api.process import PATH, PATIENCE, edition, environment, get, running, shown
from tests.api.site import Site
from tests.conftest import Ingested, write_files
from tests.factories import make_document
from tests.faults.reader import until

Samples = dict[tuple[str, tuple[str, ...]], float]
"""Values by the name of the sample and the values of its labels, in the order of their names."""


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def told(port: int) -> Samples:
    """What a server of several processes says of all of them."""
    return samples(get(port, "/metrics")[2].decode())


def of(found: Samples, family: str) -> dict[tuple[str, ...], float]:
    """The values of one sample by its labels."""
    return {labels: value for (name, labels), value in found.items() if name == family}


def scraped(site: Site) -> Samples:
    answer = site.get("/metrics")
    assert answer.status == 200
    return samples(answer.body.decode())


def test_requests_are_counted_by_route_and_status(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    for target in (PATH, PATH, "/api/v1/articles/nothing", "/nowhere/secret", "/api/v1/search?q=x"):
        site.get(target)
    site.get(PATH, if_none_match="*")
    site.post("/livez", {})

    found = scraped(site)
    assert of(found, "fixbook_requests_total") == {
        ("/api/v1/articles/{slug}", "200"): 2,
        ("/api/v1/articles/{slug}", "304"): 1,
        ("/api/v1/articles/{slug}", "404"): 1,
        ("/api/v1/search", "200"): 1,
        ("/livez", "405"): 1,
        ("none", "404"): 1,
    }
    assert found["fixbook_answers_total", ("kept",)] == 2
    assert found["fixbook_answers_total", ("made",)] == 5
    assert found["fixbook_request_duration_seconds_count", ("/api/v1/articles/{slug}",)] == 4
    assert found["fixbook_request_duration_seconds_bucket", ("+Inf", "/livez")] == 1


def test_the_state_of_the_corpus(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    found = scraped(site)

    assert found["fixbook_generation", ()] == 1
    assert found["fixbook_articles", ()] == 1
    assert found["fixbook_up", ("database",)] == found["fixbook_up", ("search",)] == 1
    assert found["fixbook_index_info", ("whoosh",)] == 1
    assert 0 <= found["fixbook_generation_age_seconds", ()] < PATIENCE
    assert 0 <= found["fixbook_index_age_seconds", ()] < PATIENCE
    assert found["fixbook_ingest_articles", ("added",)] == 1
    assert found["fixbook_ingest_articles", ("rejected",)] == 0
    assert found["fixbook_ingest_outcome", ("published",)] == 1
    assert abs(found["fixbook_ingest_timestamp_seconds", ()] - time.time()) < PATIENCE
    assert found["fixbook_processes", ()] == 1
    assert found["process_resident_memory_bytes", ()] > 1_000_000
    assert found["process_cpu_seconds_total", ()] > 0


def test_diagnoses_are_counted_by_outcome_alone(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    for text in ("connect ECONNREFUSED 127.0.0.1:3000", "my password is hunter2"):
        site.post("/api/v1/diagnose", {"text": text}, content_type="application/json")
    body = site.get("/metrics").body.decode()

    outcomes = of(samples(body), "fixbook_diagnoses_total")
    assert outcomes == {("exact",): 1, ("none",): 1}
    assert "hunter2" not in body


def test_the_format_is_negotiated(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    plain = site.get("/metrics")
    openmetrics = site.get("/metrics", accept="application/openmetrics-text; version=1.0.0")

    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text; version=1")
    assert openmetrics.body.endswith(b"# EOF\n")
    assert plain.headers["cache-control"] == "no-store"


@pytest.mark.sqlite("no file, no database")
def test_an_outage_is_told_and_the_counts_go_on(serve: Served, settings: Settings) -> None:
    site = serve({"connection-refused.md": make_document()})
    shutil.rmtree(settings.index_dir)
    assert settings.data_dir.joinpath("fixbook.db").exists()
    for file in settings.data_dir.glob("fixbook.db*"):
        file.unlink()
    found = scraped(site)

    assert found["fixbook_up", ("database",)] == found["fixbook_up", ("search",)] == 0
    assert ("fixbook_generation", ()) not in found
    assert found["fixbook_answers_total", ("made",)] == 0


def test_a_folder_that_is_gone_leaves_the_own_numbers(serve: Served, settings: Settings) -> None:
    site = serve({"connection-refused.md": make_document()})
    shutil.rmtree(settings.data_dir / "metrics")
    site.get(PATH)

    assert scraped(site)["fixbook_answers_total", ("made",)] == 1


def test_numbers_go_on_after_a_restart(settings: Settings, ingested: Ingested) -> None:
    ingested({"connection-refused.md": make_document()})
    with Site(settings) as first:
        first.get(PATH)
    with Site(settings) as second:
        second.get(PATH)
        found = scraped(second)

    assert found["fixbook_requests_total", ("/api/v1/articles/{slug}", "200")] == 2


def test_two_workers_are_summed(settings: Settings, ingested: Ingested, tmp_path: Path) -> None:
    ingested(edition(1)).close()
    log = tmp_path / "log.txt"
    env = environment(settings, FIXBOOK_LOG_LEVEL="warning")
    with running("--no-ingest", "--workers", "2", env=env, log=log) as port:
        until(lambda: told(port)["fixbook_processes", ()] == 2)
        for _ in range(40):
            assert get(port, PATH)[0] == 200
        route = ("fixbook_requests_total", ("/api/v1/articles/{slug}", "200"))
        # Each worker writes its numbers for the other from time to time.
        until(lambda: {told(port).get(route) for _ in range(10)} == {40})
        assert told(port)["fixbook_processes", ()] == 2
        assert shown(port, "/api/v1/stats")["apiRequests"]["total"] > 40
    assert log.read_text() == ""


# What is below the route


def test_a_meter_counts_by_class_of_duration() -> None:
    rows: dict[str, list[float]] = {}
    meter = Meter(rows, "made /livez")
    meter.add(200, 0.3)
    meter.add(200, 60)
    [(name, row)] = rows.items()

    assert name == "made 200 /livez"
    assert (row[BOUNDS.index(0.5)], row[len(BOUNDS)], sum(row[:-1])) == (1, 1, 2)
    assert row[-1] == 60.3


def test_sheets_of_the_dead_are_added_once(tmp_path: Path) -> None:
    for _ in range(2):
        died = SharedCounters(tmp_path)
        died.open()
        died.close(CounterSnapshot({"requests": [5]}, {"memory": 7}))
    alive = SharedCounters(tmp_path)
    alive.open()
    alive.write(CounterSnapshot({"requests": [1]}, {"memory": 10}))
    asking = SharedCounters(tmp_path)
    asking.open()
    total = asking.total(CounterSnapshot({"requests": [2]}, {"memory": 20}))

    assert (total.rows, total.processes, total.gauges) == ({"requests": [13]}, 2, {"memory": 30})
    assert json.loads((tmp_path / "past.json").read_text())["sheet"] == {"requests": [10]}
    assert len(list(tmp_path.glob("*.lock"))) == 2
    for ledger in (alive, asking):
        ledger.close(CounterSnapshot())


def test_one_that_died_while_it_added_up_counts_nobody_twice(tmp_path: Path) -> None:
    died = SharedCounters(tmp_path)
    died.open()
    died.close(CounterSnapshot({"requests": [5]}))
    lock = next(tmp_path.glob("*.lock"))
    rows = lock.with_suffix(".json").read_bytes()
    SharedCounters(tmp_path).open()  # adds up, and removes the files
    lock.touch()
    lock.with_suffix(".json").write_bytes(rows)  # as if it had not come to that
    last = SharedCounters(tmp_path)

    assert last.total(CounterSnapshot()).rows == {"requests": [5]}
    last.open()
    assert last.total(CounterSnapshot()).rows == {"requests": [5]}
    last.close(CounterSnapshot())


def test_a_damaged_sheet_is_left_out(tmp_path: Path) -> None:
    write_files(tmp_path, {"1-a.lock": "", "1-a.json": "{", "past.json": "[1]"})
    ledger = SharedCounters(tmp_path)
    ledger.open()

    assert ledger.total(CounterSnapshot({"requests": [3]})).rows == {"requests": [3]}
    ledger.close(CounterSnapshot())
