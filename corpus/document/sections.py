"""Parts of an article: headings with their text, and finding the one that a reader means.

Readers ask for a part by its anchor, by its title or a piece of it, or by what it is for
(`fix`, `cause`, `errors`, `questions`, `summary`), in any language that `languages` knows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.document.article import Translation
from corpus.document.article_document import open_fence, render_code_blocks, render_questions
from corpus.document.outline import ErrorEntry, Section, anchor, unique, without_runs
from languages.loader import pattern, words

FIX_HEADING = pattern("documents", "fix_heading")
_NOT_FIX_HEADING = pattern("documents", "not_fix_heading")
_ERRORS_HEADING = pattern("documents", "errors_heading")
_QUESTIONS_HEADING = pattern("documents", "questions_heading")
_PURPOSES: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(words("documents", "fix_names"), FIX_HEADING),
    **dict.fromkeys(words("documents", "cause_names"), pattern("documents", "cause_heading")),
    **dict.fromkeys(words("documents", "errors_names"), _ERRORS_HEADING),
    **dict.fromkeys(words("documents", "questions_names"), _QUESTIONS_HEADING),
}
_SUMMARY = frozenset(words("documents", "summary_names"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and what stands under it, up to the next heading of any level.

    The first part of an article has no heading: level 0, neither title nor anchor.
    """

    level: int
    title: str
    anchor: str
    text: str


def parts_of(text: Translation, sections: Sequence[Section]) -> list[Part]:
    """The parts of an article in one language, its code blocks and questions at the end.

    `sections` are those of the body, with anchors as every other view of the article has.
    """
    first = sections[0].start if sections else len(text.body)
    parts = [Part(level=0, title="", anchor="", text=_close_fence(text.body[:first].strip("\n")))]
    for section in sections:
        own = _close_fence(text.body[section.start : section.end].strip("\n"))
        parts.append(
            Part(level=section.level, title=section.title, anchor=section.anchor, text=own)
        )
    taken = {section.anchor: 0 for section in sections}
    for title, more in (
        ("Code Blocks", render_code_blocks(text.code_blocks)),
        ("Q&A", render_questions(text.questions)),
    ):
        if more:
            name = unique(anchor(title), taken)
            parts.append(Part(level=1, title=title, anchor=name, text=more.strip("\n")))
    return parts


def _close_fence(text: str) -> str:
    """The text with an unclosed code fence closed, because more text follows."""
    fence = open_fence(text)
    return f"{text}\n{fence}" if fence else text


def characters(parts: Sequence[Part], at: int) -> int:
    """The length of the part at an index, with its subsections."""
    return len(join_parts(_below(parts, at)))


def join_parts(parts: Sequence[Part]) -> str:
    """The concatenated text of parts."""
    return "\n\n".join(part.text for part in parts if part.text)


def is_summary(wanted: str) -> bool:
    """Whether a reader means the text before the first heading."""
    return _name(wanted) in _SUMMARY


def is_about_fix(title: str) -> bool:
    """Whether a heading says that what follows is how to fix it."""
    return bool(FIX_HEADING.search(title)) and not _NOT_FIX_HEADING.search(title)


def is_purpose(wanted: str) -> bool:
    """Whether a reader names the purpose of a part, instead of the part."""
    return _name(wanted) in _PURPOSES


def choose(
    parts: Sequence[Part], wanted: str, errors: Sequence[ErrorEntry] = ()
) -> list[Part] | None:
    """The parts that a reader means, each with the deeper ones under it; None if there are none.

    What a part is for comes first, then an anchor, a whole title, the anchor of an error
    entry, and last a piece of a title.
    """
    if is_summary(wanted):
        return [parts[0]]
    name = _name(wanted)
    purpose = _PURPOSES.get(name)
    if purpose is not None and (found := _parts_about(purpose, parts, errors)):
        return found
    for titles in ([part.anchor for part in parts], [part.title for part in parts]):
        exact = [at for at, title in enumerate(titles) if name and title.casefold() == name]
        if found := _with_deeper(parts, exact):
            return found
    if rows := [entry for entry in errors if entry.anchor.casefold() == without_runs(name)]:
        return [_row(entry) for entry in rows]
    pieces = [at for at, part in enumerate(parts) if name and name in part.title.casefold()]
    return _with_deeper(parts, pieces) or None


def _name(wanted: str) -> str:
    return wanted.strip().lstrip("#").strip().casefold()


def _parts_about(
    purpose: re.Pattern[str], parts: Sequence[Part], errors: Sequence[ErrorEntry]
) -> list[Part]:
    """The parts whose headings say that this is what they are for, else rows of error tables."""
    named = [
        at
        for at, part in enumerate(parts)
        if (is_about_fix(part.title) if purpose is FIX_HEADING else purpose.search(part.title))
    ]
    if named or purpose is _QUESTIONS_HEADING:
        return _with_deeper(parts, named)
    telling = [
        entry
        for entry in errors
        if purpose is _ERRORS_HEADING or (entry.solution if purpose is FIX_HEADING else entry.cause)
    ]
    return [_row(entry) for entry in telling]


def _with_deeper(parts: Sequence[Part], chosen: Sequence[int]) -> list[Part]:
    found: dict[int, Part] = {}
    for at in chosen:
        for offset, part in enumerate(_below(parts, at)):
            found[at + offset] = part
    return [found[at] for at in sorted(found)]


def _below(parts: Sequence[Part], at: int) -> Sequence[Part]:
    """A part and its subsections."""
    end = at + 1
    while end < len(parts) and parts[at].level and parts[end].level > parts[at].level:
        end += 1
    return parts[at:end]


def _row(entry: ErrorEntry) -> Part:
    lines = [f"- Error: {entry.error}"]
    lines += [f"  - Cause: {entry.cause}"] if entry.cause else []
    lines += [f"  - Solution: {entry.solution}"] if entry.solution else []
    return Part(level=2, title=entry.error, anchor=entry.anchor, text="\n".join(lines))
