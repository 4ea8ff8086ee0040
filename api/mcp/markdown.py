"""The Markdown around an excerpt of an article, and tool calls as text."""

from collections.abc import Sequence

from api.mcp.results import ArticleExcerpt, SectionSize
from api.responses.markdown.inline import code_span, one_line
from api.responses.markdown.lists import trust_line
from corpus.document.sections import is_summary

_ERRORS = 3
"""If an excerpt is about more errors than that, their trust is not listed one by one."""


def call(tool: str, **arguments: str) -> str:
    """A tool call as text; empty arguments are left out."""
    given = ", ".join(f"{name}={_quote(value)}" for name, value in arguments.items() if value)
    return f"{tool}({given})"


def article_head(shown: ArticleExcerpt, room: int) -> str:
    """The text before an excerpt: title, summary, trust."""
    updated = f", updated {shown.updated_at[:10]}" if shown.updated_at else ""
    others = [lang for lang in shown.languages if lang != shown.lang]
    also = f" (also {', '.join(others)})" if others else ""
    wants_summary = not shown.section or is_summary(shown.section)
    summary = [f"> {one_line(shown.summary)}"] if wants_summary and shown.summary else []
    told = shown.errors if len(shown.errors) <= _ERRORS else ()
    facts = [
        *([shown.notice] if shown.notice else []),
        f"Article {code_span(shown.slug)}, language {shown.lang}{also}{updated}.",
        trust_line(shown.trust, shown.lang),
        *(f"{code_span(one_line(row.error))}: {trust_line(row.trust, shown.lang)}" for row in told),
    ]
    head = f"# {one_line(shown.title)}"[:room]
    for line in (*summary, *facts):
        if len(head) + len(line) + 2 <= room:
            head += f"\n\n{line}" if line in summary or line is facts[0] else f"\n{line}"
    return head


def article_foot(sections: Sequence[SectionSize], *, left: int, room: int) -> str:
    """The text after an excerpt: how much was cut, and the available sections."""
    cut = [f"Left out here: {left:,} characters."] if left else []
    if not sections:
        return f"{cut[0]} A larger max_characters returns more." if cut else ""
    text = " ".join([*cut, "Available sections, with their characters:"])
    for number, section in enumerate(sections, start=1):
        entry = f" {code_span(section.anchor)} {section.characters:,}"
        rest = len(sections) - number
        tail = len(f", and {rest} more.") if rest else 1
        if len(text) + len(entry) + tail > room:
            return f"{text.rstrip(',')} and {rest + 1} more."
        text += entry + ("," if rest else ".")
    return text


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
