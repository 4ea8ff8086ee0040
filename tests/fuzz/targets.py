"""What must hold for any input whatever, one target for each parser.

A target takes bytes, so that a fuzzer may change any of them, and raises AssertionError, or
whatever escapes from the parser, where something does not hold.
"""

import json
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

from api.pages.html.markdown import PageContext, article_html
from corpus.checks.checks import read_checks
from corpus.diagnosis.matching.observed_line import observe
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.signature_parser import TERMS, signature_of
from corpus.document.article_document import Document, parse, render
from corpus.document.fences import Step
from corpus.errors import DocumentError
from corpus.search.query import LONGEST, read_query
from corpus.store.filters import Filters
from corpus.text import analysis
from ingest.read import FilePlace, read
from tests.factories import (
    PUBLIC_URL,
    make_article,
    make_derived,
    make_document,
    make_translation,
)

Target = Callable[[bytes], None]

AROUND = PageContext(
    resolve={"TRANS-002": "/en/articles/port", "port.md": "/en/articles/port"}.get,
    steps={step.value: step.value for step in Step},
    image="image",
)
_HARMLESS = re.compile(r"https?://|mailto:|/(?![/\\])|#", re.IGNORECASE)
_ATTRIBUTES = frozenset(
    "aria-label class colspan href id rel role rowspan scope start tabindex".split()
)
_ELEMENTS = frozenset(
    """
    a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure
    h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp section small span strong sub summary sup
    table tbody td tfoot th thead tr ul var wbr
    """.split()
)
_EMPTY = frozenset(("br", "hr", "wbr"))
_HEAD, _TAIL = make_document(
    make_article(translations=[make_translation(body="(the middle)")])
).split("(the middle)")


def document(data: bytes) -> None:
    """A document is refused with a line of it, or written again it is read as the same.

    What does not begin like a document is the middle of one.
    """
    text = data.decode(errors="replace")
    if not text.startswith("#"):
        text = f"{_HEAD}{text}{_TAIL}"
    try:
        parsed = parse(text, lang="en")
    except DocumentError as error:
        _is_line_of(text, error.line)
        return
    written = _written(parsed)
    assert _written(parse(written, lang="en")) == written
    assert parse(written, lang="en").translation == parsed.translation
    assert parse(written, lang="en").metadata == parsed.metadata


def _is_line_of(text: str, line: int) -> None:
    assert 1 <= line <= text.count("\n") + 1, line


def _written(parsed: Document) -> str:
    article = make_article(
        slug=parsed.slug or "unnamed",
        metadata=parsed.metadata,
        translations=[parsed.translation],
    )
    return render(article, lang="en", public_url=PUBLIC_URL)


def front_matter(data: bytes) -> None:
    """Any file is refused with a line of it, or becomes what JSON and UTF-8 can hold."""
    text = data.decode(errors="replace")
    try:
        reading = read(text, FilePlace(slug="name", domain="folder", lang="en", is_mdx=True))
    except DocumentError as error:
        _is_line_of(text, error.line)
        return
    json.dumps(reading.extra, allow_nan=False).encode()
    parsed = reading.document
    repr((parsed.slug, parsed.metadata, parsed.translation)).encode()
    assert (parsed.slug or "x").strip()
    assert parsed.translation.title.strip() or text.lstrip("\ufeff").startswith("# ")


def query(data: bytes) -> None:
    """Any query is read, and its tokens are slices of it; NUL and lone surrogates are gone."""
    typed = data.decode(errors="surrogateescape")
    asked = read_query(typed, Filters())
    asked.typed.encode()
    asked.text.encode()
    assert "\0" not in asked.typed
    assert len(asked.typed) <= LONGEST
    tokens = analysis.tokenize(asked.text)
    assert [token.term for token in tokens] == analysis.terms(asked.text)
    assert all(0 <= token.start < token.end <= len(asked.text) for token in tokens)
    assert not any(re.search(r"\s", token.term) or not token.term for token in tokens)
    assert analysis.terms(asked.text) == analysis.terms(" ".join(asked.text.split()))


def signature(data: bytes) -> None:
    """Any log has its messages, in bounds, and a signature of a message is bounded."""
    text = data.decode(errors="surrogateescape")
    lines = text.count("\n") + 1
    for seen in observe(text):
        assert 1 <= seen.line <= lines
        assert 0 <= seen.weight <= 1
        _bounded(seen.signature)
    claimed = signature_of(text, origin=Origin.QUOTE)
    if claimed is not None:
        _bounded(claimed)


def _bounded(found: Signature) -> None:
    assert found.terms or found.codes
    assert len(found.terms) <= TERMS
    assert all(gap >= 0 for gap in (*found.gaps, *found.colons))
    assert all(found.terms)
    assert all(found.codes)


def markdown(data: bytes) -> None:
    """Only elements and attributes of ours come out, closed in order, and harmless links.

    The outline, the signatures and the checks of any body are found on the way.
    """
    text = data.decode(errors="replace")
    derived = make_derived(make_translation(body=text))
    read_checks(text)
    _Judge().judge(article_html(text, derived, AROUND))


class _Judge(HTMLParser):
    """Reads HTML as a browser would, and objects."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._ids: set[str] = set()

    def judge(self, html: str) -> None:
        """Raises AssertionError for what may not be on a page."""
        self.feed(html)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ELEMENTS, tag
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), attrs
        assert _ATTRIBUTES.issuperset(names), attrs
        values = dict(attrs)
        if tag == "a":
            assert "a" not in self._open, "a link in a link"
            assert _HARMLESS.match(values["href"] or ""), values
        if named := values.get("id"):
            assert named not in self._ids, named
            self._ids.add(named)
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


TARGETS: Mapping[str, Target] = {
    "document": document,
    "front_matter": front_matter,
    "query": query,
    "signature": signature,
    "markdown": markdown,
}
