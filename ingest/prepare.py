"""One unit of files becomes one entry, or a list of what is wrong with it.

Everything here is pure but for reading the files, so that several processes can share
the work: the parsing and the analysis are most of what an ingest costs.
"""

import gc
import hashlib
import os
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context, parent_process
from threading import Thread

from corpus.checks.envelopes import signature_rule
from corpus.checks.evidence import Evidence, evidence_of
from corpus.checks.receipts import ReceiptFile, read_file
from corpus.checks.trust import seen_signatures
from corpus.diagnosis.signatures.extraction import each_message_once, extract
from corpus.diagnosis.signatures.signature import Signature
from corpus.document.article import Article, Metadata
from corpus.document.limits import name_problem, path_problem, text_of, time_limit
from corpus.errors import DocumentError, Unavailable
from corpus.search.documents import index_document
from corpus.search.engine import IndexDocument
from corpus.store.entry import DerivedText, Entry
from corpus.store.stored_documents import StoredDocument, stored_document
from corpus.text.analysis import remember
from ingest.discover import SourceFile, Unit
from ingest.file_names import slugify
from ingest.files.stable_read import LARGEST_FILE, read_still
from ingest.read import FilePlace, ParsedFile, read
from ingest.report import Problem
from languages.loader import vocabulary_digest

READER_VERSION = 16
"""Part of every fingerprint: raise it when reading or analysis gives other results."""
_RAN_AT = re.compile(rb'"ranAt"\s*:\s*"([^"]+)"')
_REVIEW_BY = re.compile(rb"review[ _-]?by\W{1,6}(\d{4}-\d\d-\d\d[T\d:.Z+-]*)", re.IGNORECASE)

