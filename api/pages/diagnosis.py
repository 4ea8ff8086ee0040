"""`/{lang}/diagnose`: the page that diagnoses a log.

The text is sent in the body, never in the URL. It is neither logged nor stored, and the response
is not cached.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from api.dependencies import PublicUrl, StateDep
from api.http.request_body import media_type, read_body
from api.pages.html.frame import MAX_AGE, Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang
from api.pages.result_groups import certainty_groups
from api.requests.diagnosis import LARGEST, is_long
from api.responses.urls import page_path, row_path
from corpus.checks.fit import environment_in
from corpus.diagnosis.matching.match import Match, MatchOutcome
from corpus.errors import Complaint, InvalidRequest
from corpus.search.diagnosis import Diagnosis, diagnose, row_of
from corpus.search.reading import Reading
from corpus.store.filters import Filters
from corpus.store.summaries import ArticleSummary, Passage, PassageKind
from corpus.text.log_end import last_lines

router = APIRouter(include_in_schema=False)

_LARGEST_BODY = 1024 * 1024
"""Bytes, of which the end is read."""
_TOO_LONG = f"the text may have {_LARGEST_BODY} bytes"
_LONGEST_SEARCH = 200
_MATCHES = 5
_LONGEST_QUERY = 300
_GAP = re.compile(r"(<[a-z]+>)")
_FORM, _TEXT = "application/x-www-form-urlencoded", "text/plain"


@dataclass(frozen=True, slots=True)
class _Result:
    """An article about the error, and the matching row."""

    match: Match[str]
    summary: ArticleSummary
    row: Passage | None
    observed: Markup
    """The line that matched, its values masked."""
    claimed: Markup
    title: str
    lang: str
    href: str


@router.get(f"{LANG_PATH}/diagnose")
async def show_form(url: PublicUrl, lang: PageLang) -> Response:
    """The form."""
    return _page(lang, url, text="", max_age=MAX_AGE)


@router.post(f"{LANG_PATH}/diagnose")
async def show_diagnosis(
    state: StateDep, request: Request, url: PublicUrl, lang: PageLang
) -> Response:
    """The diagnosis: matching line, article, and certainty.

    A line from the box of a page whose scripts do not run is searched for instead.
    """
    text, is_from_box = await _text(request)
    text, is_cut = _end(text)
    if not text.strip():
        return _page(lang, url, text="", empty=True)
    line = text.strip()
    if is_from_box and len(line) <= _LONGEST_SEARCH and "\n" not in line:
        where = f"/{lang}/search?{urlencode({'q': line})}"
        return RedirectResponse(where, status_code=303, headers={"Cache-Control": "no-store"})
    found, results, articles = await state.read(
        lambda reading: _diagnosed(reading, text, lang), search=True, long=is_long(text)
    )
    state.counters.count_diagnosis(found.outcome)
    slugs = (result.summary.slug for result in results)
    state.gaps.note(text, found.outcome, request.scope, found=slugs)
    best = found.observed[0].signature.text if found.observed else ""
    words = {"q": best[:_LONGEST_QUERY] or " ".join(text.split())[:_LONGEST_QUERY]}
    return _page(
        lang,
        url,
        text=text,
        outcome=found.outcome,
        cut=is_cut,
        groups=list(
            certainty_groups(
                results, lambda each: each.match.outcome, heading=STRINGS[lang].nearest
            )
        ),
        observed=[(seen, gaps(seen.signature.template)) for seen in found.observed],
        articles=articles,
        search=f"/{lang}/search?{urlencode(words)}",
    )


def _page(
    lang: str,
    url: str,
    *,
    text: str,
    max_age: int | None = None,
    empty: bool = False,
    outcome: MatchOutcome | None = None,
    **values: object,
) -> Response:
    t = STRINGS[lang]
    frame = Frame(
        lang=lang,
        url=url,
        path="/diagnose",
        title=t.diagnose_title if outcome is None else t.diagnosis,
        description=t.diagnose_lead,
        indexed=outcome is None,
    )
    shown: dict[str, Any] = {
        "groups": [],
        "observed": [],
        "articles": 0,
        "search": "",
        "cut": False,
    }
    shown |= {"text": text, "empty": empty, "outcome": outcome, **values}
    return page("diagnose.html", frame, max_age=max_age, **shown)


async def _text(request: Request) -> tuple[str, bool]:
    """The text of a form or of a plain body, with `\\n` as line ends, and if the box sent it."""
    body = await read_body(request, most=_LARGEST_BODY, refusal=_TOO_LONG)
    kind = media_type(request, _FORM, _TEXT, default=_FORM)
    if kind == _TEXT:
        text, is_from_box = body.decode("utf-8", "replace"), False
    else:
        fields = _fields(body)
        text, is_from_box = fields.get("text", [""])[0], "from" in fields
    return text.replace("\r\n", "\n"), is_from_box


def _end(text: str) -> tuple[str, bool]:
    """The end of a text, where errors stand, and whether something was cut off before it."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= LARGEST:
        return text, False
    return last_lines(encoded, LARGEST).decode("utf-8", "ignore"), True


def _fields(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode("utf-8", "replace"), errors="replace", max_num_fields=20)
    except ValueError:
        raise InvalidRequest(Complaint("body", "has too many fields", None)) from None


def _diagnosed(reading: Reading, text: str, lang: str) -> tuple[Diagnosis, list[_Result], int]:
    reader = environment_in(text)
    found = diagnose(reading, text, filters=Filters(), limit=_MATCHES, reader=reader)
    summaries = reading.summaries.load(reading.connection, [match.key for match in found.matches])
    results = [
        _result(reading, match, summary, lang, reader=reader)
        for match, summary in zip(found.matches, summaries, strict=True)
    ]
    return found, results, reading.generation.articles


def _result(
    reading: Reading,
    match: Match[str],
    summary: ArticleSummary,
    lang: str,
    *,
    reader: Mapping[str, str],
) -> _Result:
    shown = summary.lang(lang)
    row = row_of(reading, match, summary, shown, reader=reader)
    return _Result(
        match=match,
        summary=summary,
        row=row,
        observed=gaps(match.observed.template),
        claimed=gaps(match.claimed.template),
        title=summary.title[shown],
        lang=shown,
        href=_href(summary.slug, lang, row, match.claimed.anchor),
    )


def _href(slug: str, lang: str, row: Passage | None, claimed: str) -> str:
    """The page with the row at its top, or the page at the section that matched."""
    if row and row.kind is PassageKind.ERROR:
        return row_path(slug, lang, row.anchor)
    anchor = row.anchor if row else claimed
    return f"{page_path(slug, lang)}#{anchor}" if anchor else page_path(slug, lang)


def gaps(template: str) -> Markup:
    """A template with its placeholders marked."""
    parts = _GAP.split(template)
    return Markup("").join(
        Markup('<span class="gap">{}</span>').format(part[1:-1]) if at % 2 else part
        for at, part in enumerate(parts)
    )
