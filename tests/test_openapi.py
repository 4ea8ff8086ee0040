"""The specification: committed as generated, whole, and true to its models and examples."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import api
from api.responses.described import reference
from api.responses.model import encoded
from api.specification import ANSWERS, standalone

SPECIFICATION = Path(__file__).parent.parent / "openapi" / "openapi.json"
OPERATIONS = {
    "getArticleSummary": "GET /api/v1/articles/{slug}",
    "getArticle": "GET /api/v1/articles/{slug}.json",
    "getArticleDocument": "GET /api/v1/articles/{slug}.md",
    "searchArticles": "GET /api/v1/search",
    "listArticles": "GET /api/v1/articles",
    "diagnoseError": "POST /api/v1/diagnose",
    "reportOutcome": "POST /api/v1/articles/{slug}/reports",
    "getReports": "GET /api/v1/articles/{slug}/reports",
    "listGaps": "GET /api/v1/gaps",
    "proposeArticle": "POST /api/v1/proposals",
    "getProposal": "GET /api/v1/proposals/{id}",
    "listErrors": "GET /api/v1/errors",
    "listDomains": "GET /api/v1/domains",
    "listTags": "GET /api/v1/tags",
    "getStats": "GET /api/v1/stats",
    "getHealth": "GET /api/health",
    "live": "GET /livez",
    "ready": "GET /readyz",
    "getMetrics": "GET /metrics",
}
EXAMPLES = json.loads(
    (Path(api.__file__).parent / "responses" / "examples.json").read_text("utf-8")
)
CLASSES: dict[str, Any] = {reference(model)["$ref"].rpartition("/")[2]: model for model in ANSWERS}


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    return standalone()


def operations(specification: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in specification["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def good(operation: dict[str, Any]) -> dict[str, Any]:
    """The successful response."""
    [found] = [
        dict(each) for status, each in operation["responses"].items() if status.startswith("2")
    ]
    return found


def inside(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON value, itself included."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from inside(item)
    elif isinstance(value, list):
        for item in value:
            yield from inside(item)


def test_what_is_committed_is_what_the_code_generates(specification: dict[str, Any]) -> None:
    assert json.loads(SPECIFICATION.read_text("utf-8")) == specification, "run `make openapi`"


def test_it_is_openapi_3_1(specification: dict[str, Any]) -> None:
    assert specification["openapi"].startswith("3.1.")
    assert specification["info"]["title"] == "Fixbook"
    assert {"paths", "components", "tags"} <= set(specification)
    tags = {tag["name"] for tag in specification["tags"]}
    for name, operation in operations(specification):
        assert set(operation["tags"]) <= tags, name


def test_every_reference_leads_somewhere(specification: dict[str, Any]) -> None:
    targets = {found["$ref"] for found in inside(specification) if "$ref" in found}
    assert targets
    for target in sorted(targets):
        place: Any = specification
        for step in target.removeprefix("#/").split("/"):
            assert step in place, target
            place = place[step]


def test_every_schema_is_used(specification: dict[str, Any]) -> None:
    used = {found["$ref"].rpartition("/")[2] for found in inside(specification) if "$ref" in found}
    assert set(specification["components"]["schemas"]) == used


def test_operations_keep_their_names(specification: dict[str, Any]) -> None:
    found = {operation["operationId"]: name for name, operation in operations(specification)}
    assert found == OPERATIONS


def test_every_operation_is_described_and_shown(specification: dict[str, Any]) -> None:
    for name, operation in operations(specification):
        assert operation["summary"], name
        assert operation["description"], name
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (name, parameter["name"])
        content = good(operation)["content"]
        for media_type, shown in content.items():
            assert "example" in shown or "examples" in shown, (name, media_type)
            assert shown["schema"] != {}, (name, media_type)


def test_bad_requests_are_400_and_never_422(specification: dict[str, Any]) -> None:
    for name, operation in operations(specification):
        assert "422" not in operation["responses"], name
        if operation.get("parameters") or "requestBody" in operation:
            assert "400" in operation["responses"], name
    assert not [name for name in specification["components"]["schemas"] if "Validation" in name]


def test_path_parameters_are_the_ones_in_the_path(specification: dict[str, Any]) -> None:
    for name, operation in operations(specification):
        named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", name))


def test_no_two_schemas_share_a_title_and_none_names_a_module(
    specification: dict[str, Any],
) -> None:
    schemas = specification["components"]["schemas"]
    titles = [schema["title"] for schema in schemas.values()]
    assert len(titles) == len(set(titles))
    assert [name for name in schemas if "." in name or "__" in name] == []


def test_words_of_a_fixed_set_are_in_the_order_that_ranks_them(
    specification: dict[str, Any],
) -> None:
    schemas = specification["components"]["schemas"]
    assert schemas["MatchOutcome"]["enum"] == ["exact", "likely", "related", "none"]
    assert schemas["Level"]["enum"] == ["executed", "attested", "stale", "none"]


@pytest.mark.parametrize("name", EXAMPLES["objects"])
def test_examples_are_what_their_classes_send(name: str) -> None:
    example = EXAMPLES["objects"][name]
    built = msgspec.convert(example, CLASSES[name])
    assert json.dumps(json.loads(encoded(built))) == json.dumps(example)


def test_a_client_gets_one_class_from_each_operation(specification: dict[str, Any]) -> None:
    for name, operation in operations(specification):
        schemas = good(operation)["content"].values()
        assert all("anyOf" not in shown["schema"] for shown in schemas), name
        kinds = {"$ref" in shown["schema"] for shown in schemas}
        assert len(kinds) == 1, name


def test_keys_are_optional_and_what_they_may_lead_to_is_said(
    specification: dict[str, Any],
) -> None:
    assert specification["security"] == [{}, {"key": []}]
    assert specification["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for name, operation in operations(specification):
        if name not in ("GET /livez", "GET /readyz", "GET /api/health"):
            assert {"400", "401", "429", "503"} <= set(operation["responses"]), name
