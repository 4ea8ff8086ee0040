"""Which error signatures an article has: from its table, quotes, symptoms, code and names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from zlib import crc32

from msgspec.structs import replace

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.logs.message import speaks_of_error
from corpus.diagnosis.signatures.masking import BLANK
from corpus.diagnosis.signatures.signature import NAMES, Origin, Signature
from corpus.diagnosis.signatures.signature_parser import message_text, signature_of
from corpus.document.outline import ErrorEntry, Outline
from corpus.text import codes

LIMIT = 128
"""Signatures of one article at most."""
_TRIED = 5_000
"""How many places are looked at for them, however often they say the same."""

_QUOTED = re.compile(r"`([^`\n]{3,300})`|[\"“]([^\"“”\n]{3,300})[\"”]|「([^「」\n]{2,300})」")
_WORDS_OF_A_MESSAGE = 3
_BETWEEN = re.compile(r"\n|<br ?/?>|(?<!:) / (?!\w{1,2}\b)")
"""What stands between the messages of a row; no sign of a division: `: / by zero`, `a / n`."""


def extract(
    *, outline: Outline, title: str, keywords: Sequence[str] = (), code: Sequence[str] = ()
) -> list[Signature]:
    """The signatures of an article in one language, best evidence first, each once.

    `code` are code blocks that are not part of the body. The codes of the title are the
    article's own: quotes, which are what a tool prints, get them where they have none.
    """
    named = signature_of(title, origin=Origin.TITLE)
    own = named.codes if named else ()
    found = chain(
        _errors(outline),
        (quote if quote.codes else replace(quote, codes=own) for quote in _quotes(outline)),
        _symptoms(outline),
        _claims(outline),
        _names(title, keywords),
        _code(outline, code),
    )
    templates: set[tuple[str, tuple[str, ...]]] = set()
    unique: dict[str, Signature] = {}
    for signature in islice(found, _TRIED):
        shape = (signature.template.casefold(), signature.codes)
        if signature.text not in unique and (shape not in templates or _has_values(signature)):
            templates.add(shape)
            unique[signature.text] = signature
        if len(unique) == LIMIT:
            break
    return list(unique.values())


def each_message_once(*groups: Iterable[Signature]) -> tuple[Signature, ...]:
    """The signatures of an article, those of the first group that has a message."""
    unique: dict[str, Signature] = {}
    for signature in chain(*groups):
        unique.setdefault(signature.text, signature)
    return tuple(unique.values())


def _has_values(signature: Signature) -> bool:
    """Whether it says more of a known message: another row's values, or which do not matter."""
    return signature.origin is Origin.ERROR or BLANK.search(signature.text) is not None


def _errors(outline: Outline) -> Iterator[Signature]:
    for entry in outline.errors:
        for signature in _signatures(_BETWEEN.split(entry.error), Origin.ERROR, entry.anchor):
            yield replace(signature, remedy=remedy(entry))


def remedy(entry: ErrorEntry) -> str:
    """A short hash of what a row says to do: rows that say the same are about one case."""
    return f"{crc32(entry.solution.encode('utf-8', 'surrogatepass')):x}"


@lru_cache(4_096)
def row_messages(error: str) -> tuple[str, ...]:
    """The messages of a row's first cell, as its signatures have them."""
    return tuple(map(message_text, map(log_parser.message_of, _BETWEEN.split(error))))


def _quotes(outline: Outline) -> Iterator[Signature]:
    for quote in outline.quotes:
        if quote.text.startswith("[!"):  # `> [!NOTE]`: an alert to the reader, no message
            continue
        lines = quote.text.splitlines()
        yield from _signatures(lines, Origin.QUOTE, quote.anchor)
        if 1 < len(lines) <= 3:
            yield from _signatures([" ".join(lines)], Origin.QUOTE, quote.anchor)


def _symptoms(outline: Outline) -> Iterator[Signature]:
    """What a symptom quotes is the message; a symptom without quotes is one as a whole."""
    for symptom in outline.symptoms:
        quoted = ["".join(match.groups("")) for match in _QUOTED.finditer(symptom.text)]
        yield from _signatures(quoted or [symptom.text], Origin.SYMPTOM, symptom.anchor)


def _claims(outline: Outline) -> Iterator[Signature]:
    """Messages in headings, in lists and under *Symptoms*, where no table has them."""
    if outline.errors:
        return
    for section in outline.sections:
        if _is_message(section.title):
            yield from _signatures([section.title], Origin.SYMPTOM, section.anchor)
    for claim in outline.claims:
        if _is_message(claim.text) or _speaks(claim.text):
            yield from _signatures([claim.text], Origin.SYMPTOM, claim.anchor)


def _is_message(text: str) -> bool:
    found = log_parser.messages(text, 1)
    return bool(found) and found[0].shape != "plain"


def _speaks(text: str) -> bool:
    """Whether code is as long as a sentence and tells of an error."""
    return len(text.split()) >= _WORDS_OF_A_MESSAGE and speaks_of_error(text)


def _code(outline: Outline, code: Sequence[str]) -> Iterator[Signature]:
    """Lines of code blocks that look like errors."""
    blocks = [(block.content, block.anchor) for block in outline.code]
    for content, anchor in [*blocks, *((content, "") for content in code)]:
        for message in log_parser.messages(content, 8):
            if message.shape != "plain":
                yield from _signatures([message.text], Origin.CODE, anchor)


def _names(title: str, keywords: Sequence[str]) -> Iterator[Signature]:
    yield from _signatures([title], Origin.TITLE, "")
    yield from _signatures(filter(_tells, keywords), Origin.KEYWORD, "")


def _tells(keyword: str) -> bool:
    """Whether a keyword is a code or a phrase; a single common word is no signature."""
    return codes.canonical(keyword) is not None or len(re.findall(r"\w+", keyword)) > 1


def _signatures(texts: Iterable[str], origin: Origin, anchor: str) -> Iterator[Signature]:
    for text in texts:
        message = text if origin in NAMES else log_parser.message_of(text)
        signature = signature_of(message, origin=origin, anchor=anchor)
        if signature is not None:
            yield signature
