"""The Kubernetes base: valid by the schemas of the newest release, and confined."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from corpus.settings import Settings

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
OBJECTS: dict[str, dict[str, Any]] = {
    name: yaml.safe_load((FOLDER / name).read_text("utf-8")) for name in KUSTOMIZATION["resources"]
}
POD: dict[str, Any] = OBJECTS["deployment.yaml"]["spec"]["template"]["spec"]
CONTAINERS: dict[str, dict[str, Any]] = {each["name"]: each for each in POD["containers"]}
LABELS = {"app.kubernetes.io/component": "server"}


@pytest.mark.parametrize("name", OBJECTS)
def test_it_is_valid(name: str) -> None:
    kubernetes_validate.validate(OBJECTS[name], kubernetes_validate.latest_version(), strict=True)


def test_the_base_is_all_of_the_folder() -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == files


def test_every_variable_is_a_setting() -> None:
    known = {f"FIXBOOK_{name.upper()}" for name in Settings.model_fields}
    assert set(OBJECTS["config.yaml"]["data"]) - known == set()


def test_containers_are_confined() -> None:
    assert POD["securityContext"]["runAsNonRoot"]
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not POD["automountServiceAccountToken"]
    for container in CONTAINERS.values():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]


def test_probes_ask_what_is_there_and_both_containers_share_the_data() -> None:
    serve, sync = CONTAINERS["serve"], CONTAINERS["sync"]
    probes = {name: serve[name]["httpGet"]["path"] for name in serve if name.endswith("Probe")}
    assert probes == {
        "startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz",
    }  # fmt: skip
    assert serve["volumeMounts"] == sync["volumeMounts"]
    assert (serve["args"][0], sync["args"][0]) == ("serve", "sync")


def selectors(value: object) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "matchLabels":
                yield inner
            yield from selectors(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from selectors(inner)


def test_everything_selects_the_pods() -> None:
    assert OBJECTS["service.yaml"]["spec"]["selector"] == LABELS
    policy = OBJECTS["network-policy.yaml"]["spec"]
    assert policy["podSelector"]["matchLabels"] == LABELS
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    for name in ("deployment.yaml", "disruption-budget.yaml"):
        assert all(found == LABELS for found in selectors(OBJECTS[name]))
    assert OBJECTS["deployment.yaml"]["spec"]["template"]["metadata"]["labels"] == LABELS
