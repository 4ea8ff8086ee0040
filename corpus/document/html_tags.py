"""HTML inside of Markdown: what is an element, and what only looks like one.

`<host>` in a message is a blank to be filled in, `<kbd>` is HTML.
"""

import re

ELEMENTS = frozenset(
    """
    a abbr address article aside audio b bdi bdo big blockquote body br button caption center cite
    code col colgroup dd del details dfn div dl dt em embed figcaption figure font footer form
    h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main mark
    meta nav noscript object ol option p picture pre q s samp script section select small source
    span strike strong style sub summary sup svg table tbody td textarea tfoot th thead title tr tt
    u ul var video wbr
    """.split()
)
TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)"
    r"(?P<attributes>(?:[\s/](?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*+)?)>"
)
COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"(?<![\w:-])(?P<name>[A-Za-z][\w:-]*+)\s*+=\s*+"
    r"(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'>]++))"
)


def without_tags(text: str) -> str:
    """The text of HTML; what is no element of it stays."""
    return TAG.sub(
        lambda tag: tag[0] if tag["name"].lower() not in ELEMENTS else "", COMMENT.sub("", text)
    )


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag that have a value, by name in small letters, as written."""
    return {
        match["name"].lower(): match["double"] or match["single"] or match["bare"] or ""
        for match in _ATTRIBUTE.finditer(tag)
    }
