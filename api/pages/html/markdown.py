"""Renders Markdown as safe HTML.

markdown-it produces tokens and renders them; in between, `_Text` sets our anchors, classes and
links. All that is kept of a token is its text, which is escaped, the start of a list, and links
with safe schemes. Of HTML in articles, a few elements are rendered (`raw_html`); everything else
is shown as text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from api.pages.html.raw_html import RawHtml, is_harmless
from api.pages.html.syntax_highlighting import highlighted
from corpus.document.blocks import table_rows
from corpus.document.fences import Step, read_fence
from corpus.document.html_tags import COMMENT
from corpus.document.outline import (
    SYMPTOMS_HEADING,
    error_columns,
    error_variants,
    plain_text,
    split_heading,
)
from corpus.document.sections import FIX_HEADING
from corpus.store.entry import DerivedText

Badges = Mapping[str, tuple[str, str]]
Resolve = Callable[[str], str | None]
"""Maps the target of a link to the page of that article, if it names one."""

_EXTERNAL = re.compile(r"https?://[^\s/?#\\]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s<>]+@", re.IGNORECASE)
_ON_THIS_SITE = re.compile(
    r"#|/(?:api/|mcp$|openapi\.json|llms|feed\.xml|sitemap\.xml|[a-z]{2}/(?:articles|search|api-docs))"
)
"""What we serve; any other path is one of the site that the text was written for."""
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\] ")
_CONTAINERS = frozenset(
    f"{kind}_{edge}"
    for kind in ("blockquote", "list_item", "dd", "footnote")
    for edge in ("open", "close")
)
_FOOTNOTES = ":"
"""What ids of footnotes have, and no other: `fn-:-1`."""
_CODE = Markup("<code>{}</code>")
_OTHER_PLACE = "nofollow noopener"
_WIDE = 32
"""Columns of a line that fit on a phone; wider blocks of code must be scrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What rendering a text depends on."""

    resolve: Resolve
    steps: Mapping[str, str]
    """The names of the steps of a check."""
    image: str
    """The text of images without a description."""


def article_html(
    body: str,
    derived: DerivedText,
    context: PageContext,
    *,
    title: str = "",
    badges: Badges | None = None,
) -> Markup:
    """A body with the anchors that the API names: those of its sections and error rows.

    A first heading that repeats the `title` above it is left out. `badges` are a class and some
    words on each error, by its anchor. Symptoms are folded, and so are the checks, which come last.
    """
    sections = [section.anchor for section in derived.sections]
    rows = [error.anchor for error in derived.errors]
    text = _Text(context, anchored=True, title=title, sections=sections, rows=rows, badges=badges)
    return text.html(body)


def fragment_html(markdown: str, context: PageContext) -> Markup:
    """A text without anchors."""
    return _Text(context).html(markdown)


def code_html(
    content: str, context: PageContext, *, language: str = "", file: str = "", step: str = ""
) -> Markup:
    """A block of code with its language, and its file and step in a check."""
    code = content.removesuffix("\n")
    wide = any(_columns(line) > _WIDE for line in code.splitlines())
    caption = escape(" · ".join(part for part in (language, file) if part))
    if step:
        caption += Markup(' <b class="{}">{}</b>').format(step, context.steps[step])
    return Markup(
        '<figure class="code"><figcaption>{}</figcaption><pre{}><code>{}</code></pre></figure>'
    ).format(caption, Markup(' tabindex="0"') if wide else "", highlighted(code, language))


def code_in(text: str, spans: Iterable[str]) -> Markup:
    """A plain text with those of its code spans marked that come in this order."""
    shown, rest = Markup(), text
    for span in spans:
        before, found, after = rest.partition(span)
        if found:
            shown, rest = shown + before + _CODE.format(span), after
    return shown + rest


def _columns(line: str) -> int:
    """The width of a line, in which ideographs count twice."""
    return len(line) + sum(east_asian_width(c) in "WF" for c in line if not c.isascii())


class _Text:
    """Renders one text."""

    def __init__(
        self,
        context: PageContext,
        *,
        anchored: bool = False,
        title: str = "",
        sections: Iterable[str] = (),
        rows: Iterable[str] = (),
        badges: Badges | None = None,
    ) -> None:
        self._context = context
        sections, rows = tuple(sections), tuple(rows)
        self._sections = iter(sections)
        self._rows = iter(rows)
        self._badges = badges or {}
        self._anchored = anchored
        self._title = title
        self._raw = RawHtml(self._target, context.image, ids=(*sections, *rows))
        self._levels: list[int] = []
        self._env: dict[str, object] = {"context": context, "docId": _FOOTNOTES}

    def html(self, markdown: str) -> Markup:
        tokens = _PARSER.parse(markdown, self._env)
        has_html = any(token.type == "html_block" and not token.level for token in tokens)
        changed = list(self._changed(tokens))
        if self._anchored and not has_html:  # of which an element may end in another part
            changed = _arranged(changed)
        return Markup(_PARSER.renderer.render(changed, _PARSER.options, self._env))  # noqa: S704 - it escapes

    def _changed(self, tokens: Sequence[Token]) -> Iterator[Token]:
        if self._repeats_title(tokens):
            yield _safe(Markup('<span id="{}"></span>').format(next(self._sections, "")))
            tokens = tokens[3:]
        for at, token in enumerate(tokens):
            if token.type == "table_open":
                yield self._table(tokens, at)
            self._change(token, tokens[at + 1 : at + 3])
            yield from self._with_html(token)
            if token.type == "table_close":
                yield Token("div_close", "div", -1)
        yield _safe(self._raw.leave())

    def _change(self, token: Token, following: Sequence[Token]) -> None:
        if token.type == "heading_open":
            self._heading(token, inside=following[0], closing=following[1])
        elif token.type == "blockquote_open":
            _mark_alert(token, following)
        elif token.type == "list_item_open":
            _mark_task(following)
        elif token.type == "inline":
            token.children = list(self._spans(token.children or ()))
        elif token.type in ("th_open", "td_open"):
            token.attrs = _cell_attributes(token)
        elif token.type == "footnote_block_open":
            self._anchored = False  # what a note holds is no part of the outline

    def _repeats_title(self, tokens: Sequence[Token]) -> bool:
        """Whether the text begins with the heading that the page has already."""
        first = tokens[0] if tokens else None
        if first is None or first.type != "heading_open" or first.tag != "h1" or not self._title:
            return False
        return plain_text(split_heading(tokens[1].content)[0], self._env) == self._title

    def _with_html(self, token: Token) -> Iterator[Token]:
        """A token, or what is shown for one of HTML; containers close what is opened in them."""
        if token.type == "html_block" and is_harmless(token.content):
            yield _safe(self._raw.html(token.content))
            return
        if token.nesting < 0 and token.type in _CONTAINERS:
            yield _safe(self._raw.leave())
        yield token
        if token.nesting > 0 and token.type in _CONTAINERS:
            self._raw.enter()

    def _heading(self, token: Token, *, inside: Token, closing: Token) -> None:
        _without_name(inside)
        if token.level or not self._anchored:
            # A heading inside a list or an answer is not part of the page's outline.
            token.tag = closing.tag = "p"
            token.attrs = {"class": "heading"}
            return
        token.tag = closing.tag = f"h{self._depth(int(token.tag[1]))}"
        token.attrs = {"id": next(self._sections, "")}

    def _depth(self, written: int) -> int:
        """The level of a heading below the page's title, without skipping levels."""
        while self._levels and self._levels[-1] >= written:
            self._levels.pop()
        self._levels.append(written)
        return min(1 + len(self._levels), 6)

    def _table(self, tokens: Sequence[Token], start: int) -> Token:
        """The element around a table. Rows of error tables get the anchors of the API."""
        header, *rows = table_rows(tokens, start)
        names = [plain_text(cell.content, self._env) for cell in header[1:]]
        columns = error_columns(names) if self._anchored else None
        for row in rows if columns else ():
            self._anchor(row[0], cell=row[1 + columns[0]] if columns else row[1])
        return Token(
            "div_open",
            "div",
            1,
            attrs={
                "class": "table errors" if columns else "table",
                "tabindex": "0",
                "role": "region",
                "aria-label": ", ".join(names),
            },
        )

    def _anchor(self, row: Token, *, cell: Token) -> None:
        """Sets the anchor of the first message on the row, those of others inside its cell."""
        variants = error_variants(cell.content)
        anchors = [name for _ in variants if (name := next(self._rows, ""))]
        if anchors:
            row.attrs = {"id": anchors[0]}
        for name in reversed(anchors[1:]):
            place = Token("span_open", "span", 1, attrs={"id": name})
            cell.children = [place, Token("span_close", "span", -1), *(cell.children or ())]
        known = {anchor: self._badges[anchor] for anchor in anchors if anchor in self._badges}
        shared = len(set(known.values())) == 1
        for variant, anchor in zip(variants, anchors, strict=False):
            if badge := known.get(anchor):
                text = badge[1] if shared else f"{variant}: {badge[1]}"
                cell.children = [*(cell.children or ()), *_badge(badge[0], text)]
                known = {} if shared else known

    def _spans(self, children: Sequence[Token]) -> Iterator[Token]:
        """The inline tokens, with only safe links, and HTML that is closed where it stands."""
        links: list[bool] = []
        self._raw.enter(inline=True)
        for token in children:
            if token.nesting < 0:
                yield _safe(self._raw.leave())
            yield from self._span(token, links)
            if token.nesting > 0:
                self._raw.enter(inline=True, link=token.type == "link_open" and links[-1])
        yield _safe(self._raw.leave())

    def _span(self, token: Token, links: list[bool]) -> Iterator[Token]:
        """What is shown for a token. `links` says of each link around it whether it is shown."""
        if token.type == "html_inline":
            yield _safe(self._raw.html(token.content))
        elif token.type == "image":
            yield from self._image(token)
        elif token.type == "link_open":
            target = self._target(str(token.attrs.get("href", "")))
            links.append(target is not None and not self._raw.in_link())
            token.attrs = target or {}
            yield from [token] if links[-1] else []
        elif token.type == "link_close":
            yield from [token] if links.pop() else []
        elif token.type != "footnote_ref" or not self._raw.in_link():
            yield token

    def _target(self, written: str) -> dict[str, str | int | float] | None:
        """The attributes of a link; None if it is unsafe or leads nowhere."""
        page = self._context.resolve(written)
        if page is not None:
            return {"href": page}
        if _CONTROLS.search(written):
            return None
        if _EXTERNAL.match(written):
            return {"href": written, "rel": _OTHER_PLACE}
        return {"href": written} if _MAIL.match(written) or _ON_THIS_SITE.match(written) else None

    def _image(self, token: Token) -> Iterator[Token]:
        """A link to the image, because pages load nothing from other sites."""
        text = Token("text", "", 0, content=token.content.strip() or self._context.image)
        source = str(token.attrs.get("src", ""))
        if self._raw.in_link() or not _EXTERNAL.match(source) or _CONTROLS.search(source):
            yield text
        else:
            attributes: dict[str, str | int | float] = {"href": source, "rel": _OTHER_PLACE}
            yield Token("link_open", "a", 1, attrs=attributes)
            yield text
            yield Token("link_close", "a", -1)


