"""Lists as Markdown, for those who read text: a page of results, a page of the error index.

They are made of the very objects that the JSON answers have.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from api.http.representation import Representation
from api.responses.markdown_inline import link_text, one_line
from api.responses.urls import document_path

_MATCHES = 3
"""Rows and sections that are shown of one article."""
_LONGEST = 300
"""Characters of a cause, a solution or a summary."""


def results(
    data: Mapping[str, Any], *, q: str, lang: str, url: str, next_step: str
) -> Iterator[str]:
    """The lines of a page of results; `data` as the search has it."""
    yield f"# Search: {one_line(q, most=_LONGEST)}" if q else "# Articles"
    yield ""
    yield _place(data["pagination"], "article", "articles")
    if data["suggestion"]:
        yield f"Did you mean: {one_line(data['suggestion'], most=_LONGEST)}"
    if data["outcome"] == "related":
        yield "Nothing is surely about this; these are the nearest articles."
    yield ""
    first = (data["pagination"]["page"] - 1) * data["pagination"]["pageSize"] + 1
    for number, item in enumerate(data["items"], start=first):
        yield from _result(number, item, lang=lang, url=url)
    yield next_step


def errors(data: Mapping[str, Any], *, url: str, next_step: str) -> Iterator[str]:
    """The lines of a page of the error index; `data` as the index has it."""
    yield "# Errors"
    yield ""
    yield _place(data["pagination"], "error", "errors")
    yield ""
    for item in data["items"]:
        yield f"- {_row(item['error'], item['cause'], item['solution'])}"
        article = item["article"]
        yield f"  {_link(article['title'], article['slug'], item['lang'], url)}"
    yield ""
    yield next_step


def markdown(
    lines: Iterator[str], *, headers: list[tuple[str, str]], max_age: int
) -> Representation:
    """Lines as an answer."""
    return Representation(
        "\n".join([*lines, ""]).encode(),
        media_type="text/markdown; charset=utf-8",
        headers=headers,
        max_age=max_age,
    )


def _result(number: int, item: Mapping[str, Any], *, lang: str, url: str) -> Iterator[str]:
    shown = lang if lang in item["title"] else next(iter(item["title"]))
    yield f"{number}. {_link(item['title'][shown], item['slug'], shown, url)}"
    summary = one_line(item["summary"][shown], most=_LONGEST)
    yield f"   {item['domain']}, trust: {item['trust']['level']}. {summary}"
    for match in item["matches"][:_MATCHES]:
        if "cause" in match:
            yield f"   - {_row(match['text'], match['cause'], match['solution'])}"
        else:
            yield f"   - {match['kind']}: {one_line(match['text'], most=_LONGEST)}"
    yield ""


def _row(error: str, cause: str, solution: str) -> str:
    told = [f"error: {one_line(error, most=_LONGEST)}"]
    for word, text in (("cause", cause), ("fix", solution)):
        if text:
            told.append(f"{word}: {one_line(text, most=_LONGEST)}")
    return "; ".join(told)


def _link(title: str, slug: str, lang: str, url: str) -> str:
    return f"[{link_text(one_line(title, most=_LONGEST))}]({url}{document_path(slug, lang)})"


def _place(pagination: Mapping[str, int], one: str, many: str) -> str:
    total, page, pages = (pagination[name] for name in ("total", "page", "totalPages"))
    return f"{total} {one if total == 1 else many}, page {page} of {pages}."
