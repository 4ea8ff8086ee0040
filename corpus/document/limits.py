"""How long a document may be and how much CPU time it may take, whatever stores and searches it.

PostgreSQL refuses to index more than 2.7 KB, Lucene more than 32 KB, and SQLite takes anything;
a document that only some of them can hold is refused before any of them sees it. What is known to
be slow is counted before it is read (`document.blocks`); the limit of time is for the rest.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from corpus.document.article import Metadata
from corpus.document.article_document import Document
from corpus.document.blocks import check_bounds
from corpus.errors import DocumentError

NAME_CHARACTERS, NAME_BYTES = 200, 600
"""Of a slug, an id, a code, an alias, a domain, a tag; bytes of UTF-8. Addresses hold them, with
three characters for each byte."""
TEXT_CHARACTERS = 1_000
"""Of a title, a keyword, a question and whatever else has to fit on a line."""
PATH_BYTES = 1_000
"""Of a document's path below the folder of articles."""
LISTED = 1_000
"""Tags, keywords and the like of one article."""
SECONDS = 30.0
"""CPU time of one document: a hundred times what the longest of 2,000 real ones takes."""
_AGAIN = 1.0
"""Seconds after which it is said again, should an exception have got lost."""


def text_of(content: bytes) -> str:
    """The text of a document. Raises DocumentError for what is not UTF-8, and where it is empty."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"not UTF-8: {error.reason}", line=line) from None
    if (nul := text.find("\0")) >= 0:
        raise DocumentError("holds a NUL character", line=text.count("\n", 0, nul) + 1)
    if not text.strip():
        raise DocumentError("empty")
    return text


def check_lengths(document: Document, text: str) -> None:
    """Raises DocumentError for what is too long or too much, with its line in `text`."""
    for what, name in _names(document):
        if problem := name_problem(what, name):
            raise DocumentError(problem, line=_line(name, text))
    for what, value in _texts(document):
        if len(value) > TEXT_CHARACTERS:
            message = f"the {what} is longer than {TEXT_CHARACTERS} characters"
            raise DocumentError(message, line=_line(value, text))
    for what, values in _lists(document.metadata):
        if len(values) > LISTED:
            message = f"more than {LISTED} {what}"
            raise DocumentError(message, line=_line(values[0], text))
    for part in _markdown(document):
        try:
            check_bounds(part)
        except DocumentError as error:
            line = _line(part, text) + error.line - 1
            raise DocumentError(error.message, line=line) from None


def name_problem(what: str, name: str) -> str | None:
    """What is wrong with the length of a name."""
    if len(name) <= NAME_CHARACTERS and len(name.encode()) <= NAME_BYTES:
        return None
    limits = f"{NAME_CHARACTERS} characters or {NAME_BYTES} bytes"
    return f"the {what} {name[:60]!r}… is longer than {limits}"


def path_problem(path: str) -> str | None:
    """What is wrong with the length of a document's path."""
    too_long = len(path.encode()) > PATH_BYTES
    return f"its path is longer than {PATH_BYTES} bytes" if too_long else None


def _names(document: Document) -> Iterator[tuple[str, str]]:
    metadata = document.metadata
    yield "slug", document.slug or ""
    yield "ID", metadata.id
    yield "code", metadata.code or ""
    yield "domain", metadata.domain
    yield from (("alias", alias) for alias in metadata.aliases)
    yield from (("tag", tag) for tag in metadata.tags)
    yield from (("related ID", related) for related in metadata.related_ids)


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    metadata, translation = document.metadata, document.translation
    yield "title", translation.title
    yield "author", metadata.author
    yield from (("keyword", keyword) for keyword in metadata.keywords)
    yield from (("version", version) for version in metadata.versions)
    for runtime in metadata.runtimes:
        yield "runtime", f"{runtime.name} {runtime.version}"
    for record in metadata.records:
        yield "verifier", record.verifier
    yield from (("question", qa.question) for qa in translation.questions)
    yield from (("language of a code block", block.language) for block in translation.code_blocks)


def _lists(metadata: Metadata) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "aliases", metadata.aliases
    yield "tags", metadata.tags
    yield "keywords", metadata.keywords
    yield "related IDs", metadata.related_ids
    yield "versions", metadata.versions
    yield "runtimes", tuple(runtime.name for runtime in metadata.runtimes)
    yield "verification records", tuple(record.verifier for record in metadata.records)


def _markdown(document: Document) -> Iterator[str]:
    """What is shown as Markdown besides the body, which has been read already."""
    translation = document.translation
    yield translation.summary
    yield from (qa.answer for qa in translation.questions)


def _line(value: str, text: str) -> int:
    """The line of a value; the first where it is not written in one piece."""
    return 1 + text.count("\n", 0, max(text.find(value[:60]), 0))


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Raises DocumentError where the block takes more CPU time.

    Signals reach the main thread only, so there is no limit in others; ingest uses none.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    end = time.thread_time() + seconds

    def on_timer(_number: int, _frame: FrameType | None) -> None:
        if time.thread_time() >= end:  # the timer counts what other threads do as well
            raise DocumentError(f"takes more than {seconds:g} s to read")

    before = signal.signal(signal.SIGVTALRM, on_timer)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
