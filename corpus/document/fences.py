"""The fenced blocks of checks: an info string such as `bash check=refused step=reproduce`.

Reading one never fails; what is wrong with it is kept beside it, as complaints.
`docs/verification.md` describes the syntax for authors.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document.requirements import read_requirement

LARGEST_BLOCK = 64 * 1024
"""Characters of a block, which is passed to an interpreter as one argument."""
LONGEST_TIMEOUT = 120
"""The longest timeout that a step may set, in seconds."""


class Step(StrEnum):
    """The steps of a check, in the order in which they run."""

    SETUP = "setup"
    REPRODUCE = "reproduce"
    FIX = "fix"
    CONFIRM = "confirm"
    CLEANUP = "cleanup"


class Language(StrEnum):
    """The languages that can be run."""

    SH = "sh"
    BASH = "bash"
    PYTHON = "python"
    NODE = "node"
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


LANGUAGES: Mapping[str, Language] = {
    "sh": Language.SH,
    "shell": Language.SH,
    "bash": Language.BASH,
    "python": Language.PYTHON,
    "py": Language.PYTHON,
    "node": Language.NODE,
    "js": Language.NODE,
    "javascript": Language.NODE,
    "sql": Language.SQLITE,
}
"""The first words of an info string that can be run. `engine=` chooses the database of `sql`."""

_FENCES = MarkdownIt("commonmark")
_FENCES.core.ruler.enableOnly(["normalize", "block"])
_WORD = re.compile(r"\s*([^\s=]*)(?=\s|$)")
_ATTRIBUTE = re.compile(
    r"(?<!\s)\s++(?P<key>[A-Za-z][\w-]*+)="
    r"(?:\"(?P<double>(?:\\\"|[^\"])*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"']++))(?=\s|$)"
)
_MARK = re.compile(r"\s(?:check|step)=")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OUTSIDE = re.compile(r"/|~|.*(?:^|/)\.\.(?:/|$)|.*(?:/|^\.)$")
_KNOWN = ("check", "step", "file", "error", "exit", "needs", "timeout", "engine")
_ENGINES = {"sqlite": Language.SQLITE, "postgresql": Language.POSTGRESQL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A block of a check as it is written."""

    word: str
    """The first word of the info string."""
    attributes: Mapping[str, str]
    unread: tuple[str, ...]
    """The syntax errors of the info string."""
    content: str
    line: int
    """Its line in the body, from 1."""

    @property
    def name(self) -> str:
        """The check that it belongs to, or ''."""
        return self.attributes.get("check", "")

    @property
    def step(self) -> Step | None:
        """The step that it belongs to; None if missing or unknown."""
        written = self.attributes.get("step", "")
        return Step(written) if written in [*Step] else None

    @property
    def file(self) -> str | None:
        """The file that it is written to; None if it is run."""
        return self.attributes.get("file")

    @property
    def language(self) -> Language | None:
        """The language that runs it; None for files and for what cannot be run."""
        found = LANGUAGES.get(self.word) if self.file is None else None
        if found is Language.SQLITE:
            return _ENGINES.get(self.attributes.get("engine", "sqlite"))
        return found

    @property
    def needs(self) -> list[str]:
        """The programs that it requires."""
        listed = self.attributes.get("needs", "").split(",")
        return [item.strip() for item in listed if item.strip()]

    def complaints(self) -> list[str]:
        """All its problems."""
        return [
            *self.unread,
            *_name_complaints(self),
            *_value_complaints(self),
            *_content_complaints(self),
        ]


@lru_cache(8)
def fences(body: str) -> tuple[Fence, ...]:
    """The blocks of a body that belong to checks, or are meant to."""
    if "check=" not in body and "step=" not in body:
        return ()
    tokens = _FENCES.parse(body)
    return tuple(
        read_fence(token) for token in tokens if token.type == "fence" and _MARK.search(token.info)
    )


def read_fence(token: Token) -> Fence:
    """A fenced block by its info string, whether or not it belongs to a check."""
    word = _WORD.match(token.info)
    rest = token.info[word.end() if word else 0 :]
    attributes: dict[str, str] = {}
    unread: list[str] = []
    for match in _ATTRIBUTE.finditer(rest):
        if match["key"] in attributes:
            unread.append(f"{match['key']}= is given twice")
        double = (match["double"] or "").replace('\\"', '"')
        attributes[match["key"]] = double or match["single"] or match["bare"] or ""
    if left := _ATTRIBUTE.sub("", rest).strip():
        unread.append(f"cannot be read as NAME=VALUE: {left}")
    return Fence(
        word=word[1] if word else "",
        attributes=attributes,
        unread=tuple(unread),
        content=token.content,
        line=token.map[0] + 1 if token.map else 1,
    )


def _name_complaints(fence: Fence) -> Iterator[str]:
    given = fence.attributes
    for key in given:
        if key not in _KNOWN:
            yield f"unknown attribute {key}=, may be {', '.join(_KNOWN)}"
    if not _NAME.fullmatch(fence.name):
        yield "check= must name the check in small letters, digits and hyphens"
    if fence.step is None:
        yield f"step= must be one of {', '.join(Step)}"
    for key in ("error", "exit"):
        if key in given and fence.step is not Step.REPRODUCE:
            yield f"{key}= belongs to the step reproduce"


def _value_complaints(fence: Fence) -> Iterator[str]:
    given = fence.attributes
    if not _is_number(given.get("exit", "0"), 0, 255):
        yield "exit= must be a number from 0 to 255"
    if not _is_number(given.get("timeout", "1"), 1, LONGEST_TIMEOUT):
        yield f"timeout= must be a number of seconds from 1 to {LONGEST_TIMEOUT}"
    for tool in fence.needs:
        if read_requirement(tool) is None:
            yield f"needs= must be names of programs with commas between, not {tool!r}"


def _content_complaints(fence: Fence) -> Iterator[str]:
    if fence.file is None and fence.word not in LANGUAGES:
        yield f"cannot run {fence.word or 'a block without language'}, only {', '.join(LANGUAGES)}"
    if "engine" in fence.attributes and (fence.word != "sql" or fence.language is None):
        yield f"engine= belongs to sql and may be {', '.join(_ENGINES)}"
    if fence.file is not None and (not fence.file or _OUTSIDE.match(fence.file)):
        yield "file= must be a path inside the work folder"
    if fence.file is None and not fence.content.strip():
        yield "an empty block"
    if len(fence.content) > LARGEST_BLOCK or "\0" in fence.content:
        yield f"a block must be text of at most {LARGEST_BLOCK} characters"


def _is_number(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= int(text[:6]) <= most
