"""docker-compose.yml and what it stands on agree. There is no Docker here to try it with."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from corpus.settings import Settings

ROOT = Path(__file__).parent.parent
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
FILE: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
NGINX = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SCHEMA = ROOT / "tests" / "fixtures" / "compose" / "compose-spec.json"

OURS = {name for name, service in SERVICES.items() if "build" in service}
CLUSTER = {"proxy", "api-1", "api-2", "ingest", "postgres", "opensearch"}


def test_it_is_valid_by_the_schema_of_the_specification() -> None:
    validator = jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in validator.iter_errors(FILE)] == []


def test_what_starts_by_default_and_what_is_the_cluster() -> None:
    profiles = {name: service.get("profiles") for name, service in SERVICES.items()}
    assert profiles == {"fixbook": None, **{name: ["cluster"] for name in CLUSTER}}


def test_nothing_has_to_be_set() -> None:
    """Compose reads all of the file for every profile: what is demanded, is so of everybody."""
    variables = set(re.findall(r"\$\{(\w+):-", COMPOSE))
    assert variables == {
        "API_WORKERS", "CONTENT", "OPENSEARCH_JAVA_OPTS", "POSTGRES_PASSWORD", "PUBLIC_URL",
        "PUBLISH", "TRUSTED_HOSTS",
    }  # fmt: skip
    assert len(re.findall(r"(?<!\$)\$\{", COMPOSE)) == len(re.findall(r"\$\{\w+:-", COMPOSE))


def test_no_password_has_a_default() -> None:
    assert set(re.findall(r"\S*PASSWORD: *(.*)", COMPOSE)) == {"${POSTGRES_PASSWORD:-}"}
    assert not re.search(r"://\w+:", COMPOSE.replace("://opensearch:9200", ""))


@pytest.mark.parametrize("text", [COMPOSE, DOCKERFILE], ids=["compose", "Dockerfile"])
def test_every_variable_is_a_setting(text: str) -> None:
    known = {f"FIXBOOK_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bFIXBOOK_[A-Z_]+", text)) - known == set()


def test_every_image_has_its_version() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert [name for name in images if not re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)*$", name)] == []


def test_ports_match() -> None:
    port = re.search(r"FIXBOOK_PORT=(\d+)", DOCKERFILE)
    listening = re.search(r"listen (\d+)", NGINX)
    assert port is not None
    assert listening is not None
    assert re.findall(r"^EXPOSE (\d+)", DOCKERFILE, re.MULTILINE) == [port[1]]
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "fixbook": [f"${{PUBLISH:-127.0.0.1:8000}}:{port[1]}"],
        "proxy": [f"${{PUBLISH:-127.0.0.1:8000}}:{listening[1]}"],
    }
    assert f"127.0.0.1:{listening[1]}/livez" in SERVICES["proxy"]["healthcheck"]["test"][-1]


def test_nginx_asks_the_servers_that_there_are() -> None:
    serving = {f"{name}:8000" for name in SERVICES if SERVICES[name].get("command", [""])[0:1]
               == ["serve"]}  # fmt: skip
    assert set(re.findall(r"^\s+server (\S+) resolve", NGINX, re.MULTILINE)) == serving


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is (name != "opensearch")
    assert "privileged" not in service
    assert "cap_add" not in service


def test_only_the_proxy_and_the_single_container_have_a_way_out() -> None:
    closed = {name for name, network in FILE["networks"].items() if (network or {}).get("internal")}
    open_ = {
        name for name, service in SERVICES.items() if set(service.get("networks", "?")) - closed
    }
    assert open_ == {"fixbook", "proxy"}
    back = {name for name, service in SERVICES.items() if "back" in service.get("networks", ())}
    assert back == CLUSTER - {"proxy"}


def test_the_order_of_the_start() -> None:
    after = {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }
    ingested = {"ingest": "service_completed_successfully"}
    assert after == {
        "fixbook": {},
        "proxy": {"api-1": "service_healthy", "api-2": "service_healthy"},
        "api-1": ingested,
        "api-2": ingested,
        "ingest": {"postgres": "service_healthy", "opensearch": "service_healthy"},
        "postgres": {},
        "opensearch": {},
    }
    checked = {name for name, service in SERVICES.items() if "healthcheck" in service}
    assert checked == {"proxy", "postgres", "opensearch"}
    assert "HEALTHCHECK" in DOCKERFILE  # of all the others


def test_volumes_and_networks_are_declared() -> None:
    used = {name for service in SERVICES.values() for name in service.get("networks", ())}
    assert used == set(FILE["networks"])
    mounts = [mount.split(":")[0] for service in SERVICES.values()
              for mount in service.get("volumes", ())]  # fmt: skip
    named = {mount for mount in mounts if re.fullmatch(r"\w+", mount)}
    assert named == set(FILE["volumes"])
    assert [mount for mount in mounts if mount[0] == "." and not (ROOT / mount).exists()] == []


def test_the_folder_for_data_belongs_to_the_user_of_the_image() -> None:
    user = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert user is not None
    for name in OURS - {"fixbook"}:
        assert f"/data:uid={user[1]},gid={user[2]},mode=0750" in SERVICES[name]["tmpfs"]


@pytest.mark.parametrize("name", ["fixbook", "api-1", "api-2"])
def test_links_name_no_host_that_a_request_made_up(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment["FIXBOOK_PUBLIC_URL"] == "${PUBLIC_URL:-http://127.0.0.1:8000}"
    assert environment["FIXBOOK_TRUSTED_HOSTS"] == "${TRUSTED_HOSTS:-}"


def test_nginx_believes_nothing_that_clients_say_of_themselves() -> None:
    passed_on = dict(re.findall(r"proxy_set_header (\S+) (\S+);", NGINX))
    assert passed_on["X-Forwarded-Proto"] == "$scheme"
    assert passed_on["X-Forwarded-For"] == "$remote_addr"
    assert passed_on["Forwarded"] == '""'
    assert "$http_x_forwarded" not in NGINX
