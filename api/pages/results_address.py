"""The address of a page of results: its filters as links that change one thing."""

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
    """A path and the parameters that mean something there, in order."""

    path: str
    pairs: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """What a parameter is set to."""
        return [value for key, value in self.pairs if key == name]

    def first(self, name: str) -> str:
        """What a parameter is set to first; '' if it is not."""
        return next(iter(self.values(name)), "")

    @property
    def is_narrowed(self) -> bool:
        """Whether there is any filter."""
        return any(key in FILTERS for key, _ in self.pairs)

    @property
    def query(self) -> str:
        """The query of the address."""
        return urlencode(self.pairs)

    def href(self) -> str:
        """The address, for a link."""
        return f"{self.path}?{self.query}" if self.pairs else self.path

    def to(self, name: str, value: str) -> str:
        """The address with one parameter set to a value, on the first page."""
        return self._with([*self._without(name, "page"), (name, value)]).href()

    def toggled(self, name: str, value: str) -> str:
        """The address with one value of a filter more, or less, on the first page."""
        others = [pair for pair in self._without("page") if pair != (name, value)]
        added = [] if value in self.values(name) else [(name, value)]
        return self._with([*others, *added]).href()

    def cleared(self) -> str:
        """The address without filters."""
        return self._with(self._without("page", *FILTERS)).href()

    def on_page(self, number: int) -> str:
        """The address of another page of the same results."""
        page = [("page", str(number))] if number > 1 else []
        return self._with([*self._without("page"), *page]).href()

    def _without(self, *names: str) -> list[tuple[str, str]]:
        return [pair for pair in self.pairs if pair[0] not in names]

    def _with(self, pairs: Iterable[tuple[str, str]]) -> "ResultsAddress":
        return replace(self, pairs=tuple(pairs))


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page of results stands, with links to those beside it."""

    page: int
    last: int
    previous: str
    next: str


def address_of(request: Request) -> ResultsAddress:
    """The address of a request, without what is empty or means nothing."""
    given = request.query_params.multi_items()
    return ResultsAddress(
        request.scope["path"],
        tuple((name, value) for name, value in given if name in _KEPT and value),
    )


def pages_of(address: ResultsAddress, *, page: int, size: int, total: int) -> Pages:
    """The pages of a list; `page` counts from 1."""
    last = max(-(-total // size), 1)
    return Pages(
        page=page,
        last=last,
        previous=address.on_page(min(page - 1, last)) if page > 1 else "",
        next=address.on_page(page + 1) if page < last else "",
    )