_LONGEST_MESSAGE = 300
_WORTH_A_POOL = 64
"""Units from which on a second process pays for its start."""
_COLLECT_AFTER = (50_000, 20, 20)
"""After how many new objects a helper looks for garbage: an article makes thousands, and next
to none of them are garbage that only the collector finds."""
_WORDS = 100_000
"""What a helper remembers of the words of a corpus; it does not live long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedUnit:
    """An entry with its stored and its index document, ready to be written."""

    entry: Entry
    document: StoredDocument
    index_document: IndexDocument
    source: Unit
    insists: bool = True
    """Whether it is an article document, which has the names that it states or none."""
    warnings: tuple[Problem, ...] = ()

    @property
    def unit(self) -> str:
        """The name of the unit."""
        return self.entry.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedUnit:
    """A unit that cannot go in, and why."""

    unit: str
    problems: tuple[Problem, ...]
    has_gone: bool = False
    """Whether a file was there when the folder was walked, and not when it was to be read."""


def fingerprint(unit: Unit) -> str | None:
    """A hash of all that decides what a unit becomes; None if a file cannot be read."""
    try:
        return _fingerprint(unit, [_content(file) for file in unit.files], _receipts(unit))
    except (DocumentError, OSError):
        return None


def prepare(unit: Unit, *, taken: frozenset[str] = frozenset()) -> PreparedUnit | RejectedUnit:
    """Reads, parses and analyses a unit. Never raises for what a file contains.

    Names that are `taken` are left out where nothing but front matter states them.
    """
    problems: list[Problem] = []
    files = _Files(unit, taken, problems)
    with _problems_of(str(unit.receipts), problems):
        kept = _receipts(unit)
        receipts = None if kept is None else read_file(kept)
    if not problems:
        with _problems_of(unit.files[0].shown, problems), time_limit():
            return _combine(
                unit, files.readings, receipts, _fingerprint(unit, files.contents, kept)
            )
    return RejectedUnit(unit=unit.name, problems=tuple(problems), has_gone=files.have_gone)


def article_of(unit: Unit) -> Article | None:
    """The article of a unit, with nothing derived from it; None where it cannot go in."""
    problems: list[Problem] = []
    files = _Files(unit, frozenset(), problems)
    article = None if problems else _article(unit, files.readings)
    return article if isinstance(article, Article) else None


class _Files:
    """The files of a unit as read; what is wrong with them is added to `problems`."""

    def __init__(self, unit: Unit, taken: frozenset[str], problems: list[Problem]) -> None:
        self.readings: list[ParsedFile] = []
        self.contents: list[bytes] = []
        self.have_gone = False
        for file in unit.files:
            with _problems_of(file.shown, problems), time_limit():
                try:
                    content = _content(file)
                except FileNotFoundError:
                    self.have_gone = True
                    raise
                self.readings.append(read(text_of(content), _place(unit, file, taken)))
                self.contents.append(content)


def _place(unit: Unit, file: SourceFile, taken: frozenset[str]) -> FilePlace:
    return FilePlace(
        slug=unit.slug,
        domain=unit.domain,
        lang=file.lang,
        is_guess=file.is_guess and len(unit.files) == 1,
        is_mdx=file.path.suffix.lower() == ".mdx",
        taken=taken,
    )


@contextmanager
def _problems_of(shown: str, problems: list[Problem]) -> Iterator[None]:
    """Makes a problem of a file of whatever is raised: the other articles go in all the same."""
    try:
        yield
    except DocumentError as error:
        problems.append(Problem(shown, error.line, error.message))
    except OSError as error:
        problems.append(Problem(shown, 1, f"cannot be read: {error.strerror}"))
    except Exception as error:  # noqa: BLE001 - it is ours, and no reason to publish nothing
        message = f"cannot be read, by a fault of Fixbook: {type(error).__name__}: {error}"
        problems.append(Problem(shown, 1, message[:_LONGEST_MESSAGE]))


def _fingerprint(unit: Unit, contents: Sequence[bytes], receipts: bytes | None) -> str:
    reader = f"{READER_VERSION} {vocabulary_digest()}"
    digest = hashlib.sha256(f"{reader}\0{unit.slug}\0{unit.domain}".encode())
    for file, content in zip(unit.files, contents, strict=True):
        digest.update(
            f"\0{file.lang}\0{file.relative}\0".encode() + hashlib.sha256(content).digest()
        )
    digest.update((receipts or b"") + b"".join(unit.keys))
    digest.update(_age_mark(unit, contents, receipts or b""))
    return digest.hexdigest()


def _age_mark(unit: Unit, contents: Sequence[bytes], receipts: bytes) -> bytes:
    """What changes when a receipt becomes too old, though no file does."""
    now = datetime.now(UTC)
    reviews = [found[1] for content in contents for found in _REVIEW_BY.finditer(content)]
    marks = [moment for moment in reviews if moment <= now.isoformat().encode()]
    if unit.max_age is not None:
        oldest = (now - timedelta(days=unit.max_age)).isoformat().encode()
        marks += [found[1] for found in _RAN_AT.finditer(receipts) if found[1] < oldest]
    return b"\0".join(marks)


def _receipts(unit: Unit) -> bytes | None:
    """The file of receipts, read once for what it says and for its hash; None if there is none."""
    try:
        return read_still(unit.receipts, most=LARGEST_FILE)
    except FileNotFoundError:
        return None


def _content(file: SourceFile) -> bytes:
    return read_still(file.path, most=LARGEST_FILE)


def _combine(
    unit: Unit, readings: Sequence[ParsedFile], receipts: ReceiptFile | None, unit_fingerprint: str
) -> PreparedUnit | RejectedUnit:
    article = _article(unit, readings)
    if isinstance(article, Problem):
        return RejectedUnit(unit=unit.name, problems=(article,))
    original = readings[0]
    evidence = _evidence(unit, receipts, article)
    seen = seen_signatures(evidence, article)
    entry = Entry(
        article=article,
        derived=tuple(map(_derive, unit.files, readings)),
        signatures=each_message_once(seen, *map(_signatures, readings)),
        evidence=evidence,
        unit=unit.name,
        fingerprint=unit_fingerprint,
    )
    return PreparedUnit(
        entry=entry,
        document=stored_document(entry),
        index_document=index_document(entry),
        source=unit,
        insists=original.is_document,
        warnings=(
            *_unused_front_matter(unit, readings),
            *_disagreements(unit, readings),
            *_worthless(unit, evidence),
        ),
    )


def _article(unit: Unit, readings: Sequence[ParsedFile]) -> Article | Problem:
    """The article of the files of a unit, or why they do not make one."""
    slug, problem = _agreed_slug(unit, readings)
    if problem is not None:
        return problem
    original = readings[0]
    return Article(
        slug=slug,
        metadata=original.document.metadata,
        translations=tuple(reading.document.translation for reading in readings),
        state=original.state,
        extra=original.extra,
    )


def _evidence(unit: Unit, receipts: ReceiptFile | None, article: Article) -> tuple[Evidence, ...]:
    if receipts is None:
        return ()
    rule = signature_rule(unit.keys)
    return evidence_of(
        receipts.receipts, article, owner=receipts.article, signatures=rule, max_age=unit.max_age
    )


def _worthless(unit: Unit, evidence: Sequence[Evidence]) -> Iterator[Problem]:
    """The receipts that count for nothing, a warning for each reason."""
    reasons: dict[str, list[str]] = {}
    for item in evidence:
        if item.objection:
            reasons.setdefault(item.objection, []).append(item.receipt.check)
    for reason, checks in reasons.items():
        named = ", ".join(checks)
        message = f"receipts that count for nothing, {reason}: {named}"
        yield Problem(str(unit.receipts), 1, message, warning=True)


def _agreed_slug(unit: Unit, readings: Sequence[ParsedFile]) -> tuple[str, Problem | None]:
    slug = readings[0].document.slug or unit.slug
    too_long = name_problem("slug, which is made of its file name,", slug)
    if problem := too_long or path_problem(unit.name):
        return slug, Problem(unit.files[0].shown, 1, problem)
    for file, reading in zip(unit.files, readings, strict=True):
        other = reading.document.slug or slug
        if other != slug and not reading.is_document:
            continue  # the original's counts; generators of sites give each language its own
        if other != slug:
            return slug, Problem(file.shown, 1, f"its slug is {other!r}, the original's {slug!r}")
        if slugify(other) != other:
            message = f"the slug {other[:60]!r} may hold letters, digits and - . _ ~ only"
            return slug, Problem(file.shown, 1, message)
    return slug, None


def _derive(file: SourceFile, reading: ParsedFile) -> DerivedText:
    return DerivedText(
        lang=reading.document.translation.lang,
        file=str(file.relative),
        sections=reading.outline.sections,
        errors=reading.outline.errors,
        references=reading.outline.links,
    )


def _signatures(reading: ParsedFile) -> list[Signature]:
    translation = reading.document.translation
    return extract(
        outline=reading.outline,
        title=translation.title,
        keywords=reading.document.metadata.keywords,
        code=[block.content for block in translation.code_blocks],
    )


def _unused_front_matter(unit: Unit, readings: Sequence[ParsedFile]) -> list[Problem]:
    """What could not be used of the front matter."""
    return [
        Problem(file.shown, problem.line, problem.message, warning=True)
        for file, reading in zip(unit.files, readings, strict=True)
        for problem in reading.problems
    ]


def _disagreements(unit: Unit, readings: Sequence[ParsedFile]) -> list[Problem]:
    """Where a translation of an article document states other metadata than the original."""
    original = _comparable(readings[0].document.metadata)
    return [
        Problem(file.shown, 1, f"{name} differs from {unit.files[0].shown}", warning=True)
        for file, reading in zip(unit.files[1:], readings[1:], strict=True)
        if reading.is_document
        for name in Metadata.__dataclass_fields__
        if getattr(_comparable(reading.document.metadata), name) != getattr(original, name)
    ]


def _comparable(metadata: Metadata) -> Metadata:
    """Notes of a record may be in the translation's language."""
    return replace(
        metadata, records=tuple(replace(record, notes=None) for record in metadata.records)
    )