def _arranged(tokens: Sequence[Token]) -> list[Token]:
    """The parts of a body with those folded, and at its end, that few readers need at once."""
    front: list[Token] = []
    checks: list[Token] = []
    notes = next((at for at, it in enumerate(tokens) if it.type == "footnote_block_open"), None)
    fix_seen = False
    for part in _parts(tokens[:notes]):
        title = part[1].content if _is_heading(part[0]) else ""
        if fix_seen and _has_reproduction(part):
            checks += _folded(part)
            continue
        fix_seen = fix_seen or bool(FIX_HEADING.search(title))
        has_table = any(token.type == "table_open" for token in part)
        is_folded = SYMPTOMS_HEADING.search(title) and not has_table
        front += _folded(part) if is_folded else part
    return [*front, *checks, *(tokens[notes:] if notes is not None else ())]


def _parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens from each heading of the highest level to the next; first, those before it."""
    headings = [at for at, token in enumerate(tokens) if _is_heading(token)]
    top = min((tokens[at].tag for at in headings), default="")
    starts = [at for at in headings if tokens[at].tag == top]
    for start, end in pairwise([0, *starts, len(tokens)]):
        if start < end:
            yield list(tokens[start:end])


def _is_heading(token: Token) -> bool:
    return token.type == "heading_open" and token.level == 0 and token.tag != "p"


def _has_reproduction(part: Sequence[Token]) -> bool:
    return any(it.type == "fence" and read_fence(it).step == Step.REPRODUCE for it in part)


def _folded(part: Sequence[Token]) -> list[Token]:
    """A part whose heading opens it; fragments that lead into it do so as well."""
    opening, end = Markup('<details class="fold"><summary>'), Markup("</details>")
    return [_safe(opening), *part[:3], _safe(Markup("</summary>")), *part[3:], _safe(end)]


def _badge(level: str, words: str) -> Iterator[Token]:
    yield Token("span_open", "span", 1, attrs={"class": f"trust {level}"})
    yield Token("text", "", 0, content=words)
    yield Token("span_close", "span", -1)


def _cell_attributes(token: Token) -> dict[str, str | int | float]:
    """The alignment of a cell as a class, because the page's policy forbids inline styles."""
    alignment = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return {
        **({"scope": "col"} if token.tag == "th" else {}),
        **({"class": alignment} if alignment in ("right", "center") else {}),
    }


