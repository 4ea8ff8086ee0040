"""The frame of a page, and rendering pages.

Templates are compiled once and escape everything. HTML comes only from `api.pages.html.markdown`,
`api.pages.html.syntax_highlighting` and search highlights, which escape their input.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from api.http.path_prefix import prefix_of, prefixed_links
from api.http.representation import Representation
from api.pages.html.assets import asset
from api.pages.html.badges import error_badge, errors_run, programs
from api.pages.html.evidence import diff_html, environment_of, outputs_of, runtimes_of
from api.pages.html.languages import DEFAULT, LANGUAGES, NAMES, STRINGS, label
from api.pages.html.markdown import code_in
from api.pages.html.template_cache import TemplateCache
from api.responses.urls import article_path, document_path, error_page_path, page_path, row_path
from languages.loader import fill

MAX_AGE = 60
"""Seconds that a cache may keep a page without revalidation."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
"""The security headers of every page: no external resources, nothing inline."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content in another format."""

    media_type: str
    href: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The head and the header of a page; `path` is the part after the language."""

    lang: str
    url: str
    """The address of the service."""
    path: str
    title: str
    description: str = ""
    query: str = ""
    """The query that the language switch repeats."""
    languages: Sequence[str] = LANGUAGES
    """The languages in which the page has content of its own."""
    kind: str = "website"
    """The Open Graph type."""
    indexed: bool = True
    alternates: Sequence[Alternate] = ()
    data: Sequence[dict[str, Any]] = field(default=())
    """JSON-LD."""

    @property
    def canonical(self) -> str:
        """The canonical URL, for search engines."""
        own = self.lang in self.languages or not self.languages
        return self.address(self.lang if own else self.languages[0])

    def address(self, lang: str) -> str:
        """The address of the page in a language."""
        return f"{self.url}/{lang}{self.path}"

    @property
    def switch(self) -> list[tuple[str, str, str]]:
        """The other languages of the pages: code, name, path."""
        query = f"?{self.query}" if self.query else ""
        return [
            (lang, NAMES[lang], f"/{lang}{self.path}{query}")
            for lang in LANGUAGES
            if lang != self.lang
        ]


def page(
    template: str,
    frame: Frame,
    *,
    status: int = 200,
    max_age: int | None = MAX_AGE,
    vary: str = "Accept-Encoding",
    headers: Sequence[tuple[str, str]] = (),
    modified_ms: int = 0,
    **values: Any,
) -> Representation:
    """A page as a response; `max_age` (seconds) None means `no-store`."""
    text = _TEMPLATES.get_template(template).render(
        frame=frame,
        lang=frame.lang,
        t=STRINGS[frame.lang],
        default_lang=DEFAULT,
        **values,
    )
    return Representation(
        prefixed_links(text, prefix_of(frame.url)).encode("utf-8", "replace"),
        media_type="text/html; charset=utf-8",
        headers=[*SECURITY, ("Content-Language", frame.lang), *headers],
        status=status,
        max_age=max_age,
        modified_ms=modified_ms,
        vary=vary,
    )


def json_ld(data: object) -> Markup:
    """JSON that cannot end a script element (HTML, 4.12.1.3)."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - characters that could end the element are escaped


def lang_of(own: str, of_page: str) -> Markup:
    """` lang="…"` for a text in another language than the page."""
    return Markup(' lang="{}"').format(own) if own != of_page else Markup("")


_FOLDER = Path(__file__).parents[1] / "templates"


def _source(name: str) -> str | None:
    file = _FOLDER / name
    return file.read_text("utf-8") if file.is_file() else None


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=TemplateCache(_FOLDER, options=Path(__file__).read_bytes()),
    )
    environment.globals |= {
        "asset": asset,
        "lang_of": lang_of,
        "label": label,
        "page_path": page_path,
        "row_path": row_path,
        "article_path": article_path,
        "error_badge": error_badge,
        "code_in": code_in,
        "diff_html": diff_html,
        "environment_of": environment_of,
        "outputs_of": outputs_of,
        "runtimes_of": runtimes_of,
        "error_page_path": error_page_path,
        "errors_run": errors_run,
        "programs": programs,
        "document_path": document_path,
    }
    environment.filters |= {"fill": fill, "json_ld": json_ld, "day": _day}
    return environment


def _day(time: str | None) -> str:
    """The date of an ISO 8601 text."""
    return (time or "")[:10]


_TEMPLATES = _environment()
for _file in _FOLDER.glob("*.html"):
    _TEMPLATES.get_template(_file.name)
