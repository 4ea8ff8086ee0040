"""What articles in our own format keep to, so that a row helps whoever sees nothing else of it.

Other Markdown has rules of its own and is not asked for these.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from corpus.document.article import QuestionAnswer
from corpus.document.outline import ErrorEntry
from corpus.document.sections import is_about_fix
from corpus.lint.dangerous_commands import unwarned_command
from corpus.lint.findings import Suspicion
from corpus.lint.vocabulary import any_of

FIRST_SCREEN = 40
"""Lines of a file; the fix begins above this one."""
_CLAUSE = 3
"""Words; a command is a clause, other code counts as two, a Chinese character as one."""
_WORD = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_QUESTION_MARKS = ("?", "\uff1f", "\u061f")
_HEADING = re.compile(r"#{2,3} ")
_BACK_REFERENCE = any_of("back_reference")
_BARE_COMMAND = re.compile(
    r"(?<![\w/.-])(?:(?:apt|apt-get|brew|cargo|docker|git|go|kubectl|npm|pip3?|pnpm|poetry"
    r"|systemctl|terraform|uv|yarn) (?:add|apply|build|checkout|clean|clone|commit|config|delete"
    r"|exec|fetch|init|install|login|logs|prune|pull|push|rebase|remote|remove|reset|restart"
    r"|revert|start|status|stop|sync|tidy|uninstall|update|upgrade)|chmod [\d+ugoa-]+"
    r"|chown \w+|(?:cp|mv|rm|ln) -\w+)\b|(?<!\S)--[a-z][\w-]+"
)


def form_findings(
    text: str, entries: Sequence[ErrorEntry], questions: Iterable[QuestionAnswer]
) -> Iterator[Suspicion]:
    """What a document in one language does not keep to."""
    lines = text.splitlines()
    if entries and len(lines) >= FIRST_SCREEN and not _has_fix(lines[: FIRST_SCREEN - 1], entries):
        yield _at(FIRST_SCREEN, f"no fix before line {FIRST_SCREEN}")
    for question in questions:
        if not question.question.rstrip("*_` ").endswith(_QUESTION_MARKS):
            line = _line_with(lines, question.question)
            yield _at(line, f"the question {question.question!r} has no question mark")
    for entry in entries:
        for message in _row_problems(entry):
            yield _at(row_line(lines, entry.error), message)


def _has_fix(lines: Sequence[str], entries: Sequence[ErrorEntry]) -> bool:
    """Whether a heading of the fix or a row is among these lines."""
    return any(map(_is_fix, lines)) or any(
        entry.solution and entry.error in line
        for entry in entries[:1]
        for line in lines
        if line.startswith("|")
    )


def _row_problems(entry: ErrorEntry) -> Iterator[str]:
    error = entry.error
    for name, cell in (("cause", entry.cause), ("solution", entry.solution)):
        if _words(cell, entry.code) < _CLAUSE:
            yield f"the {name} of {error!r} is no clause: {cell!r}"
        elif _BACK_REFERENCE.search(cell):
            yield f"the {name} of {error!r} needs another row to be understood: {cell!r}"
    if command := _BARE_COMMAND.search(_without(entry.solution, entry.code)):
        yield f"the solution of {error!r} has {command[0]!r} not in code style"
    if danger := unwarned_command(entry.solution):
        yield f"the solution of {error!r} has {danger}; it has no warning"


def other_rows(
    text: str, entries: Sequence[ErrorEntry], original: Sequence[ErrorEntry]
) -> Iterator[Suspicion]:
    """Where the rows of a translation are not those of the original."""
    lines = text.splitlines()
    messages, expected = [dict.fromkeys(one.error for one in rows) for rows in (entries, original)]
    for message in messages.keys() - expected.keys():
        yield _at(row_line(lines, message), f"the original has no row {message!r}")
    for message in expected.keys() - messages.keys():
        yield _at(1, f"the row {message!r} of the original is missing")


def shared_rows(
    rows: Mapping[str, Iterable[ErrorEntry]], links: Mapping[str, Collection[str | None]]
) -> Iterator[tuple[str, str, str]]:
    """Article, message and another article, where both answer it and the first names not the other.

    `rows` and `links` are by article; to which others one refers, it says which is for what.
    """
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for article, entries in rows.items():
        for entry in entries:
            owners[" ".join(entry.error.split())].setdefault(article, entry.error)
    for having in owners.values():
        for article, message in having.items():
            linked = links.get(article, ())
            unnamed = (other for other in having if other != article and other not in linked)
            if other := next(unnamed, ""):
                yield article, message, other


def row_line(lines: Sequence[str], message: str) -> int:
    """The line of the row about a message, from 1; 1 if it is in none."""
    rows = (
        number
        for number, line in enumerate(lines, 1)
        if line.startswith("|") and message in line.replace("\\|", "|")
    )
    return next(rows, 1)


def _is_fix(line: str) -> bool:
    return bool(_HEADING.match(line)) and is_about_fix(line)


def _line_with(lines: Sequence[str], words: str) -> int:
    return next((number for number, line in enumerate(lines, 1) if words in line), 1)


def _words(cell: str, code: Iterable[str]) -> int:
    spans = [span for span in code if span in cell]
    commands = sum(_CLAUSE if " " in span else 2 for span in spans)
    return commands + len(_WORD.findall(_without(cell, spans)))


def _without(cell: str, code: Iterable[str]) -> str:
    """A cell without its code spans, the longest first: one may be a part of another."""
    for span in sorted(code, key=len, reverse=True):
        cell = cell.replace(span, " … ", 1)
    return cell


def _at(line: int, message: str) -> Suspicion:
    return Suspicion(line, message, error=False)
