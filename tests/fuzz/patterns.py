"""Every regular expression of Fixbook, and how it is asked.

Patterns are found in the modules as they are at run time, in containers and records too;
those that are written where they are used, and the methods that patterns are asked with,
are read from the source.
"""

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType

PACKAGES = ("api", "corpus", "ingest", "verify")
_METHODS = frozenset(("match", "fullmatch", "search", "finditer", "findall", "sub", "split"))
ELSEWHERE = {"corpus.diagnosis.logs.log_formats": {"match"}}
"""What is asked of the patterns of a module by another one."""
_ASKED = frozenset(("match", "fullmatch", "search", "finditer"))
"""What is asked of a pattern that is handed on; texts can be split, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A pattern where it stands, and a method that it is asked with."""

    module: str
    name: str
    """Its variable and where in it, or the line that it is written on."""
    pattern: re.Pattern[str]
    method: str


def uses() -> list[Use]:
    """Each pattern with each of its methods, in the order of the modules."""
    found: list[Use] = []
    for module in _modules():
        tree = ast.parse(Path(module.__file__ or "").read_text())
        found += _inline(module.__name__, tree)
        methods = _methods(tree)
        passed_on = set().union(*(asked for name, asked in methods.items() if name.islower()))
        for name, pattern in _compiled(module):
            asked = methods.get(name.partition(" ")[0]) or ELSEWHERE.get(module.__name__)
            asked = asked or passed_on & _ASKED or {"search"}
            found += [
                Use(module=module.__name__, name=name, pattern=pattern, method=method)
                for method in sorted(asked)
            ]
    return found


def _modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        folder = importlib.import_module(package)
        yield folder
        for found in pkgutil.walk_packages(folder.__path__, f"{package}."):
            if ".migrations." not in found.name:
                yield importlib.import_module(found.name)


def _compiled(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(module).items():
        if _is_of_another(module, value):
            continue
        yield from _within(value, name, depth=4)


def _is_of_another(module: ModuleType, value: object) -> bool:
    """Whether a table of records was only imported: those who are in it say whose they are."""
    first = value[0] if isinstance(value, tuple) and value else value
    return is_dataclass(first) and type(first).__module__ != module.__name__


def _within(value: object, path: str, *, depth: int) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in a value, and in what it holds."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield path, value
    for key, item in _contents(value) if depth else ():
        yield from _within(item, f"{path} {key}", depth=depth - 1)


def _contents(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((str(key), item) for key, item in list(value.items()))
    elif isinstance(value, (tuple, list, set, frozenset)):
        yield from ((str(at), item) for at, item in enumerate(value))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))


def _methods(tree: ast.AST) -> dict[str, set[str]]:
    """The methods that are asked of each name of a module."""
    found = defaultdict(set)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in _METHODS
            and isinstance(node.value, ast.Name)
        ):
            found[node.value.id].add(node.attr)
    return found


def _inline(module: str, tree: ast.AST) -> Iterator[Use]:
    """`re.sub("…", …)`: the flags are left out, for they make nothing slower."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=method),
                args=[ast.Constant(value=str(text)), *_],
            ) if method in _METHODS:
                pattern = re.compile(text)
                yield Use(module=module, name=f"line {node.lineno}", pattern=pattern, method=method)
