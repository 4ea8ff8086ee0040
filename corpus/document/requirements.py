"""Requirements of checks: programs and Python modules that must be there, some in a version:
`node>=20`, `python3-pandas`."""

import re
from dataclasses import dataclass

_FORM = re.compile(
    r"(?P<program>[A-Za-z0-9][\w.+-]*)(?:(?P<comparison>>=|<=|==|>|<)(?P<version>\d+(?:\.\d+)*))?"
)
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequirement:
    """A program, and how its version must compare; by "" any version will do."""

    program: str
    comparison: str = ""
    version: tuple[int, ...] = ()

    def is_met_by(self, version: str) -> bool:
        """Whether a version will do, compared as far as the required one goes."""
        if not self.comparison:
            return True
        found = _NUMBERS.search(version)
        if found is None:
            return False
        numbers = _read(found.group())[: len(self.version)]
        return {
            ">=": numbers >= self.version,
            "<=": numbers <= self.version,
            "==": numbers == self.version,
            ">": numbers > self.version,
            "<": numbers < self.version,
        }[self.comparison]


def read_requirement(text: str) -> ToolRequirement | None:
    """What `needs=` asks for with one of its items; None if that is nothing."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    return ToolRequirement(
        program=found["program"],
        comparison=found["comparison"] or "",
        version=_read(found["version"]) if found["version"] else (),
    )


def _read(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
