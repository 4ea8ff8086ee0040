"""What stands around an excerpt of an article, and calls as an agent can make them."""

from collections.abc import Sequence

from api.mcp.results import ArticleExcerpt, SectionSize
from api.responses.markdown_inline import code_span, one_line
from api.responses.markdown_lists import trust_line
from corpus.document.sections import is_summary

_ERRORS = 3
"""Errors that an excerpt is about whose trust is told before it; of more, only how many ran."""


def call(tool: str, **arguments: str) -> str:
    """A call as it can be made; what is empty is left out."""
    given = ", ".join(f"{name}={_quoted(value)}" for name, value in arguments.items() if value)
    return f"{tool}({given})"


def article_head(shown: ArticleExcerpt, room: int) -> str:
    """What comes before an excerpt: title, summary, what is known of the fixes."""
    updated = f", updated {shown.updated_at[:10]}" if shown.updated_at else ""
    others = [lang for lang in shown.languages if lang != shown.lang]
    also = f" (also {', '.join(others)})" if others else ""
    wants_summary = not shown.section or is_summary(shown.section)
    summary = [f"> {one_line(shown.summary)}"] if wants_summary and shown.summary else []
    told = shown.errors if len(shown.errors) <= _ERRORS else ()
    facts = [
        *([shown.notice] if shown.notice else []),
        f"Article {code_span(shown.slug)}, language {shown.lang}{also}{updated}.",
        trust_line(shown.trust),
        *(f"{code_span(one_line(row.error))}: {trust_line(row.trust)}" for row in told),
    ]
    head = f"# {one_line(shown.title)}"[:room]
    for line in (*summary, *facts):
        if len(head) + len(line) + 2 <= room:
            head += f"\n\n{line}" if line in summary or line is facts[0] else f"\n{line}"
    return head


def article_foot(sections: Sequence[SectionSize], *, left: int, room: int) -> str:
    """What comes after an excerpt: what was cut, and the sections that can be asked for."""
    cut = [f"Left out here: {left:,} characters."] if left else []
    if not sections:
        return f"{cut[0]} A larger max_characters gives more." if cut else ""
    text = " ".join([*cut, "Sections to ask for, with their characters:"])
    for number, section in enumerate(sections, start=1):
        entry = f" {code_span(section.anchor)} {section.characters:,}"
        rest = len(sections) - number
        tail = len(f", and {rest} more.") if rest else 1
        if len(text) + len(entry) + tail > room:
            return f"{text.rstrip(',')} and {rest + 1} more."
        text += entry + ("," if rest else ".")
    return text


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
