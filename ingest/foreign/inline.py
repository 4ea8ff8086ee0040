"""What stands in a line: links of wikis, lists of attributes, and what includes other files."""

import re

from corpus.document.code_spans import code_spans, fenced_lines, holds
from ingest.foreign.code import substitute

_WIKI_LINK = re.compile(
    r"(?P<image>!?)\[\[(?P<page>[^\s\[\]|#][^\[\]|#\n]{0,300}+)(?P<part>#[^\[\]|\n]{0,300}+)?"
    r"(?:\|(?P<label>[^\[\]\n]{0,300}+))?\]\](?!\()"
)
_ATTRIBUTES = re.compile(
    r"[ \t]?(?<!\{)\{(?P<colon>:?)(?P<list>[ ]?[.#A-Za-z][^{}\n]{0,500}+)\}(?!\})"
)
_NAME = re.compile(r"#(?P<id>[\w.:-]+)")
_LEFT_OUT = re.compile(
    r"^[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|-+8<-+[^\n]*|\[!(?:INCLUDE|div|code|VIDEO)[^\n]*)[ \t]*$"
    r"|\[!INCLUDE[ ]?\[[^\[\]\n]{0,300}+\]\([^()\n]{0,500}+\)\]",
    re.MULTILINE | re.IGNORECASE,
)
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]")


def plain_inline(text: str) -> str:
    """The text with links as Markdown has them, and without attributes and includes.

    The attribute that names a heading stays: links lead to it.
    """
    text = substitute(_LEFT_OUT, lambda _: "", text)
    if "[[" in text:
        text = substitute(_WIKI_LINK, _link, text)
    return _without_attributes(text) if "{" in text else text


def _link(match: re.Match[str]) -> str:
    page, part, label = match["page"].strip(), match["part"] or "", match["label"]
    target = page + part.lower().replace(" ", "-")
    shown = (label or page).strip()
    if " " in target:
        target = f"<{target}>"
    return f"{match['image']}[{shown}]({target})"


def _without_attributes(text: str) -> str:
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    for at, line in enumerate(lines):
        if "{" in line and not fenced[at]:
            lines[at] = _without_lists(line)
    return "\n".join(lines)


def _without_lists(line: str) -> str:
    code = list(code_spans(line))
    is_heading = _HEADING.match(line) is not None

    def changed(match: re.Match[str]) -> str:
        listed = match["list"].strip()
        is_text = not match["colon"] and listed[0] not in ".#"
        if is_text or holds(code, match.start()):
            return match[0]
        name = _NAME.search(listed)
        return f" {{#{name['id']}}}" if name and is_heading else ""

    return _ATTRIBUTES.sub(changed, line)
