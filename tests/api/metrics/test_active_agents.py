"""How many agents there were, and nothing about them."""

from pathlib import Path

import pytest

from api.metrics.active_agents import ActiveAgents
from tests.api.conftest import Served
from tests.factories import make_document


def test_each_counts_once(tmp_path: Path) -> None:
    agents = ActiveAgents(tmp_path)
    assert agents.active() == 0
    for name in (b"one", b"two", b"one", b"three", b"two"):
        agents.record(name)
    assert agents.active() == 3


def test_many_are_estimated(tmp_path: Path) -> None:
    agents = ActiveAgents(tmp_path)
    for number in range(20_000):
        agents.record(b"agent %d" % number)
    assert agents.active() == pytest.approx(20_000, rel=0.01)


def test_processes_count_together(tmp_path: Path) -> None:
    one, other = ActiveAgents(tmp_path), ActiveAgents(tmp_path)
    one.record(b"a")
    other.record(b"a")
    other.record(b"b")
    assert (one.active(), other.active()) == (2, 2)


def test_names_are_not_kept(tmp_path: Path) -> None:
    ActiveAgents(tmp_path).record(b"somebody")
    assert b"somebody" not in (tmp_path / "agents.table").read_bytes()


def test_the_statistics_say_how_many(serve: Served) -> None:
    asked = serve({"connection-refused.md": make_document()})
    assert asked.get("/api/v1/stats").data["agents"] == {"active": 0}
    for name in ("a", "b", "a"):
        asked.get("/api/v1/tags", x_agent_id=name)
    assert asked.get("/api/v1/stats").data["agents"] == {"active": 2}
