"""What a body contains: sections, code, quotes, links, error entries, symptoms.

The Markdown is read by markdown-it-py, block structure first; inline structure is
looked at only where something is taken from it. Positions are offsets into the body
in characters, so that a section is a slice and nothing is stored twice.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document.blocks import Definitions, blocks, table_rows
from corpus.document.html_tags import without_tags
from languages.loader import pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it, up to the next heading of any level."""

    level: int
    title: str
    """The heading as plain text."""
    anchor: str
    start: int
    end: int
    """The slice of the body that the section fills, heading line included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A fenced or indented code block of the body."""

    language: str
    content: str
    anchor: str
    """The section that it stands in."""
    file: str = ""
    """The file that it is of, if it says so: `title="src/pump.js"`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedText:
    """A block quote or a listed symptom, with its inline Markdown as written.

    Emphasis matters to those who read error messages: `'*identifier*'` is a blank.
    """

    text: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link's text and its target as written."""

    label: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEntry:
    """A row of an error table: what is seen, why, and what to do, as plain text.

    A row whose first cell lists several messages in code spans is an entry for each.
    """

    error: str
    cause: str
    solution: str
    anchor: str
    code: tuple[str, ...] = field(default=(), compare=False)
    """What cause and solution have in code spans, in order."""

    @property
    def row(self) -> tuple[str, str]:
        """What all messages of a row share, and by which it is told from other rows."""
        return self.cause, self.solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Everything that is derived from one body."""

    title: str = ""
    """The heading of the first level that stands above all, or is the only one of it."""
    lead: str = ""
    """The first sentence that stands by itself and says something, with its paragraph."""
    sections: tuple[Section, ...] = ()
    code: tuple[Code, ...] = ()
    quotes: tuple[QuotedText, ...] = ()
    symptoms: tuple[QuotedText, ...] = ()
    claims: tuple[QuotedText, ...] = ()
    """What may be messages: code that items of lists explain, lines of blocks under *Symptoms*."""
    links: tuple[Link, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()


@lru_cache(8)
def outline(body: str) -> Outline:
    """Everything that a body contains.

    Raises DocumentError, with the line, for a body that is out of the bounds of `blocks`.
    """
    return _Reader(body).read()


_INLINE = MarkdownIt("commonmark")

_ERROR_COLUMN = pattern("documents", "error_column", r"\A(?:{})\Z", re.IGNORECASE | re.VERBOSE)
_CAUSE_COLUMN = pattern("documents", "cause_column")
_SOLUTION_COLUMN = pattern("documents", "solution_column")
SYMPTOMS_HEADING = pattern("documents", "symptoms_heading")
_CODE_SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)[^\n]*?(?<!`)\1(?!`)")
_BETWEEN_MESSAGES = pattern("documents", "conjunctions", r"(?:[\s,/;]|<br ?/?>|{})*")
_EXPLAINED = re.compile(
    r"(?:\*\*|__)?`(?P<code>[^`\n]{3,300})`(?:\*\*|__)?\s*(?:[:—–]|->|=>|-\s)\s*\S"
)
_FILE = re.compile(r"\s(?:title|file|filename)=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")
_HEADING_NAME = re.compile(r"(?<=\S)[ \t]+\{#(?P<id>[\w.:-]+)\}$")
_ALERT = "[!"
"""What the text of an alert begins with: `> [!NOTE]`. It speaks to readers and quotes nothing."""
_ADVICE = pattern("documents", "advice", r"\A[\W_]*(?:{})")
_LINKS_ONLY = re.compile(r"!?\[[^\[\]]{0,300}+\](?:\([^()\s]{0,500}+\)|\[[^\[\]]{0,300}+\])|[\W_]")
_WORDS_OF_A_SENTENCE = 3
_ANCHOR_LENGTH = 48
_LINE_END = re.compile(r"\r\n?|\n")
_HYPHENS = re.compile(r"-{2,}")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]+")


class _Reader:
    """One pass over the block tokens of a body."""

    def __init__(self, body: str) -> None:
        self._body = body
        self._definitions: Definitions = {}
        self._tokens = blocks(body, self._definitions)
        self._line_starts = line_starts(body)
        self._anchors: dict[str, int] = {}
        self._sections: list[Section] = []
        self._code: list[Code] = []
        self._quotes: list[QuotedText] = []
        self._symptoms: list[QuotedText] = []
        self._links: list[Link] = []
        self._errors: list[ErrorEntry] = []
        self._claims: list[QuotedText] = []
        self._lead = self._first_paragraph = ""

    def read(self) -> Outline:
        quoted = listed = alerts = noted = 0
        for index, token in enumerate(self._tokens):
            if token.type == "blockquote_open" and (alerts or self._is_alert(index)):
                alerts += 1  # with all that is quoted in it
            if token.type == "heading_open" and token.level == 0:
                self._heading(token, self._tokens[index + 1].content)
            elif token.type in ("fence", "code_block"):
                self._code_block(token)
            elif token.type == "table_open" and not noted:
                self._table(index)
            elif token.type == "paragraph_open" and not self._lead and not alerts and not listed:
                self._paragraph(self._tokens[index + 1].content)
            elif token.type == "inline":
                self._inline(token.content, quoted=quoted > 0 and not alerts, listed=listed > 0)
            quoted += _nesting(token, "blockquote")
            listed += _nesting(token, "list_item")
            noted += _nesting(token, "footnote_reference")
            if token.type == "blockquote_close" and alerts:
                alerts -= 1
        self._close_section(len(self._body))
        return Outline(
            title=self._title(),
            lead=self._lead or self._first_paragraph,
            sections=tuple(self._sections),
            code=tuple(self._code),
            quotes=tuple(self._quotes),
            symptoms=tuple(self._symptoms),
            claims=tuple(self._claims),
            links=tuple(self._links),
            errors=tuple(self._errors),
        )

    @property
    def _here(self) -> str:
        return self._sections[-1].anchor if self._sections else ""

    def _heading(self, token: Token, content: str) -> None:
        start = self._line_starts[token.map[0]] if token.map else 0
        self._close_section(start)
        content, name = split_heading(content)
        title = self._plain(content)
        self._sections.append(
            Section(
                level=int(token.tag[1]),
                title=title,
                anchor=unique(name, self._anchors) if name else self._anchor(title),
                start=start,
                end=len(self._body),
            )
        )

    def _close_section(self, end: int) -> None:
        if self._sections:
            self._sections[-1] = replace(self._sections[-1], end=end)

    def _anchor(self, title: str) -> str:
        return unique(anchor(title), self._anchors)

    def _title(self) -> str:
        first = [section for section in self._sections if section.level == 1]
        stands_above = first and (first[0] is self._sections[0] or len(first) == 1)
        return first[0].title if stands_above else ""

    def _is_alert(self, quote: int) -> bool:
        inside = self._tokens[quote + 1 : quote + 3]
        return any(token.content.startswith(_ALERT) for token in inside)

    def _paragraph(self, content: str) -> None:
        text = " ".join(without_tags(self._plain(content)).split())
        self._first_paragraph = self._first_paragraph or text
        if _is_sentence(text) and _LINKS_ONLY.sub("", content):
            self._lead = text

    def _code_block(self, token: Token) -> None:
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        file = _FILE.search(token.info)
        self._code.append(
            Code(
                language=language,
                content=token.content,
                anchor=self._here,
                file="".join(file.groups("")) if file else "",
            )
        )
        if self._is_symptoms and token.type == "fence" and "check=" not in token.info:
            lines = filter(None, map(str.strip, token.content.splitlines()))
            self._claims += [QuotedText(text=line, anchor=self._here) for line in lines]

    @property
    def _is_symptoms(self) -> bool:
        return bool(self._sections and SYMPTOMS_HEADING.search(self._sections[-1].title))

    def _inline(self, content: str, *, quoted: bool, listed: bool) -> None:
        passage = QuotedText(text=content, anchor=self._here)
        if quoted and not _ADVICE.match(content):
            self._quotes.append(passage)
        elif listed and self._is_symptoms:
            self._symptoms.append(passage)
        elif listed and (match := _EXPLAINED.match(content)):
            self._claims.append(QuotedText(text=match["code"], anchor=self._here))
        if "](" in content or (self._definitions and "]" in content):
            self._links.extend(links(content, self._definitions))

    def _plain(self, content: str) -> str:
        return plain_text(content, self._definitions)

    def _table(self, index: int) -> None:
        rows = [[cell.content for cell in cells] for _, *cells in table_rows(self._tokens, index)]
        columns = error_columns([self._plain(cell) for cell in rows[0]])
        if columns is None:
            return
        for row in rows[1:]:
            error, cause, solution = (row[at] if at is not None else "" for at in columns)
            code = tuple(code_spans(f"{cause} {solution}")) if "`" in cause + solution else ()
            for variant in error_variants(error):
                self._errors.append(
                    ErrorEntry(
                        error=variant,
                        cause=self._plain(cause),
                        solution=self._plain(solution),
                        anchor=unique(error_anchor(variant), self._anchors),
                        code=code,
                    )
                )


def split_heading(content: str) -> tuple[str, str | None]:
    """The text of a heading, and the name that it is given: `Install {#install-it}`."""
    match = _HEADING_NAME.search(content)
    return (content[: match.start()], match["id"]) if match else (content, None)


def _is_sentence(text: str) -> bool:
    """Whether a paragraph says something, and is no label, date or trail of links."""
    words = sum(2 if word > "\u2e7f" else 1 for word in re.findall(r"[\u2e80-\u9fff]|\w+", text))
    return words >= _WORDS_OF_A_SENTENCE


def error_variants(cell: str) -> list[str]:
    """The messages of an error table's cell: one, or each of several in code spans of their own."""
    spans = list(_CODE_SPAN.finditer(cell))
    if len(spans) > 1 and _BETWEEN_MESSAGES.fullmatch(_CODE_SPAN.sub("", cell)):
        return list(dict.fromkeys(plain_text(span.group()) for span in spans))
    text = plain_text(cell)
    return [text] if text else []


