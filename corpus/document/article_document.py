"""The article document: Markdown ⇄ article, without losing a byte.

A document is read from both ends. Its beginning (title, summary) and its end (metadata,
records, related articles) have a strict form; what lies between is the body, which may
contain anything, even text that looks like such an end. So the last `## Metadata` counts,
and the Code Blocks and Q&A sections at the end of the middle are taken out of it only
if writing them again gives the same text. Whatever is not taken stays in the body.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TypeVar

from corpus.document.article import Article, CodeBlock, Metadata, QuestionAnswer, Translation
from corpus.document.metadata_section import METADATA_BEGINNING, read_metadata, render_metadata
from corpus.errors import DocumentError

_Item = TypeVar("_Item", CodeBlock, QuestionAnswer)

_BEGINNING = re.compile(
    r"# (?P<title>[^\n]*)\n\n>(?P<summary>(?:[^\n]|\n(?!\n))*)\n\n---\n\n## Content\n"
)
_QUESTIONS = "## Q&A\n\n"
_CODE_BLOCKS = "## Code Blocks\n\n"
_QUESTION = re.compile(r"\*\*Q: (?P<question>.*?)\*\*\n\n(?P<answer>.*)", re.DOTALL)
_CODE_BLOCK = re.compile(
    r"### (?P<description>[^\n]*)\n\n(?P<fence>`{3,})(?P<language>[^\n`]*)\n"
    r"(?P<content>.*?)\n(?P=fence)\n\n(?=### |\Z)",
    re.DOTALL,
)
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}+|~{3,}+)(?P<info>.*+)")
_FENCE_INSIDE = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)
_MOST_PLACES = 10
"""How many places that look like the start of a section are tried, from the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article in one language, as its Markdown text states it.

    `slug` is None where the text has no API Access section; the language of
    `translation` is what the caller said it is, since the text does not.
    """

    slug: str | None
    metadata: Metadata
    translation: Translation


def is_document(text: str) -> bool:
    """Whether the text opens like an article document, complete or not."""
    return _BEGINNING.match(text) is not None


def parse(text: str, *, lang: str) -> Document:
    """Reads an article document.

    Raises DocumentError with the line of the first thing that is not as it must be.
    """
    beginning = _BEGINNING.match(text)
    if beginning is None:
        raise DocumentError("expected '# Title', '> Summary', '---' and '## Content'")
    end = text.rfind("\n" + METADATA_BEGINNING) + 1
    if end <= beginning.end() - 1:
        line = text.count("\n") + (not text.endswith("\n"))
        raise DocumentError("the document ends without a '## Metadata' section", line=max(line, 1))
    slug, metadata = read_metadata(text, end)
    body, code_blocks, questions = _split_middle(text[beginning.end() : end])
    translation = Translation(
        lang=lang,
        title=beginning["title"],
        summary=re.sub(r"\n>?[ ]?", "\n", beginning["summary"].removeprefix(" ")),
        body=body,
        code_blocks=code_blocks,
        questions=questions,
    )
    return Document(slug=slug, metadata=metadata, translation=translation)


def render(article: Article, *, lang: str, public_url: str) -> str:
    """The document of an article in one language.

    `public_url` is the address of the service without a trailing slash; it appears in
    the example commands only.
    """
    text = article.translation(lang)
    summary = text.summary.replace("\n", "\n> ")
    return "".join(
        (
            f"# {text.title}\n\n> {summary}\n\n---\n\n## Content\n\n{text.body}\n\n",
            render_code_blocks(text.code_blocks),
            render_questions(text.questions),
            render_metadata(article.metadata, slug=article.slug, public_url=public_url),
        )
    )


# The middle: body, Code Blocks, Q&A


def _split_middle(middle: str) -> tuple[str, tuple[CodeBlock, ...], tuple[QuestionAnswer, ...]]:
    if middle.strip("\n") and not middle.endswith("\n\n"):
        middle += "\n"  # the blank line before the end was forgotten
    rest, questions = _take(middle, _QUESTIONS, "**Q: ", _read_questions, render_questions)
    rest, code_blocks = _take(rest, _CODE_BLOCKS, "### ", _read_code_blocks, render_code_blocks)
    return rest.removeprefix("\n").removesuffix("\n\n"), code_blocks, questions


def _take(
    middle: str,
    heading: str,
    first: str,
    read: Callable[[str], Iterable[_Item]],
    render: Callable[[tuple[_Item, ...]], str],
) -> tuple[str, tuple[_Item, ...]]:
    """What stands before a section of items at the end, and the items."""
    for start in _last_first(middle, f"\n{heading}{first}"):
        items = tuple(read(middle[start:].removeprefix(heading)))
        if _is_section(middle, start, render(items)):
            return middle[:start], items
    return middle, ()


def _read_code_blocks(section: str) -> Iterator[CodeBlock]:
    """The blocks from the start on, as far as one follows the other."""
    at = 0
    while (match := _CODE_BLOCK.match(section, at)) is not None:
        yield CodeBlock(
            language=match["language"], content=match["content"], description=match["description"]
        )
        at = match.end()


def _last_first(text: str, mark: str) -> Iterator[int]:
    """The places after a newline where `mark` (which begins with one) stands, last first.

    Not all of them: a text made of such places must not take for ever.
    """
    return islice(_places(text, mark), _MOST_PLACES)


def _places(text: str, mark: str) -> Iterator[int]:
    place = text.rfind(mark)
    while place >= 0:
        yield place + 1
        place = text.rfind(mark, 0, place + len(mark) - 1)


def _is_section(middle: str, start: int, rendered: str) -> bool:
    """Whether what was read from `start` on is all that stands there, and is no code."""
    before = middle[:start]
    whole = middle.startswith(rendered, start) and len(middle) == start + len(rendered)
    return whole and before[1:].endswith("\n\n") and not _in_code(before, rendered)


def _in_code(before: str, section: str) -> bool:
    """Whether a section stands in a code block that it closes itself.

    A fence that was left open by accident does not count: there the section's first
    fence opens a block.
    """
    if not (fence := open_fence(before)):
        return False
    fences = (line for line in section.split("\n") if _FENCE.fullmatch(line))
    return fence_after(next(fences, ""), fence) == ""


def _read_questions(section: str) -> tuple[QuestionAnswer, ...]:
    """The questions of a section, or none if a fence in it is left open.

    An open fence means that the section began inside a code block of the body.
    """
    starts = _question_starts(section)
    if starts is None:
        return ()
    pieces = pairwise([*starts, len(section)])
    real = [
        start
        for start, end in pieces
        if start == starts[0] or _question(section[start:end])  # others only look like questions
    ]
    questions = (_question(section[start:end]) for start, end in pairwise([*real, len(section)]))
    return tuple(question for question in questions if question is not None)


def _question(piece: str) -> QuestionAnswer | None:
    match = _QUESTION.fullmatch(piece)
    if match is None or not match["answer"].endswith("\n\n"):
        return None
    return QuestionAnswer(question=match["question"], answer=match["answer"][:-2])


def _question_starts(section: str) -> list[int] | None:
    starts, position, fence, after_blank = [], 0, "", True
    for line in section.split("\n"):
        fence = fence_after(line, fence)
        if after_blank and not fence and line.startswith("**Q: "):
            starts.append(position)
        after_blank = not line
        position += len(line) + 1
    return None if fence else starts


def open_fence(text: str) -> str:
    """The code fence that a text leaves open; '' for none."""
    fence = ""
    for line in text.split("\n"):
        fence = fence_after(line, fence)
    return fence


def fence_after(line: str, fence: str) -> str:
    """The code fence that is open after `line`, given the one open before it ('' for none).

    CommonMark 0.31, section 4.5: a closing fence has the same character, is at least as
    long, and carries no info string; a backtick fence has no backtick in its info string.
    """
    match = _FENCE.fullmatch(line)
    if match is None:
        return fence
    mark, info = match["mark"], match["info"]
    if not fence:
        return "" if mark[0] == "`" and "`" in info else mark
    closes = mark[0] == fence[0] and len(mark) >= len(fence) and not info.strip()
    return "" if closes else fence


def render_code_blocks(blocks: tuple[CodeBlock, ...]) -> str:
    """The Code Blocks section, empty if there are none."""
    if not blocks:
        return ""
    return _CODE_BLOCKS + "".join(map(_render_code_block, blocks))


def _render_code_block(block: CodeBlock) -> str:
    inside = [len(fence) + 1 for fence in _FENCE_INSIDE.findall(block.content)]
    fence = "`" * max([3, *inside])
    return f"### {block.description}\n\n{fence}{block.language}\n{block.content}\n{fence}\n\n"


def render_questions(questions: tuple[QuestionAnswer, ...]) -> str:
    """The Q&A section, empty if there are none."""
    if not questions:
        return ""
    return _QUESTIONS + "".join(f"**Q: {qa.question}**\n\n{qa.answer}\n\n" for qa in questions)
