"""Shortcodes of Hugo, and tags of Liquid, Markdoc and GitBook: what they show stays.

One that is an admonition becomes a container (`admonitions`), one of code a fence, a link its
target; of any other its title or text is left.
"""

import re

from corpus.document.html_tags import attributes
from ingest.foreign.admonitions import alert
from ingest.foreign.code import is_alone, substitute

_SHORTCODE = re.compile(
    r"\{\{(?P<open>[<%])(?P<hugo>[^{}]{0,2000}+)\}\}|\{%(?P<liquid>[^{}%]{0,2000}+)%\}"
)
_PARTS = re.compile(r"-?\s*(?P<end>/|end(?=[a-z]))?\s*(?P<name>[\w./-]+)(?P<rest>.*)", re.DOTALL)
_LINKS = ("ref", "relref", "link", "post_url")
_CODE = ("highlight", "code-block")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|`([^`]*)`")
TEXTS = ("title", "header", "heading", "label", "caption", "text", "summary", "alt")
"""Attributes that are shown to readers, in the order in which one is taken."""


def without_shortcodes(text: str) -> str:
    """The text without the marks of shortcodes."""
    return substitute(_SHORTCODE, _replacement, text) if "{{" in text or "{%" in text else text


def _replacement(match: re.Match[str]) -> str:
    inside = match["liquid"]
    if inside is None:
        if not match["hugo"].endswith((">", "%")):
            return match[0]
        inside = match["hugo"][:-1]
    parts = _PARTS.match(inside.strip())
    if parts is None:
        return match[0]
    alone = is_alone(match.string, *match.span())
    if parts["end"]:
        return _closing(parts["name"], alone=alone)
    return _opening(parts["name"].lower(), parts["rest"].strip(" /-"), alone=alone)


def _closing(name: str, *, alone: bool) -> str:
    if alone and name in _CODE:
        return "```"
    return ":::" if alone and (alert(name) or name in ("hint", "callout")) else ""


def _opening(name: str, rest: str, *, alone: bool) -> str:
    given = attributes(rest)
    if name in _LINKS:
        return _first(rest) or rest
    if alone and name in _CODE:
        return f"```{_first(rest) or rest.split(' ', maxsplit=1)[0]}"
    shown = next((given[key] for key in TEXTS if given.get(key)), "")
    kind = given.get("style") or given.get("type") or given.get("color") or name
    if alone and alert(name):
        return f":::{kind if alert(kind) else name} {shown}".rstrip()
    if not shown and name in ("tab", "glossary_tooltip", "button", "badge"):
        shown = _first(rest)
    return f"**{shown}**" if alone and shown else shown


def _first(rest: str) -> str:
    """The first text in quotes."""
    match = _QUOTED.search(rest)
    return "".join(match.groups("")) if match else ""
