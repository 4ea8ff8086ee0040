"""What the specification says of each operation, as the documentation page shows it.

The specification is an OpenAPI document (https://spec.openapis.org/oas/v3.1.0); nothing
about the API is written a second time for people.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Any
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from api.pages.html.languages import DEFAULT, STRINGS
from languages.loader import Texts, fill

_CODE = re.compile(r"^`(?P<code>[A-Z_]+)`: (?P<meaning>.+)$", re.DOTALL)
"""How the description of an error answer begins."""
_SAYS_NOTHING = "Successful Response"
"""What FastAPI writes where nobody described the answer."""

Specification = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input of an operation: in its path, its query, or its JSON body."""

    name: str
    place: str
    required: bool
    kind: str
    """Its type and bounds, as in `integer, 1 to 100`."""
    allowed: tuple[str, ...]
    default: str
    description: str
    example: str
    """What a form begins with."""


@dataclass(frozen=True, slots=True)
class DocumentedResponse:
    """What may come back: the status, when, as which media types, and examples as text."""

    status: int
    description: str
    media_types: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]
    """Each with the condition that it is for, empty if there is only one."""


@dataclass(frozen=True, slots=True)
class DocumentedProblem:
    """An error code, the status it comes with, and when."""

    code: str
    status: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: str
    """An example of the request's JSON body; empty if it has none."""
    answers: tuple[DocumentedResponse, ...]
    needs_key: bool = False
    """Whether a browser that just follows a link is refused."""

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        """What goes into the address; the rest is in the body."""
        return tuple(given for given in self.parameters if given.place != "body")

    @property
    def target(self) -> str:
        """Path and query of the example."""
        path, query = self.path, []
        for given in self.inputs:
            if given.place == "path":
                path = path.replace(f"{{{given.name}}}", percent_encoded(given.example, safe=""))
            elif given.example not in ("", given.default):
                query.append((given.name, given.example))
        return f"{path}?{urlencode(query)}" if query else path

    def curl(self, url: str) -> str:
        """The example as a command, for the service at `url`."""
        if not self.body:
            return f"curl {quote(url + self.target)}"
        header = quote("Content-Type: application/json")
        body = json.dumps(json.loads(self.body), ensure_ascii=False)
        return f"curl -H {header} -d {quote(body)} {quote(url + self.target)}"


@dataclass(frozen=True, slots=True)
class Group:
    """The operations with one tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


def translated(value: Any, texts: Mapping[str, str]) -> Any:
    """A specification, or a part of it, with those of its paragraphs translated that are known."""
    if isinstance(value, str):
        paragraphs = (" ".join(each.split()) for each in value.strip().split("\n\n"))
        return "\n\n".join(texts.get(each, each) for each in paragraphs)
    if isinstance(value, list):
        return [translated(each, texts) for each in value]
    if isinstance(value, dict):
        return {
            name: translated(each, texts)
            if name in ("description", "summary") or not isinstance(each, str)
            else each
            for name, each in value.items()
        }
    return value


def groups(
    spec: Specification, *, slug: str = "", words: Texts = STRINGS[DEFAULT]
) -> tuple[Group, ...]:
    """Every operation by its tag; `slug` is an article for the examples, if there is one.

    `words` say what bounds a value.
    """
    found = [
        (tag, _operation(spec, *where, slug=slug, words=words)) for tag, *where in _operations(spec)
    ]
    return tuple(
        Group(
            name=tag["name"],
            description=tag.get("description", ""),
            operations=tuple(operation for name, operation in found if name == tag["name"]),
        )
        for tag in spec["tags"]
    )


def problems(spec: Specification) -> tuple[DocumentedProblem, ...]:
    """Every error code that an operation answers with, by status."""
    seen = {
        DocumentedProblem(code=match["code"], status=int(status), meaning=match["meaning"])
        for _, _, _, operation in _operations(spec)
        for status, answer in operation["responses"].items()
        if (match := _CODE.match(answer["description"]))
    }
    return tuple(sorted(seen, key=lambda problem: (problem.status, problem.code)))


def _operations(spec: Specification) -> Iterator[tuple[str, str, str, Any]]:
    """Tag, method, path and operation."""
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield operation["tags"][0], method.upper(), path, operation


def _operation(
    spec: Specification,
    method: str,
    path: str,
    operation: Mapping[str, Any],
    *,
    slug: str,
    words: Texts,
) -> Operation:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    given = [_parameter(spec, item, words) for item in operation.get("parameters", ())]
    return Operation(
        name=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=(*_prefilled(given, slug), *_body_fields(spec, content, words)),
        body=_pretty(content["example"]) if "example" in content else "",
        answers=tuple(_answer(*item) for item in sorted(operation["responses"].items())),
        needs_key="security" in operation,
    )


def _prefilled(given: Sequence[Parameter], slug: str) -> Iterator[Parameter]:
    """A form begins with what an operation is about, its first parameter, and no more."""
    for place, parameter in enumerate(given):
        if parameter.name == "slug" and slug:
            yield replace(parameter, example=slug)
        elif place and not parameter.required:
            yield replace(parameter, example=parameter.default)
        else:
            yield parameter


def _body_fields(
    spec: Specification, content: Mapping[str, Any], words: Texts
) -> Iterator[Parameter]:
    """The properties of a JSON body."""
    schema = _resolved(spec, content.get("schema", {}))
    for name, field in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        item = {"name": name, "in": "body", "required": required, "schema": field}
        yield _parameter(spec, item, words)


def _parameter(spec: Specification, item: Mapping[str, Any], words: Texts) -> Parameter:
    schema = item["schema"]
    inner = _resolved(spec, schema)
    values = _resolved(spec, inner.get("items", {})) if inner.get("type") == "array" else inner
    default = _shown(schema.get("default"))
    return Parameter(
        name=item["name"],
        place=item["in"],
        required=item["required"],
        kind=_kind(inner, values, words),
        allowed=_allowed(values),
        default=default,
        description=schema.get("description", ""),
        example=str(schema.get("examples", [default])[0]),
    )


def _resolved(spec: Specification, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where it is a reference or a choice of one or nothing."""
    choices = schema.get("anyOf", ())
    if choices:
        return _resolved(spec, choices[0])
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _kind(schema: Mapping[str, Any], values: Mapping[str, Any], words: Texts) -> str:
    """In words: the type, and what bounds it."""
    parts = [str(values.get("type", "any"))]
    if "minimum" in values and "maximum" in values:
        parts += [fill(words.docs_bounds, least=values["minimum"], most=values["maximum"])]
    if "maxLength" in values:
        parts += [fill(words.docs_longest, most=values["maxLength"])]
    if schema.get("type") == "array":
        parts += [words.docs_repeatable]
    return ", ".join(parts)


def _allowed(values: Mapping[str, Any]) -> tuple[str, ...]:
    return ("true", "false") if values.get("type") == "boolean" else tuple(values.get("enum", ()))


def _shown(default: object) -> str:
    """As it is written in a query: nothing for what is empty."""
    if default is None or default == []:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _answer(status: str, answer: Mapping[str, Any]) -> DocumentedResponse:
    content = answer.get("content", {})
    return DocumentedResponse(
        status=int(status),
        description=answer["description"].replace(_SAYS_NOTHING, ""),
        media_types=tuple(content),
        examples=tuple(example for media in content.values() for example in _examples(media)),
    )


def _examples(media: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "example" in media:
        yield "", _pretty(media["example"])
    for name, example in media.get("examples", {}).items():
        yield example.get("summary", name), _pretty(example["value"])


def _pretty(value: object) -> str:
    """JSON for people; a text is already what it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
