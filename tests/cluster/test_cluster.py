"""Readers notice nothing: not a new generation, not a server that dies, not one that comes back."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.api.process import PATH, shown
from tests.cluster.conftest import Cluster
from tests.cluster.load import Load
from tests.cluster.machines import PATIENCE, ask
from tests.cluster.proxy import proxying
from tests.ports import free_port


def until(what: Callable[[], bool]) -> None:
    """Waits until it is true."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def editions(cluster: Cluster) -> set[str]:
    """What the servers show, each asked itself."""
    titles = [shown(machine.port, PATH)["title"]["en"] for machine in cluster.machines]
    return {title.partition(" of ")[0] for title in titles}


def test_generations_change_under_load_without_an_error_or_a_mixed_page(cluster: Cluster) -> None:
    with Load(cluster.port) as load:
        for number in range(2, 5):
            cluster.publish(number)
            until(lambda: editions(cluster) == {f"Edition {number}"})  # noqa: B023
        time.sleep(1)
    assert load.wrong == []
    assert set(load.statuses) == {200}
    assert min(machine.answered() for machine in cluster.machines) > 0


def test_a_server_that_is_killed_is_missed_by_nobody(cluster: Cluster) -> None:
    killed = cluster.machines[0]
    with Load(cluster.port) as load:
        time.sleep(1)
        killed.kill()
        time.sleep(3)
        before = killed.answered()
        killed.start()
        until(lambda: killed.answered() > before + 20)
    assert load.wrong == []


def test_a_rolling_restart_is_noticed_by_nobody(cluster: Cluster) -> None:
    with Load(cluster.port) as load:
        for machine in cluster.machines:
            machine.stop()
            before = machine.answered()
            machine.start()
            until(lambda: machine.answered() > before + 20)  # noqa: B023
    assert load.wrong == []


def test_a_generation_that_came_while_a_server_was_away_is_what_it_shows(cluster: Cluster) -> None:
    away = cluster.machines[1]
    with Load(cluster.port) as load:
        away.kill()
        cluster.publish(5)
        away.start()
        until(lambda: editions(cluster) == {"Edition 5"})
    assert load.wrong == []


def test_who_asks_is_told_by_nginx_and_not_by_the_client(cluster: Cluster) -> None:
    """Who has asked a lot has less left, whatever it says of itself."""

    def left(source: str, **headers: str) -> int:
        limit = ask(cluster.port, "/api/v1/domains", source=source, **headers)[1]["ratelimit"]
        return int(limit.partition("r=")[2].partition(";")[0])

    for _ in range(20):
        left("127.0.0.2")
    assert left("127.0.0.3") == 35_999
    assert left("127.0.0.2", X_Forwarded_For="192.0.2.7", Forwarded="for=192.0.2.7") < 35_999


def test_a_server_learns_the_name_and_the_scheme_that_nginx_saw(cluster: Cluster) -> None:
    _, _, body = ask(
        cluster.port, f"{PATH}?format=json", Host="fixes.example", X_Forwarded_Proto="https"
    )
    assert json.loads(body)["url"] == f"http://fixes.example{PATH}"


def test_metrics_stay_inside(cluster: Cluster) -> None:
    assert ask(cluster.port, "/metrics")[0] == 404
    assert ask(cluster.machines[0].port, "/metrics")[0] == 200


def test_when_no_server_is_left_that_is_said(folder: Path) -> None:
    with proxying(folder, [free_port(), free_port()]) as port:
        for target in (PATH, "/api/v1/search?q=anything"):
            status, headers, body = ask(port, target)
            assert status == 503
            assert headers["retry-after"] == "2"
            assert headers["content-type"] == "application/json"
            answer = json.loads(body)
            assert answer["error"]["code"] == "SERVICE_UNAVAILABLE"
            assert answer["data"] is None


def test_a_flood_is_refused_in_the_usual_form(cluster: Cluster, folder: Path) -> None:
    ports = [machine.port for machine in cluster.machines]
    with proxying(folder, ports, is_limited=True) as port:
        answers = [ask(port, "/livez") for _ in range(600)]
    statuses = [status for status, _, _ in answers]
    assert statuses[:200] == [200] * 200
    assert set(statuses) == {200, 429}
    refused = next(body for status, _, body in answers if status == 429)
    assert json.loads(refused)["error"]["code"] == "RATE_LIMITED"


def test_no_log_of_nginx_tells_what_was_searched(cluster: Cluster, folder: Path) -> None:
    ports = [cluster.machines[0].port, free_port()]
    with proxying(folder, ports) as port:
        for _ in range(6):
            assert ask(port, "/api/v1/search?q=secret-of-somebody")[0] == 200
    logged = "".join(file.read_text() for file in folder.glob("*.log"))
    assert logged.count("GET /api/v1/search 200") == 6
    assert "secret" not in logged
