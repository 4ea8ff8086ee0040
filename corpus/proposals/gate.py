"""The gate: what a proposed document must be before a person looks at it.

It is read and linted as content is, and more strictly, for its author is unknown: a warning is
enough to refuse it, and it cannot allow itself anything. Nothing here asks the corpus.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.checks.checks import Check, read_checks
from corpus.diagnosis.signatures.extraction import LIMIT
from corpus.document.article import Article, Status
from corpus.document.article_document import Document, parse
from corpus.document.blocks import check_lines
from corpus.document.fences import Step
from corpus.document.limits import check_lengths, text_of
from corpus.document.outline import ErrorEntry, Outline, outline
from corpus.errors import DocumentError
from corpus.lint.findings import Suspicion, suspicions
from corpus.lint.stated_fixes import stated_otherwise
from corpus.text.escaping import harmless

LARGEST = 128 * 1024
"""Bytes of a document: six times what the longest of 158 articles has."""
LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,4})?")
SLUG = re.compile(
    r"(?!(?:changelog|contributing|index|licen[cs]e|readme)\Z)[a-z0-9][a-z0-9-]{1,118}[a-z0-9]"
)
"""Of a new article: it names a file."""
_ID = re.compile(r"art_[A-Za-z0-9_-]{4,60}")
_SHORTEST_TITLE, _SHORTEST_SUMMARY, _FEWEST_WORDS = 8, 20, 60
_WORD = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]|[^\W_]+")
_IDLE = re.compile(
    r"\s*(?:#.*|//.*|:|true|pass|exit(?:\s+0)?|sleep\s+[\d.]+|(?:echo|printf)\b[^|>&;]*)?"
)
"""A line that changes nothing."""
_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")
MOST_ENTRIES = LIMIT
"""In the error tables of a document: a diagnosis knows no more of an article, and each of them is
looked up in the corpus."""
_MOST_FINDINGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LintedDocument:
    """A document that was read, if that was possible, and all that is wrong with it, by line."""

    text: str = ""
    document: Document | None = None
    outline: Outline | None = None
    checks: tuple[Check, ...] = ()
    findings: tuple[Suspicion, ...] = ()


def decoded(content: bytes) -> str:
    """The text of a document. Raises DocumentError for what is not UTF-8, too long or empty."""
    if len(content) > LARGEST:
        raise DocumentError(f"longer than {LARGEST:,} bytes")
    return text_of(content.removeprefix(BOM_UTF8)).replace("\r\n", "\n")


def lint(content: bytes, *, lang: str) -> LintedDocument:
    """Reads a document and says what is wrong with it. Raises nothing, whatever it is."""
    try:
        text = decoded(content)
        check_lines(text)
        document = parse(text, lang=lang)
        check_lengths(document, text)
        contents = outline(document.translation.body)
        found = [*suspicions(text, of_stranger=True), *_faults(document, contents, text)]
    except DocumentError as error:
        return LintedDocument(findings=(Suspicion(error.line, error.message, error=True),))
    return LintedDocument(
        text=text,
        document=document,
        outline=contents,
        checks=read_checks(document.translation.body).good,
        findings=tuple(sorted(set(found))[:_MOST_FINDINGS]),
    )


def _faults(document: Document, contents: Outline, text: str) -> Iterator[Suspicion]:
    """What an article needs to be of use, and what only somebody else can say of it."""
    body = document.translation.body
    before = text.count("\n", 0, max(text.find(body), 0)) if body else 0
    for line, message in _in_head(document):
        yield Suspicion(line, message, error=True)
    if len(_WORD.findall(body)) < _FEWEST_WORDS:
        yield Suspicion(before + 1, f"a body of fewer than {_FEWEST_WORDS} words", error=True)
    if not contents.errors:
        yield Suspicion(before + 1, "no row in a table of errors", error=True)
    if len(contents.errors) > MOST_ENTRIES:
        yield Suspicion(
            before + 1, f"more than {MOST_ENTRIES} messages; make it two articles", error=True
        )
    for entry in contents.errors:
        for message in _in_row(entry):
            yield Suspicion(_line_of(entry.error, text, before), message, error=True)
    checks = read_checks(body)
    for problem in (*checks.problems, *stated_otherwise(checks.good)):
        yield Suspicion(before + problem.line, str(problem), error=True)
    for check in checks.good:
        if _is_idle(check):
            message = f"check {check.name}: its fix changes nothing"
            yield Suspicion(before + check.line, message, error=True)


def _in_head(document: Document) -> Iterator[tuple[int, str]]:
    translation, metadata = document.translation, document.metadata
    if len(translation.title.strip()) < _SHORTEST_TITLE and not _LETTERS.search(translation.title):
        yield 1, "no title"
    if len(translation.title.strip()) < (2 if translation.lang == "zh" else _SHORTEST_TITLE):
        yield 1, f"a title of fewer than {_SHORTEST_TITLE} characters"
    if len(translation.summary.strip()) < _SHORTEST_SUMMARY:
        yield 3, f"a summary of fewer than {_SHORTEST_SUMMARY} characters"
    if document.slug and not SLUG.fullmatch(document.slug):
        shown = harmless(document.slug)[:60]
        yield 1, f"the slug {shown!r} in its API Access section must be of a-z, 0-9 and -"
    if not _ID.fullmatch(metadata.id):
        yield 1, f"the ID {harmless(metadata.id)[:60]!r} must be art_ and letters and digits"


def _in_row(entry: ErrorEntry) -> Iterator[str]:
    """What is wrong with a row: a cell that says nothing, or what another says already."""
    shown = repr(entry.error[:60])
    said = [cell for cell in (entry.cause, entry.solution) if _LETTERS.search(cell or "")]
    if not said:
        yield f"the row {shown} has neither a cause nor a solution"
    elif all(cell.strip("` ") == entry.error.strip("` ") for cell in said):
        yield f"the row {shown} only repeats its message"


def _line_of(error: str, text: str, before: int) -> int:
    at = text.find("| ", max(text.find(error[:40]) - 200, 0))
    found = text.find(error[:40], at) if at >= 0 else -1
    return text.count("\n", 0, found) + 1 if found >= 0 else before + 1


def _is_idle(check: Check) -> bool:
    """Whether a fix consists of lines that change nothing, and no file."""
    blocks = check.of(Step.FIX)
    lines = [line for block in blocks for line in block.content.split("\n")]
    return all(block.file is None for block in blocks) and all(map(_IDLE.fullmatch, lines))


def false_claims(document: Document, base: Article | None) -> Iterator[Suspicion]:
    """What a document says of its own verification that its article does not say already."""
    metadata = document.metadata
    known = base.metadata if base else None
    status = known.status if known else Status.PENDING
    if metadata.status not in (status, Status.PENDING):
        message = f"claims the verification status {metadata.status}; only a review changes it"
        yield Suspicion(1, message, error=True)
    if metadata.confidence > (known.confidence if known else 0):
        yield Suspicion(1, "claims a confidence score; only a review changes it", error=True)
    if not set(metadata.records) <= set(known.records if known else ()):
        yield Suspicion(1, "claims verification records; only a review adds them", error=True)
