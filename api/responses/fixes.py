"""How an article fixes an error, short enough to stand in a diagnosis."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.checks.checks import Block, read_checks
from corpus.checks.receipts import CheckOutcome
from corpus.document.excerpt import excerpt
from corpus.document.fences import Step
from corpus.document.outline import ErrorEntry
from corpus.document.sections import Part, choose, join_parts, parts_of
from corpus.store.entry import Entry
from languages.loader import spoken, texts

LONGEST = 1_200
"""Characters of a fix: a whole diagnosis is to fit into about 700 tokens of a language model."""
_LONGEST_RUN = LONGEST // 2
_WORD = re.compile(r"\w{3,}")


def fix_text(entry: Entry, lang: str, anchor: str) -> tuple[str, int]:
    """The section about the fix and what was run for the error of that anchor, in Markdown.

    Of its subsections the one about that error comes first. At most `LONGEST` characters, and how
    many of the section were cut. Empty if no section says how to fix it.
    """
    text, derived = entry.article.translation(lang), entry.of(lang)
    parts = choose(parts_of(text, derived.sections), "fix")
    if not parts:
        return "", 0
    row = next((error for error in derived.errors if error.anchor == anchor), None)
    parts = _nearest_first(parts, row) if row else parts
    whole = join_parts(parts)
    ran = _run(entry, text.lang, anchor, besides=whole)
    shown = excerpt(parts, LONGEST - len(ran)).text
    return shown + ran, max(0, len(whole) - len(shown))


def _nearest_first(parts: Sequence[Part], row: ErrorEntry) -> list[Part]:
    """The heading, and what stands below it in the order of what it shares with an error."""
    heading, below = parts[0], parts[1:]
    top = min((part.level for part in below), default=0)
    if top <= heading.level:
        return list(parts)  # several sections, each about something else
    starts = [at for at, part in enumerate(below) if part.level == top]
    groups = [below[start:end] for start, end in pairwise([*starts, len(below)])]
    groups.sort(key=lambda group: -_shared(group, row))
    return [heading, *below[: starts[0]], *(part for group in groups for part in group)]


def _shared(group: Sequence[Part], row: ErrorEntry) -> int:
    """How many words of an error are in a title, and how much code of its fix is in the text."""
    words = {word.casefold() for word in _WORD.findall(group[0].title)}
    text = join_parts(group)
    named = len(words & {word.casefold() for word in _WORD.findall(row.error)})
    return named + sum(code in text for code in dict.fromkeys(row.code))


def _run(entry: Entry, lang: str, anchor: str, *, besides: str) -> str:
    """The blocks that fixed the error in a sandbox, without those that the section shows."""
    blocks = [block for block in _blocks(entry, lang, anchor) if block.content not in besides]
    each_once = dict.fromkeys(f"```{each.language or ''}\n{each.content}```" for each in blocks)
    fenced = "\n\n".join(each_once)
    if not fenced or len(fenced) > _LONGEST_RUN:
        return ""
    return f"\n\n{texts('discovery')[spoken(lang)].fix_was_run}\n\n{fenced}"


def _blocks(entry: Entry, lang: str, anchor: str) -> Iterator[Block]:
    checks = {check.name: check for check in read_checks(entry.article.translation(lang).body).good}
    for item in entry.evidence:
        receipt = item.receipt
        is_fixed = receipt.outcome is CheckOutcome.FIXED and item.counts(lang)
        if is_fixed and anchor in item.of(lang).anchors and receipt.check in checks:
            yield from checks[receipt.check].of(Step.FIX)
