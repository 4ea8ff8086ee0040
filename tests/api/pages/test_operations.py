"""What the documentation page makes of a specification."""

from typing import Any

from api.pages.operations import DocumentedProblem, DocumentedResponse, Parameter, groups, problems
from api.specification import standalone

SPECIFICATION: dict[str, Any] = {
    "tags": [{"name": "tools", "description": "Tools."}],
    "components": {
        "schemas": {
            "Colour": {"type": "string", "enum": ["red", "blue"]},
            "Order": {
                "type": "object",
                "properties": {"text": {"type": "string", "description": "What."}},
                "required": ["text"],
            },
        }
    },
    "paths": {
        "/tools/{name}": {
            "get": {
                "tags": ["tools"],
                "operationId": "getTool",
                "summary": "Get a tool",
                "description": "One tool.",
                "parameters": [
                    {
                        "name": "name",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "maxLength": 9, "examples": ["a saw"]},
                    },
                    {
                        "name": "colour",
                        "in": "query",
                        "required": False,
                        "schema": {
                            "type": "array",
                            "items": {"$ref": "#/components/schemas/Colour"},
                            "description": "Any of them.",
                            "examples": ["red"],
                            "default": [],
                        },
                    },
                    {
                        "name": "deep",
                        "in": "query",
                        "required": False,
                        "schema": {"type": "boolean", "default": False},
                    },
                ],
                "responses": {
                    "404": {"description": "`NOT_FOUND`: no such tool."},
                    "200": {
                        "description": "Successful Response",
                        "content": {"application/json": {"example": {"name": "saw"}}},
                    },
                },
            },
        },
        "/order": {
            "post": {
                "tags": ["tools"],
                "operationId": "order",
                "summary": "Order",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Order"},
                            "example": {"text": "it's"},
                        }
                    }
                },
                "responses": {"404": {"description": "`NOT_FOUND`: no such tool."}},
            }
        },
    },
}


def test_parameters_of_path_and_query() -> None:
    (group,) = groups(SPECIFICATION)
    assert group.operations[0].parameters == (
        Parameter("name", "path", True, "string, up to 9 characters", (), "", "", "a saw"),
        Parameter(
            "colour", "query", False, "string, repeatable", ("red", "blue"), "", "Any of them.", ""
        ),
        Parameter("deep", "query", False, "boolean", ("true", "false"), "false", "", "false"),
    )


def test_parameters_of_a_body() -> None:
    (group,) = groups(SPECIFICATION)
    assert group.operations[1].parameters == (
        Parameter("text", "body", True, "string", (), "", "What.", ""),
    )


def test_answers_by_status_with_examples() -> None:
    (group,) = groups(SPECIFICATION)
    assert group.operations[0].answers == (
        DocumentedResponse(200, "", ("application/json",), (("", '{\n  "name": "saw"\n}'),)),
        DocumentedResponse(404, "`NOT_FOUND`: no such tool.", (), ()),
    )


def test_examples_as_commands() -> None:
    (group,) = groups(SPECIFICATION)
    get, post = group.operations
    assert get.curl("https://tools.example") == "curl https://tools.example/tools/a%20saw"
    assert post.curl("https://tools.example") == (
        "curl -H 'Content-Type: application/json' "
        """-d '{"text": "it'"'"'s"}' https://tools.example/order"""
    )


def test_examples_are_about_an_article_that_there_is() -> None:
    (articles, *_) = groups(standalone(), slug="disk-full")
    assert articles.operations[0].target == "/api/v1/articles/disk-full"


def test_a_form_begins_with_what_the_operation_is_about() -> None:
    (_, search, *_) = groups(standalone())
    assert search.operations[0].target == "/api/v1/search?q=ECONNRESET"
    assert search.operations[1].target == "/api/v1/articles"


def test_each_error_code_once() -> None:
    assert problems(SPECIFICATION) == (DocumentedProblem("NOT_FOUND", 404, "no such tool."),)


def test_every_operation_of_the_service_is_in_a_group() -> None:
    spec = standalone()
    shown = {
        (operation.path, operation.method.lower())
        for group in groups(spec)
        for operation in group.operations
    }
    assert shown == {
        (path, method) for path, methods in spec["paths"].items() for method in methods
    }
