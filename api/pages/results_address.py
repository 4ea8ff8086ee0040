"""The URL of a page of results, and of those that differ in one parameter."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request

FILTERS = (
    "domain", "status", "trust", "risk", "tag", "author", "minConfidence", "updatedSince",
)  # fmt: skip
_KEPT = ("q", *FILTERS, "sort", "page")


@dataclass(frozen=True, slots=True)
class ResultsAddress:
    """A path and its known parameters, in order."""

    path: str
    pairs: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """The values of a parameter."""
        return [value for key, value in self.pairs if key == name]

    def first(self, name: str) -> str:
        """The first value of a parameter, or ''."""
        return next(iter(self.values(name)), "")

    @property
    def is_narrowed(self) -> bool:
        """Whether there is any filter."""
        return any(key in FILTERS for key, _ in self.pairs)

    @property
    def query(self) -> str:
        """The query string."""
        return urlencode(self.pairs)

    def href(self) -> str:
        """The URL, for a link."""
        return f"{self.path}?{self.query}" if self.pairs else self.path

    def to(self, name: str, value: str) -> str:
        """The URL with one parameter set to a value, on the first page."""
        return self._with([*self._without(name, "page"), (name, value)]).href()

    def toggled(self, name: str, value: str) -> str:
        """The URL with one value of a filter added or removed, on the first page."""
        others = [pair for pair in self._without("page") if pair != (name, value)]
        added = [] if value in self.values(name) else [(name, value)]
        return self._with([*others, *added]).href()

    def cleared(self) -> str:
        """The URL without filters."""
        return self._with(self._without("page", *FILTERS)).href()

    def on_page(self, number: int) -> str:
        """The URL of another page of the same results."""
        page = [("page", str(number))] if number > 1 else []
        return self._with([*self._without("page"), *page]).href()

    def _without(self, *names: str) -> list[tuple[str, str]]:
        return [pair for pair in self.pairs if pair[0] not in names]

    def _with(self, pairs: Iterable[tuple[str, str]]) -> "ResultsAddress":
        return replace(self, pairs=tuple(pairs))


@dataclass(frozen=True, slots=True)
class Pages:
    """The position of a page of results, with links to its neighbours."""

    page: int
    last: int
    previous: str
    next: str


def address_of(request: Request) -> ResultsAddress:
    """The address of a request, without empty and unknown parameters."""
    given = request.query_params.multi_items()
    return ResultsAddress(
        request.scope["path"],
        tuple((name, value) for name, value in given if name in _KEPT and value),
    )


def pages_of(address: ResultsAddress, *, page: int, size: int, total: int) -> Pages:
    """The position of a page of a list; `page` counts from 1."""
    last = max(-(-total // size), 1)
    return Pages(
        page=page,
        last=last,
        previous=address.on_page(min(page - 1, last)) if page > 1 else "",
        next=address.on_page(page + 1) if page < last else "",
    )
