"""Syntax highlighting: code as escaped HTML, with a class for each kind of token."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

LONGEST = 8_000
"""Longer code (in characters) is not highlighted."""

_CLASSES = {
    Token.Comment: "c",
    Token.Comment.Preproc: "k",
    Token.Keyword: "k",
    Token.Operator.Word: "k",
    Token.Name.Tag: "k",
    Token.Literal.String: "s",
    Token.Keyword.Constant: "n",
    Token.Name.Function: "f",
    Token.Name.Class: "f",
    Token.Name.Decorator: "f",
    Token.Name.Attribute: "f",
    Token.Generic.Prompt: "c",
    Token.Generic.Output: "o",
    Token.Generic.Traceback: "o",
    Token.Generic.Error: "o",
    Token.Generic.Deleted: "d",
    Token.Generic.Inserted: "i",
    Token.Generic.Heading: "f",
}
"""Deliberately few classes: calmer pages, and a third of the bytes."""
_PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "log", "output", "none"})


def highlighted(code: str, language: str) -> Markup:
    """The code as HTML, not highlighted if the language is unknown or the code is long."""
    lexer = None if len(code) > LONGEST else _lexer(language.lower())
    if lexer is None or code.startswith("\ufeff"):  # which a lexer takes away
        return _text(code)
    return Markup("").join(_spans(lexer, code))


def _spans(lexer: Lexer, code: str) -> Iterator[Markup]:
    """Spans of one class each, with adjacent tokens of the same class merged."""
    last, run = "", ""
    for kind, text in lexer.get_tokens(code):
        name = _class(kind) if text.strip() else last
        if name != last and run:
            yield _span(last, run)
            run = ""
        last, run = name, run + text
    yield _span(last, run.removesuffix("\n") if not code.endswith("\n") else run)


def _span(name: str, text: str) -> Markup:
    return Markup('<i class="{}">{}</i>').format(name, _text(text)) if name else _text(text)


def _text(code: str) -> Markup:
    """Escaped text content, in which quotes, of which code is full, need no escaping."""
    escaped = code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(escaped)  # noqa: S704


@lru_cache(512)
def _class(kind: Any) -> str:
    """The class of a kind of token, or of its nearest ancestor that has one."""
    while kind is not Token:
        if kind in _CLASSES:
            return _CLASSES[kind]
        if kind.parent is None:
            break
        kind = kind.parent
    return ""


@lru_cache(128)
def _lexer(language: str) -> Lexer | None:
    if language in _PLAIN:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=True)
    except ClassNotFound:
        return None