def _safe(html: Markup) -> Token:
    """HTML that was made here."""
    return Token("safe_html", "", 0, content=html)


def _without_name(inside: Token) -> None:
    """Takes the name of a heading out of its text: `Install {#install-it}`."""
    text, name = split_heading(inside.content)
    last = (inside.children or [inside])[-1]
    if name and last.type == "text":
        last.content = last.content.removesuffix(inside.content[len(text) :])


def _mark_task(inside: Sequence[Token]) -> None:
    """`- [x] done` has a box in front instead of brackets."""
    first = next((token for token in inside if token.type == "inline"), None)
    if first and first.children and (match := _TASK.match(first.children[0].content)):
        text = first.children[0]
        text.content = ("☐ " if match[1] == " " else "☑ ") + text.content[match.end() :]


def _mark_alert(quote: Token, inside: Sequence[Token]) -> None:
    """Turns a quote that starts with `[!NOTE]` into an alert."""
    first = next((token for token in inside if token.type == "inline"), None)
    match = _ALERT.match(first.content) if first else None
    if first and match and first.children:
        text = first.children[0]
        text.content = _ALERT.sub("", text.content, count=1)
        quote.attrs = {"class": f"alert {match[1].lower()}"}


class _Renderer(RendererHTML):
    """markdown-it's renderer, except for code and HTML."""

    def renderToken(  # noqa: N802 - overrides markdown-it
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A tag, without line ends around it."""
        return super().renderToken(tokens, idx, options, env).strip("\n")

    def fence(self, tokens: Sequence[Token], idx: int, _: OptionsDict, env: EnvType) -> str:
        """A block of code, with its language, file and step."""
        block = read_fence(tokens[idx])
        return code_html(
            block.content,
            env["context"],
            language=block.word,
            file=block.file or "",
            step=block.step or "",
        )

    def code_block(self, tokens: Sequence[Token], idx: int, _: OptionsDict, env: EnvType) -> str:
        """An indented block of code, which has none of these."""
        return self.fence(tokens, idx, _, env)

    def html_block(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """HTML that may do harm, as text, without comments."""
        shown = COMMENT.sub("", tokens[idx].content).strip()
        return Markup('<p class="source">{}</p>').format(shown) if shown else ""

    def safe_html(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """What `RawHtml` wrote."""
        return tokens[idx].content


def _flatten_footnotes(state: StateCore) -> None:
    """Makes a footnote that is defined inside another one a part of that: the plug-in would take
    it out with only one end of the quotes and lists between them."""
    depth, kept = 0, list[Token]()
    for token in state.tokens:
        depth -= token.type == "footnote_reference_close"
        if depth == 0 or not token.type.startswith("footnote_reference_"):
            kept.append(token)
        depth += token.type == "footnote_reference_open"
    state.tokens = kept


# The same rules as in `corpus.document.outline`, so that headings and rows are the same.
_PARSER = MarkdownIt("commonmark", {"xhtmlOut": False}, renderer_cls=_Renderer)
_PARSER.enable(["table", "strikethrough"])
_PARSER.use(deflist_plugin).use(footnote_plugin, inline=False)
_PARSER.core.ruler.before("footnote_tail", "flatten_footnotes", _flatten_footnotes)
