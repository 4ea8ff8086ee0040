"""Alerts, dashboard and runbooks speak of metrics that there are, and of each other."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from corpus.last_records import SyncOutcome, SyncRecord
from corpus.settings import Settings
from ingest.pipeline import IngestOptions, ingest
from tests.api.site import Site
from tests.conftest import Ingested, write_files
from tests.factories import make_document

ROOT = Path(__file__).parent.parent.parent
PROMETHEUS = ROOT / "deploy" / "prometheus"
ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text("utf-8"))
TARGETS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")

NAME = re.compile(r"\b(?:fixbook|process)_[a-z_]+")
SAMPLE = re.compile(r"(\w+)(?:{([^}]*)})?")


@pytest.fixture
def exported(settings: Settings, ingested: Ingested) -> dict[str, set[str]]:
    """What a server exports that has ingested a commit and answered: labels by sample name."""
    library = ingested({})
    write_files(settings.content_dir, {"connection-refused.md": make_document()})
    ingest(library, [settings.content_dir], options=IngestOptions(commit="c" * 40))
    outcome = SyncOutcome.PUBLISHED
    SyncRecord(outcome=outcome, commit="c", ended_at=1, good_at=1).save(settings.data_dir)
    with Site(settings) as site:
        site.get("/api/v1/articles/connection-refused")
        site.post("/api/v1/diagnose", {"text": "connect ECONNREFUSED 127.0.0.1:1"})
        text = site.get("/metrics").body.decode()
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    return {each.name: {*each.labels, "job", "instance"} for each in samples}


@pytest.mark.parametrize(
    "expression",
    [*TARGETS, *(rule["expr"] for rule in ALERTS.values()), *re.findall(r"`(.*?)`", RUNBOOKS)],
)
def test_every_metric_and_label_is_exported(exported: dict[str, set[str]], expression: str) -> None:
    assert [name for name in NAME.findall(expression) if name not in exported] == []
    for name, selector in SAMPLE.findall(expression):
        if name in exported:
            labels = set(re.findall(r'(\w+)=~?"', selector))
            assert labels <= exported[name], name


def test_every_metric_is_documented(exported: dict[str, set[str]]) -> None:
    names = {re.sub("_(bucket|count|sum)$", "", name) for name in exported}
    assert [name for name in sorted(names) if name not in OPERATIONS] == []


def test_every_alert_has_its_runbook_and_every_runbook_its_alert() -> None:
    sections = re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE)
    assert sections == list(ALERTS)
    for name, rule in ALERTS.items():
        assert rule["annotations"]["runbook_url"] == f"docs/runbooks.md#{name.lower()}"
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_panels_have_places_and_ids_of_their_own() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(set(places)) == len(DASHBOARD["panels"])


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
@pytest.mark.parametrize(
    ("action", "file"), [("check", "alerts.yaml"), ("test", "alerts.test.yaml")]
)
def test_prometheus_agrees(action: str, file: str) -> None:
    done = subprocess.run(
        ["promtool", action, "rules", str(PROMETHEUS / file)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested() -> None:
    tests = yaml.safe_load((PROMETHEUS / "alerts.test.yaml").read_text("utf-8"))["tests"]
    names = {each["alertname"] for test in tests for each in test["alert_rule_test"]}
    assert names == set(ALERTS)