# In several processes


def prepare_all(
    units: Sequence[Unit], *, processes: int
) -> Generator[PreparedUnit | RejectedUnit, None, None]:
    """Each unit prepared, in order. Raises Unavailable when a process is ended from outside."""
    if processes < 2 or len(units) < _WORTH_A_POOL:
        yield from map(prepare, units)
        return
    context = get_context("forkserver")
    context.set_forkserver_preload(["__main__", "ingest.prepare"])  # read once, shared by all
    pool = ProcessPoolExecutor(processes, context, initializer=_help)
    try:
        yield from _in_processes(pool, units)
    except BrokenExecutor as error:
        raise Unavailable("a process that read articles was ended from outside") from error
    finally:
        pool.shutdown(cancel_futures=True)  # who is told to end does not read all others first


def _in_processes(
    pool: ProcessPoolExecutor, units: Sequence[Unit]
) -> Iterator[PreparedUnit | RejectedUnit]:
    """In this process if others cannot be started, as with a temporary folder whose path is too
    long for a socket."""
    try:
        return pool.map(prepare, units, chunksize=16)
    except OSError:
        return map(prepare, units)


def _help() -> None:
    """Begins a helper, which ends when the process that started it is killed."""
    gc.set_threshold(*_COLLECT_AFTER)
    remember(_WORDS)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.join,), daemon=True).start()


def _end_after(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
