"""From the Markdown of Docusaurus, MkDocs, Hugo, Jekyll and others to plain Markdown."""

from ingest.foreign.admonitions import as_alerts
from ingest.foreign.components import without_components
from ingest.foreign.html_blocks import as_markdown
from ingest.foreign.inline import plain_inline
from ingest.foreign.shortcodes import without_shortcodes

_MARKS = ("<", "{", "[[", "[!", "[TOC]", ":::", "!!!", "???", "===", "///", "--8<--", "import")
"""Without any of these nothing is to be done."""


def translate(text: str, *, is_mdx: bool) -> str:
    """The text with components, shortcodes, admonitions and tables of HTML in plain Markdown."""
    if not any(mark in text for mark in _MARKS):
        return text
    text = without_components(text, is_mdx=is_mdx)
    text = without_shortcodes(text)
    return plain_inline(as_alerts(as_markdown(text)))
