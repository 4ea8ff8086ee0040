"""Markdown as HTML that is safe by construction.

The parser only yields tokens; every tag that leaves this module is written here, every
text is escaped, and links have to be of a kind that does no harm. HTML inside of an
article is shown as the text that it is. No attribute of a token is ever copied.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from api.pages.html.syntax_highlighting import highlighted
from corpus.document.fences import read_fence
from corpus.document.outline import error_columns, error_variants, plain_text
from corpus.store.entry import Derived

Resolve = Callable[[str], str | None]
"""From a link's target as written to the page of the article that it names, if it names one."""

# The same blocks as `corpus.document.outline` sees, so that headings and rows are the same.
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

_SIMPLE = {
    "em": (Markup("<em>"), Markup("</em>")),
    "strong": (Markup("<strong>"), Markup("</strong>")),
    "s": (Markup("<s>"), Markup("</s>")),
}
_BLOCKS = frozenset({"bullet_list", "list_item", "thead", "tbody"})
_TAGS = {"bullet_list": "ul", "list_item": "li", "thead": "thead", "tbody": "tbody"}
_EXTERNAL = re.compile(r"https?://[^\s/?#\\]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s<>]+@", re.IGNORECASE)
_ON_THIS_SITE = re.compile(r"/(?![/\\])|#")
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_ALIGNMENT = re.compile(r"text-align:(left|right|center)")
_WIDE = 32
"""Columns of a line from which on a block of code has to be scrolled on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a text needs to know of the page that it is on."""

    resolve: Resolve
    steps: Mapping[str, str]
    """What the steps of a check are called."""
    image: str
    """What an image without a description is called."""


def article_html(body: str, derived: Derived, around: Surroundings) -> Markup:
    """A body with the anchors that the API names: those of its sections and error rows."""
    sections = [section.anchor for section in derived.sections]
    rows = [error.anchor for error in derived.errors]
    return _Writer(around, anchored=True, sections=sections, rows=rows).write(body)


def fragment_html(markdown: str, around: Surroundings) -> Markup:
    """A text of some paragraphs, without anchors."""
    return _Writer(around).write(markdown)


def code_html(
    content: str, around: Surroundings, *, language: str = "", file: str = "", step: str = ""
) -> Markup:
    """A block of code under its language, and under its file and step if it is of a check."""
    code = content.removesuffix("\n")
    wide = any(_columns(line) > _WIDE for line in code.splitlines())
    named = escape(" · ".join(part for part in (language, file) if part))
    if step:
        named += Markup(' <b class="{}">{}</b>').format(step, around.steps[step])
    return Markup(
        '<figure class="code"><figcaption>{}</figcaption><pre{}><code>{}</code></pre></figure>'
    ).format(named, Markup(' tabindex="0"') if wide else "", highlighted(code, language))


def _columns(line: str) -> int:
    """How wide a line is: ideographs are as wide as two letters."""
    return len(line) + sum(east_asian_width(c) in "WF" for c in line if not c.isascii())


