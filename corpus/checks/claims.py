"""Claims: which message of an article a check stands for, and what a receipt vouches for.

A receipt is about exactly one text: the error entry, how the article says to fix it, and
the check. `fingerprint` is the hash of these in one language; edit any of them, and the
receipt is about another text.
"""

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.matching.certainty import likeness
from corpus.diagnosis.matching.examples import fills
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.signature_parser import signature_of
from corpus.document.fences import Step, fences
from corpus.document.outline import ErrorEntry, Outline, Section, line_starts, outline
from corpus.document.sections import FIX_HEADING, is_about_fix

_CODE_SPAN = re.compile(r"`([^`\n]+)`")
_COMPARED = 500
"""How many messages a check's error is compared with, where none is the same word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The messages of a body: its error entries, and what it quotes elsewhere."""

    entries: tuple[ErrorEntry, ...] = ()
    quoted: tuple[str, ...] = ()

    def knows(self, error: str) -> bool:
        """Whether the article speaks of that message."""
        told = any(same_message(error, text) for text in self.quoted[:_COMPARED])
        return told or self.entry(error) is not None

    def entry(self, error: str) -> ErrorEntry | None:
        """The entry with that message: word for word, else with nothing but other values, of
        several such entries the one that shares most values, and states no others. None where
        several state each another value, and the message none of them."""
        for entry in self.entries:
            if entry.error == error:
                return entry
        compared = self.entries[:_COMPARED]
        alike = [entry for entry in compared if _but_for_values(error, entry.error)]
        best = max(alike, key=lambda entry: _closeness(error, entry.error), default=None)
        if best is not None and len({_values(entry.error) for entry in alike}) > 1:
            shares, contradicts = _values(error) & _values(best.error), _values(best.error)
            return best if shares or not contradicts else None
        return best

    def wordings(self, error: str) -> tuple[ErrorEntry, ...]:
        """The entry with that message, then those with its cause and solution that leave open what
        it has as values: a row says `Unknown database 'shop'`, and `Unknown database '<name>'`."""
        entry = self.entry(error)
        return (entry, *self._open_forms(entry, error)) if entry else ()

    def _open_forms(self, entry: ErrorEntry, error: str) -> Iterator[ErrorEntry]:
        for other in self.entries if any(entry.row) else ():
            is_same_row = other != entry and other.row == entry.row
            if is_same_row and fills(error, other.error):
                yield other


@lru_cache(8)
def claims(body: str) -> Claims:
    """What a body claims to know about."""
    found = outline(body)
    passages = [passage.text for passage in (*found.quotes, *found.symptoms)]
    lines = [line.strip("`") for text in passages for line in text.splitlines()]
    spans = [span for text in passages for span in _CODE_SPAN.findall(text)]
    return Claims(entries=found.errors, quoted=tuple(dict.fromkeys([*lines, *spans])))


def same_message(observed: str, claimed: str) -> bool:
    """Whether two messages are the same but for their values, or the same bare code."""
    mine, theirs = _signature(observed, Origin.OBSERVED), _signature(claimed, Origin.ERROR)
    if mine is None or theirs is None:
        return observed.strip() == claimed.strip()
    if not theirs.terms or not mine.terms:
        return bool(mine.codes) and set(theirs.codes) == set(mine.codes)
    return likeness(mine, theirs) > 0


def _but_for_values(error: str, claimed: str) -> bool:
    """Whether two messages of an article are the same word for word, values aside."""
    mine, theirs = _signature(error, Origin.ERROR), _signature(claimed, Origin.ERROR)
    if mine is None or theirs is None:
        return False
    return (mine.template, mine.codes) == (theirs.template, theirs.codes)


def _closeness(error: str, claimed: str) -> tuple[int, int, float]:
    mine, theirs = _values(error), _values(claimed)
    likeness = SequenceMatcher(None, error, claimed, autojunk=False).ratio()
    return len(mine & theirs), -len(theirs - mine), likeness


def _values(message: str) -> frozenset[str]:
    """The values that a message states, and no placeholders."""
    found = _signature(message, Origin.ERROR)
    return frozenset(found.hints) if found else frozenset()


@lru_cache(2 * _COMPARED)
def _signature(text: str, origin: Origin) -> Signature | None:
    """Kept, for all checks of a document are compared with all of its messages."""
    return signature_of(log_parser.message_of(text), origin=origin)


def fingerprint(body: str, *, check: str, error: str, blocks: Sequence[object]) -> str:
    """The hash of what a receipt vouches for in a body.

    `blocks` are the check's own parts as plain values. Where they stand in the body does not
    count, and neither does anything that is neither the entry, nor about the fix, nor theirs.
    """
    found = outline(body)
    entry = claims(body).entry(error)
    vouched = {
        "error": error,
        "entry": [entry.error, entry.cause, entry.solution] if entry else None,
        "fix": [_text(body, section) for section in _fix_sections(body, found, check)],
        "check": list(blocks),
    }
    text = json.dumps(vouched, ensure_ascii=False, sort_keys=True)
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def first_fix(body: str, *, most: int) -> tuple[str, str] | None:
    """The anchor of the first section that says how to fix it, and how that begins."""
    sections = outline(body).sections
    for number, section in enumerate(sections):
        if is_about_fix(section.title):
            text = body[section.start : _end(sections[number:])]
            return section.anchor, _shorten(text.partition("\n")[2].strip(), most)
    return None


def _end(sections: Sequence[Section]) -> int:
    """Where the first of these sections ends, with those below it."""
    level = sections[0].level
    inside = takewhile(lambda section: section.level > level, sections[1:])
    return max(section.end for section in (sections[0], *inside))


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(maxsplit=1)[0] + "…"


def fix_places(body: str, check: str) -> Iterator[str]:
    """The sections that a receipt of a check is about, each under the ones that it stands in."""
    found = outline(body)
    fixing = {section.start for section in _fix_sections(body, found, check)}
    path: list[Section] = []
    for section in found.sections:
        path = [*(above for above in path if above.level < section.level), section]
        if section.start in fixing:
            yield " › ".join(each.title for each in path)


def _fix_sections(body: str, found: Outline, check: str) -> Iterator[Section]:
    """The sections that say how to fix it, and those with the check's own fix in them."""
    starts = line_starts(body)
    fixing = [
        starts[fence.line - 1]
        for fence in fences(body)
        if fence.name == check and fence.step is Step.FIX
    ]
    inside = 0
    for section in found.sections:
        if inside and section.level <= inside:
            inside = 0
        if not inside and FIX_HEADING.search(section.title):
            inside = section.level
        holds_fix = bisect_left(fixing, section.start) < bisect_left(fixing, section.end)
        if inside or holds_fix:
            yield section


def _text(body: str, section: Section) -> str:
    """A section as it is hashed: blanks at the ends of lines and around it say nothing."""
    lines = body[section.start : section.end].splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()