def plain_text(markdown: str, definitions: Definitions | None = None) -> str:
    """Inline Markdown as a reader sees it, without its marks."""
    tokens = _INLINE.parseInline(markdown, definitions)
    children = tokens[0].children or [] if tokens else []
    return "".join(_visible(child) for child in children).strip()


def code_spans(markdown: str) -> Iterator[str]:
    """The code in a piece of inline Markdown."""
    for token in _INLINE.parseInline(markdown)[0].children or []:
        if token.type == "code_inline":
            yield token.content


def links(markdown: str, definitions: Definitions | None = None) -> Iterator[Link]:
    """The links of a piece of inline Markdown."""
    label: list[str] = []
    target: str | None = None
    for token in _INLINE.parseInline(markdown, definitions)[0].children or []:
        if token.type == "link_open":
            label, target = [], str(token.attrs.get("href", ""))
        elif token.type == "link_close" and target is not None:
            yield Link(label="".join(label).strip(), target=target)
            target = None
        elif target is not None:
            label.append(_visible(token))


def anchor(title: str) -> str:
    """The fragment of a heading, as code hosting sites make it: `Step 1: Go!` → `step-1-go`."""
    return _NOT_IN_ANCHORS.sub("", title.lower()).strip().replace(" ", "-") or "section"


