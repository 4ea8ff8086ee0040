"""What a page says, read from its HTML."""

from html.parser import HTMLParser

from tests.api.site import Answer

_VOID = frozenset({"meta", "link", "input", "br", "hr", "path", "circle"})


class Document(HTMLParser):
    """Every element with its attributes and its text, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(html)
        assert self._open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text: list[str] = []
        self.elements.append((tag, {name: value or "" for name, value in attrs}, text))
        if tag not in _VOID:
            self._open.append((tag, text))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            opened, _ = self._open.pop()
            assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for _, text in self._open:
            text.append(data)

    def attributes(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of the elements of a kind that have these among them."""
        return [
            attributes
            for name, attributes, _ in self.elements
            if name == tag and wanted.items() <= attributes.items()
        ]

    def texts(self, tag: str, **wanted: str) -> list[str]:
        """The texts of the same elements, white space as one space."""
        return [
            " ".join("".join(text).split())
            for name, attributes, text in self.elements
            if name == tag and wanted.items() <= attributes.items()
        ]

    def links(self) -> dict[str, str]:
        """Where links lead, by their text."""
        return dict(zip(self.texts("a"), [a["href"] for a in self.attributes("a")], strict=True))

    def ids(self) -> list[str]:
        """All ids."""
        return [attributes["id"] for _, attributes, _ in self.elements if "id" in attributes]


def document(answer: Answer, *, status: int = 200) -> Document:
    """The page that came, which is well formed and has each id once."""
    assert answer.status == status, answer.body[:500]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Document(answer.body.decode())
    assert sorted(set(page.ids())) == sorted(page.ids())
    return page
