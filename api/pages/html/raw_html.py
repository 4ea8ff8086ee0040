"""HTML inside of an article: a few elements that do no harm, written anew; all else as text.

No tag is copied. Of each that is allowed only the name goes over, with attributes whose values
were looked at; every element that is opened is closed where what it stands in ends.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from corpus.document.html_tags import COMMENT, TAG, attributes

Attributes = dict[str, str | int | float]
Target = Callable[[str], Attributes | None]
"""From a link as written to its attributes; None for one that leads nowhere or does harm."""

_INLINE = frozenset(
    "abbr b bdi cite code del dfn em i ins kbd mark q s samp small span strong sub sup var".split()
)
_BLOCKS = frozenset(
    """
    blockquote caption center dd details div dl dt figcaption figure li ol p pre section summary
    table tbody td tfoot th thead tr ul
    """.split()
)
_VOID = frozenset(("br", "hr", "wbr"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_RENAMED: Mapping[str, str] = {"center": "div", "strike": "s", "tt": "code", "section": "div"}
_SPECIAL = frozenset(("a", "img", *_HEADINGS, *_RENAMED))
_ALLOWED = _INLINE | _BLOCKS | _VOID | _SPECIAL
_ALLOWED_INLINE = _ALLOWED - _BLOCKS - _HEADINGS
_DROPPED = frozenset(("font", "big", "u", "label", "picture", "source", "colgroup", "col"))
_ALIGNED = ("right", "center")
_NAME = re.compile(r"[A-Za-z][\w.-]{0,99}")
"""An id without a colon, which those of footnotes have."""
_NUMBER = re.compile(r"[1-9]\d?")
_DEEPEST = 30
_END_OF_LINK = Markup("</a>")


def is_harmless(source: str) -> bool:
    """Whether all that a block of HTML holds may be shown as HTML."""
    tags = list(TAG.finditer(COMMENT.sub("", source)))
    return bool(tags) and all(tag["name"].lower() in _ALLOWED | _DROPPED for tag in tags)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Something of Markdown, with the elements of HTML that are open in it."""

    inline: bool = False
    link: bool = False
    elements: list[tuple[str, Markup]] = field(default_factory=list)
    """Names, with what closes them."""


class RawHtml:
    """HTML as it comes, piece by piece, with what it leaves open.

    `ids` are the ids that the page has; those of named places are added.
    """

    def __init__(self, target: Target, image: str, ids: Iterable[str] = ()) -> None:
        self._target = target
        self._image = image
        self._ids = set(ids)
        self._frames = [_Frame()]

    def enter(self, *, inline: bool = False, link: bool = False) -> None:
        """Something of Markdown opens, in which what is opened is closed as well."""
        self._frames.append(_Frame(inline=inline, link=link))

    def leave(self) -> Markup:
        """Closes what was opened since."""
        frame = self._frames.pop() if len(self._frames) > 1 else self._frames[0]
        return Markup("").join(closing for _, closing in reversed(frame.elements))

    def in_link(self) -> bool:
        """Whether a link is open, in which there can be no other."""
        return any(
            frame.link or any(closing == _END_OF_LINK for _, closing in frame.elements)
            for frame in self._frames
        )

    def html(self, source: str) -> Markup:
        """A piece of HTML, written anew."""
        source = COMMENT.sub("", source)
        parts: list[Markup] = []
        at = 0
        for tag in TAG.finditer(source):
            parts += [_text(source[at : tag.start()]), self._tag(tag)]
            at = tag.end()
        return Markup("").join([*parts, _text(source[at:])])

    def _tag(self, tag: re.Match[str]) -> Markup:
        name = tag["name"].lower()
        if name not in (_ALLOWED_INLINE if self._frames[-1].inline else _ALLOWED):
            is_layout = name in _DROPPED or name in _BLOCKS or name in _HEADINGS
            return Markup("") if is_layout else escape(tag[0])
        if tag["closing"]:
            return self._close(name)
        given = attributes(tag["attributes"])
        if name in _VOID:
            return Markup("<{}>").format(name)
        if name == "img":
            return self._picture(given)
        opening, closing = self._link(given) if name == "a" else _element(name, given)
        if len(self._frames[-1].elements) >= _DEEPEST:
            return Markup("")
        self._frames[-1].elements.append((name, closing))
        return opening

    def _close(self, name: str) -> Markup:
        """Closes an element, and those in it that were left open; nothing if none is open."""
        inside = self._frames[-1].elements
        if all(opened != name for opened, _ in inside):
            return Markup("")
        closed = Markup("")
        while inside:
            opened, closing = inside.pop()
            closed += closing
            if opened == name:
                break
        return closed

    def _link(self, given: Mapping[str, str]) -> tuple[Markup, Markup]:
        target = self._target(html.unescape(given["href"])) if "href" in given else None
        if target is not None:
            return _anchor(target) if not self.in_link() else (Markup(""), Markup(""))
        name = given.get("id") or given.get("name") or ""
        if not _NAME.fullmatch(name) or name in self._ids:
            return Markup(""), Markup("")
        self._ids.add(name)
        return Markup('<span id="{}">').format(name), Markup("</span>")

    def _picture(self, given: Mapping[str, str]) -> Markup:
        """A link to it, or its text: nothing is loaded from another place."""
        text = html.unescape(given.get("alt", "")).strip() or self._image
        target = self._target(html.unescape(given.get("src", "")))
        if target is None or "rel" not in target or self.in_link():
            return escape(text)
        opening, closing = _anchor(target)
        return opening + text + closing


def _anchor(target: Attributes) -> tuple[Markup, Markup]:
    shown = Markup(" ").join(Markup('{}="{}"').format(*item) for item in target.items())
    return Markup("<a {}>").format(shown), _END_OF_LINK


def _element(name: str, given: Mapping[str, str]) -> tuple[Markup, Markup]:
    if name in _HEADINGS:  # it is none of the page's outline
        return Markup('<p class="heading">'), Markup("</p>")
    if name == "table":
        return Markup('<div class="table" tabindex="0"><table>'), Markup("</table></div>")
    shown = _RENAMED.get(name, name)
    cell = _cell(given) if name in ("td", "th") else Markup("")
    return Markup("<{}{}>").format(shown, cell), Markup("</{}>").format(shown)


def _cell(given: Mapping[str, str]) -> Markup:
    kept = {
        key: given[key] for key in ("colspan", "rowspan") if _NUMBER.fullmatch(given.get(key, ""))
    }
    if given.get("align") in _ALIGNED:
        kept["class"] = given["align"]
    return Markup("").join(Markup(' {}="{}"').format(*item) for item in kept.items())


def _text(source: str) -> Markup:
    return escape(html.unescape(source))