def error_anchor(error: str) -> str:
    """The fragment of an error: `EACCES: no, /x` → `error-eacces-no-x`."""
    return without_runs(anchor(f"error {error[:_ANCHOR_LENGTH]}"))


def without_runs(name: str) -> str:
    """An anchor with one hyphen where it has several; older anchors of errors had them."""
    return _HYPHENS.sub("-", name).strip("-")


def unique(name: str, taken: dict[str, int]) -> str:
    """`name`, or `name-1`, `name-2`, … where it is taken already."""
    candidate = name
    while candidate in taken:
        taken[name] += 1
        candidate = f"{name}-{taken[name]}"
    taken[candidate] = 0
    return candidate


def _visible(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "html_inline":
        return token.content.replace("\n", " ")
    return token.content if token.type in ("text", "code_inline", "image") else ""


def _nesting(token: Token, kind: str) -> int:
    return token.nesting if token.type in (f"{kind}_open", f"{kind}_close") else 0


@lru_cache(8)
def line_starts(text: str) -> Sequence[int]:
    """Where lines start, ended as markdown-it-py ends them. Each check of a body asks for it."""
    return (0, *(match.end() for match in _LINE_END.finditer(text)))


def error_columns(header: Sequence[str]) -> tuple[int, int | None, int | None] | None:
    """Where error, cause and solution stand, or None for a table about something else.

    The header's cells are given as plain text.
    """
    error = _first(header, _ERROR_COLUMN)
    if error is None:
        return None
    solution = _first(header, _SOLUTION_COLUMN, other_than=(error,))
    cause = _first(header, _CAUSE_COLUMN, other_than=(error, solution))
    if cause is None:
        rest = [at for at in range(len(header)) if at not in (error, solution)]
        cause = rest[0] if rest else None
    return (error, cause, solution) if cause is not None or solution is not None else None


def _first(
    header: Sequence[str], pattern: re.Pattern[str], other_than: Sequence[int | None] = ()
) -> int | None:
    for at, name in enumerate(header):
        if at not in other_than and pattern.search(name.strip()):
            return at
    return None
