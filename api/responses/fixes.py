"""How an article fixes an error, short enough to stand in a diagnosis."""

from collections.abc import Iterator

from corpus.checks.checks import Block, read_checks
from corpus.checks.receipts import CheckOutcome
from corpus.document.excerpt import excerpt
from corpus.document.fences import Step
from corpus.document.sections import choose, join_parts, parts_of
from corpus.store.entry import Entry
from languages.loader import spoken, texts

LONGEST = 1_600
"""Characters of a fix: a whole diagnosis is to fit into about 700 tokens of a language model."""
_LONGEST_RUN = LONGEST // 2


def fix_text(entry: Entry, lang: str, anchor: str) -> tuple[str, int]:
    """The section about the fix and what was run for the error of that anchor, in Markdown.

    At most `LONGEST` characters, and how many of the section were cut. Empty if no section says
    how to fix it.
    """
    text, derived = entry.article.translation(lang), entry.of(lang)
    parts = choose(parts_of(text, derived.sections), "fix")
    if not parts:
        return "", 0
    whole = join_parts(parts)
    ran = _run(entry, text.lang, anchor, besides=whole)
    shown = excerpt(parts, LONGEST - len(ran)).text
    return shown + ran, max(0, len(whole) - len(shown))


def _run(entry: Entry, lang: str, anchor: str, *, besides: str) -> str:
    """The blocks that fixed the error in a sandbox, without those that the section shows."""
    blocks = [block for block in _blocks(entry, lang, anchor) if block.content not in besides]
    fenced = "\n\n".join(f"```{block.language or ''}\n{block.content}```" for block in blocks)
    if not fenced or len(fenced) > _LONGEST_RUN:
        return ""
    return f"\n\n{texts('discovery')[spoken(lang)].fix_was_run}\n\n{fenced}"


def _blocks(entry: Entry, lang: str, anchor: str) -> Iterator[Block]:
    checks = {check.name: check for check in read_checks(entry.article.translation(lang).body).good}
    for item in entry.evidence:
        receipt = item.receipt
        is_fixed = receipt.outcome is CheckOutcome.FIXED and item.counts(lang)
        if anchor and is_fixed and item.of(lang).anchor == anchor and receipt.check in checks:
            yield from checks[receipt.check].of(Step.FIX)