class _Writer:
    """Writes the HTML of one text."""

    def __init__(
        self,
        around: Surroundings,
        *,
        anchored: bool = False,
        sections: Sequence[str] = (),
        rows: Sequence[str] = (),
    ) -> None:
        self._around = around
        self._sections = iter(sections)
        self._rows = iter(rows)
        self._anchored = anchored
        self._levels: list[int] = []
        self._links: list[bool] = []
        self._definitions: dict[str, object] = {}
        self._out: list[str] = []

    def write(self, markdown: str) -> Markup:
        tokens = _PARSER.parse(markdown, self._definitions)
        at = 0
        while at < len(tokens):
            at = self._block(tokens, at)
        return Markup("".join(self._out))  # noqa: S704 - all parts were escaped on their way in

    # Blocks

    def _block(self, tokens: Sequence[Token], at: int) -> int:
        """Writes what starts at a place and returns the place after it."""
        token = tokens[at]
        if token.type == "heading_open":
            self._heading(token, tokens[at + 1])
            return at + 3
        if token.type == "table_open":
            end = next(n for n in range(at, len(tokens)) if tokens[n].type == "table_close")
            self._table(tokens[at:end])
            return end + 1
        if token.type == "inline":
            self._out.append(self._inline(token))
        elif token.type in ("fence", "code_block"):
            self._out.append(self._code(token))
        elif token.type == "html_block":
            self._html_block(token.content)
        elif token.type == "hr":
            self._out.append("<hr>")
        else:
            self._container(tokens, at)
        return at + 1

    def _container(self, tokens: Sequence[Token], at: int) -> None:
        token = tokens[at]
        kind, _, side = token.type.rpartition("_")
        closing = side == "close"
        if kind == "paragraph":
            if not token.hidden:
                self._out.append("</p>" if closing else "<p>")
        elif kind == "ordered_list":
            self._out.append("</ol>" if closing else _ordered(token))
        elif kind == "blockquote":
            self._out.append("</blockquote>" if closing else _quote(tokens, at))
        elif kind in _BLOCKS:
            self._out.append(f"</{_TAGS[kind]}>" if closing else f"<{_TAGS[kind]}>")

    def _heading(self, token: Token, content: Token) -> None:
        text = self._inline(content)
        if token.level or not self._anchored:
            # A heading inside of a list or an answer is none of the page's.
            self._out.append(Markup('<p class="heading">{}</p>').format(text))
            return
        level, anchor = self._depth(int(token.tag[1])), next(self._sections, "")
        self._out.append(Markup('<h{0} id="{1}">{2}</h{0}>').format(level, anchor, text))

    def _depth(self, written: int) -> int:
        """The level of a heading below the page's title, without leaving one out."""
        while self._levels and self._levels[-1] >= written:
            self._levels.pop()
        self._levels.append(written)
        return min(1 + len(self._levels), 6)

    def _code(self, token: Token) -> Markup:
        fence = read_fence(token)
        return code_html(
            token.content,
            self._around,
            language=fence.word,
            file=fence.file or "",
            step=fence.step or "",
        )

    def _html_block(self, content: str) -> None:
        shown = _COMMENT.sub("", content).strip()
        if shown:
            self._out.append(Markup('<p class="source">{}</p>').format(shown))

    # Tables

    def _table(self, tokens: Sequence[Token]) -> None:
        header, *rows = _cells(tokens)
        names = [self._plain(cell.content) for cell, _ in header]
        error = error_columns(names) if self._anchored else None
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(_class(how), self._inline(cell))
            for cell, how in header
        )
        place = error[0] if error else None
        body = Markup("").join(self._row(row, place) for row in rows)
        self._out.append(
            Markup(
                '<div class="table{}" tabindex="0" role="region" aria-label="{}"><table><thead>'
                "<tr>{}</tr></thead><tbody>{}</tbody></table></div>"
            ).format(" errors" if error else "", ", ".join(names), head, body)
        )

    def _row(self, row: Sequence[tuple[Token, str]], error: int | None) -> Markup:
        """A row; that of an error table is where the API says that the error is."""
        anchors: list[str] = []
        if error is not None:
            variants = error_variants(row[error][0].content)
            anchors = [name for _ in variants if (name := next(self._rows, ""))]
        more = Markup("").join(Markup('<span id="{}"></span>').format(a) for a in anchors[1:])
        cells = Markup("").join(
            Markup("<td{}>{}{}</td>").format(
                _class(alignment), more if at == error else "", self._inline(cell)
            )
            for at, (cell, alignment) in enumerate(row)
        )
        named = Markup(' id="{}"').format(anchors[0]) if anchors else ""
        return Markup("<tr{}>{}</tr>").format(named, cells)

    # Inline

    def _inline(self, token: Token) -> Markup:
        """What stands in a paragraph, a heading or a cell."""
        children = token.children or []
        return Markup("").join(map(self._span, children))

    def _span(self, token: Token) -> str:
        if token.type == "text":
            return escape(token.content)
        if token.type == "code_inline":
            return Markup("<code>{}</code>").format(token.content)
        if token.type == "softbreak":
            return Markup("\n")
        if token.type == "hardbreak":
            return Markup("<br>")
        if token.type == "link_open":
            return self._link(str(token.attrs.get("href", "")))
        if token.type == "link_close":
            return Markup("</a>") if self._links.pop() else Markup("")
        if token.type == "image":
            return self._image(token)
        if token.type == "html_inline":
            return _html_inline(token.content)
        kind, _, side = token.type.rpartition("_")
        if kind in _SIMPLE:
            opening, closing = _SIMPLE[kind]
            return closing if side == "close" else opening
        return escape(token.content)

    def _link(self, target: str) -> Markup:
        """The start of a link, or nothing where it would lead nowhere or do harm."""
        opening = self._opening(target)
        self._links.append(opening is not None)
        return opening if opening is not None else Markup("")

    def _opening(self, target: str) -> Markup | None:
        page = self._around.resolve(target)
        if page is not None:
            return Markup('<a href="{}">').format(page)
        if _CONTROLS.search(target):
            return None
        if _EXTERNAL.match(target):
            return Markup('<a href="{}" rel="nofollow noopener">').format(target)
        if _MAIL.match(target) or _ON_THIS_SITE.match(target):
            return Markup('<a href="{}">').format(target)
        return None

    def _image(self, token: Token) -> Markup:
        """A link to the image: nothing is loaded from another place by looking at a page."""
        label = token.content.strip() or self._around.image
        source = str(token.attrs.get("src", ""))
        if any(self._links) or not _EXTERNAL.match(source) or _CONTROLS.search(source):
            return escape(label)
        return Markup('<a href="{}" rel="nofollow noopener">{}</a>').format(source, label)

    def _plain(self, markdown: str) -> str:
        return plain_text(markdown, self._definitions)


def _html_inline(content: str) -> Markup:
    if _LINE_BREAK.fullmatch(content):
        return Markup("<br>")
    return escape(_COMMENT.sub("", content))


def _ordered(token: Token) -> str:
    start = int(token.attrs.get("start", 1))
    return f'<ol start="{start}">' if start != 1 else "<ol>"


def _quote(tokens: Sequence[Token], at: int) -> str:
    """The start of a quote; `> [!NOTE]` makes it an alert, and its mark goes."""
    first = next((t for t in tokens[at : at + 3] if t.type == "inline"), None)
    match = _ALERT.match(first.content) if first else None
    if first is None or match is None or not first.children:
        return "<blockquote>"
    text = first.children[0]
    text.content = _ALERT.sub("", text.content, count=1)
    return f'<blockquote class="alert {match[1].lower()}">'


def _cells(tokens: Sequence[Token]) -> Iterator[list[tuple[Token, str]]]:
    """The cells of each row with how they are aligned."""
    row: list[tuple[Token, str]] = []
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            match = _ALIGNMENT.search(str(before.attrs.get("style", "")))
            row.append((token, match[1] if match else ""))
        elif token.type == "tr_close":
            yield row


def _class(alignment: str) -> str:
    return Markup(' class="{}"').format(alignment) if alignment in ("right", "center") else ""
