"""`/{lang}/diagnose`: the page that diagnoses a log.

The text is sent in the body, never in the URL. It is neither logged nor stored, and the response
is not cached.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.request_body import media_type, read_body
from api.pages.html.frame import MAX_AGE, Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang
from api.requests.diagnosis import LARGEST, TOO_LONG, check_length, is_long
from api.responses.urls import page_path
from corpus.diagnosis.scoring import Match, MatchOutcome
from corpus.errors import Complaint, InvalidRequest
from corpus.search.diagnosis import Diagnosis, diagnose, row_of
from corpus.search.reading import Reading
from corpus.store.filters import Filters
from corpus.store.summaries import ArticleSummary, Passage

router = APIRouter(include_in_schema=False)

_LARGEST_BODY = 4 * LARGEST
"""A form may escape a byte of the text as three."""
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
    """The diagnosis: matching line, article, and certainty."""
    text = await _text(request)
    if not text.strip():
        return _page(lang, url, text="", empty=True)
    found, results, articles = await state.read(
        lambda reading: _diagnosed(reading, text, lang), search=True, long=is_long(text)
    )
    state.traffic.counts.count_diagnosis(found.outcome)
    best = found.observed[0].signature.text if found.observed else ""
    words = {"q": best[:_LONGEST_QUERY] or " ".join(text.split())[:_LONGEST_QUERY]}
    return _page(
        lang,
        url,
        text=text,
        outcome=found.outcome,
        results=results,
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
    shown: dict[str, Any] = {"results": [], "observed": [], "articles": 0, "search": ""}
    shown |= {"text": text, "empty": empty, "outcome": outcome, **values}
    return page("diagnose.html", frame, max_age=max_age, **shown)


async def _text(request: Request) -> str:
    """The text of a form or of a plain body, with `\\n` as line ends."""
    body = await read_body(request, most=_LARGEST_BODY, refusal=TOO_LONG)
    kind = media_type(request, _FORM, _TEXT, default=_FORM)
    text = _decoded(body, kind).replace("\r\n", "\n")
    check_length(text)
    return text


def _decoded(body: bytes, kind: str) -> str:
    if kind == _TEXT:
        return body.decode("utf-8", "replace")
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), errors="replace", max_num_fields=20)
    except ValueError:
        raise InvalidRequest(Complaint("body", "has too many fields", None)) from None
    return fields.get("text", [""])[0]


def _diagnosed(reading: Reading, text: str, lang: str) -> tuple[Diagnosis, list[_Result], int]:
    found = diagnose(reading, text, filters=Filters(), limit=_MATCHES)
    summaries = reading.summaries.load(reading.connection, [match.key for match in found.matches])
    results = [
        _result(reading, match, summary, lang)
        for match, summary in zip(found.matches, summaries, strict=True)
    ]
    return found, results, reading.generation.articles


def _result(reading: Reading, match: Match[str], summary: ArticleSummary, lang: str) -> _Result:
    shown = summary.lang(lang)
    row = row_of(reading, match, summary, shown)
    anchor = row.anchor if row else match.claimed.anchor
    path = page_path(summary.slug, lang)
    return _Result(
        match=match,
        summary=summary,
        row=row,
        observed=gaps(match.observed.template),
        claimed=gaps(match.claimed.template),
        title=summary.title[shown],
        lang=shown,
        href=f"{path}#{anchor}" if anchor and shown == (row.lang if row else shown) else path,
    )


def gaps(template: str) -> Markup:
    """A template with its placeholders marked."""
    parts = _GAP.split(template)
    return Markup("").join(
        Markup('<span class="gap">{}</span>').format(part[1:-1]) if at % 2 else part
        for at, part in enumerate(parts)
    )
