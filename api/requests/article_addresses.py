"""The addresses by which readers may call an article instead of by its name."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_SCHEMES = frozenset(("fixbook", "http", "https"))
_PATH = re.compile(
    r"(?:.*?/)??(?:(?P<lang>[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)/|v1/)?"
    r"(?P<kind>articles|errors)/(?P<name>[^/]+)/?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleAddress:
    """What an address says: the article, or an error of it, the language and the section."""

    article: str = ""
    error: str = ""
    """The name of an error's page, where that is all that is known."""
    lang: str = ""
    section: str = ""


def read_address(given: str) -> ArticleAddress:
    """What a name or an address means: `fixbook://articles/x`, `/en/articles/x#fix`, `x`."""
    given = given.strip()
    try:
        parts = urlsplit(given)
    except ValueError:
        return ArticleAddress(article=given)
    path = f"{parts.netloc}{parts.path}" if parts.scheme in _SCHEMES else parts.path
    found = _PATH.fullmatch(path)
    if found is None or not (parts.scheme in _SCHEMES or path.startswith("/")):
        return ArticleAddress(article=given)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    name, lang = unquote(found["name"]), query.get("lang") or found["lang"] or ""
    section = query.get("section") or query.get("error") or unquote(parts.fragment)
    if found["kind"] == "errors":
        return ArticleAddress(error=name, lang=lang)
    return ArticleAddress(article=name, lang=lang, section=section)
