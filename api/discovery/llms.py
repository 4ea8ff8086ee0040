"""`/llms.txt`: what there is and how to ask for it, short enough to be read whole.

The format is that of llmstxt.org: a heading, a quoted summary, notes, sections of links,
and an optional section. Each domain gets a fair share of the space; what does not fit is
counted and named by the search that finds it.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.representation import Representation
from api.requests.parameters import PreferredLang
from api.responses.markdown_inline import link_text, one_line
from api.responses.urls import document_path
from corpus.search.reading import Reading
from corpus.store.queries.directory import Line, Shelf, shelves
from languages.loader import Texts, spoken, spoken_languages, texts

router = APIRouter(include_in_schema=False)

MAX_AGE = 300
"""Seconds that a cache may keep the list without asking."""
_MOST_CHARACTERS = 46_000
"""Of all sections together. Readers that cut, cut at 50,000."""
_MOST_DOMAINS = 100
_MOST_LINES = 5_000
"""Of all domains together, to choose from; a tenth of them fits."""
_LONGEST_TITLE, _LONGEST_SUMMARY = 120, 160


@router.get("/llms.txt")
async def get_llms(state: StateDep, url: PublicUrl, lang: PreferredLang) -> Response:
    """The list, in the reader's language; article titles too, where they exist in it."""

    def answer(reading: Reading) -> list[Shelf]:
        return shelves(reading.connection, lang=lang, domains=_MOST_DOMAINS, lines=_MOST_LINES)

    text = listing(await state.read(answer, long=True), url=url, lang=lang)
    return Representation(
        text.encode(),
        media_type="text/plain; charset=utf-8",
        headers=[("Content-Language", spoken(lang))],
        max_age=MAX_AGE,
        vary="Accept-Language, Accept-Encoding",
    )


def listing(found: Sequence[Shelf], *, url: str, lang: str) -> str:
    """The whole text, in fewer than 50,000 characters unless the address is absurdly long."""
    own = spoken(lang)
    words = texts("discovery")[own]
    articles = sum(shelf.articles for shelf in found)
    about = words.llms_about.format(articles=articles, domains=len(found))
    shown = found[:_MOST_DOMAINS]
    blocks = [
        f"# Fixbook\n\n> {about}",
        words.llms_how.format(url=url),
        *_sections(shown, words=words, url=url),
    ]
    if len(found) > len(shown):
        blocks.append(f"- {words.llms_domains.format(rest=len(found) - len(shown), url=url)}")
    optional = words.llms_optional.format(url=url, lang=quote(lang))
    return (
        "\n\n".join([*blocks, "\n".join(["## Optional", "", optional, *_others(own, url)])]) + "\n"
    )


def _others(own: str, url: str) -> list[str]:
    """The same list in the other languages, by what this one calls them."""
    words = texts("discovery")[own]
    names = {lang: text.name for lang, text in texts("pages").items()} | words.names
    others = (lang for lang in spoken_languages() if lang != own)
    return [f"- {words.llms_other.format(name=names[lang], url=url, lang=lang)}" for lang in others]


def _sections(found: Sequence[Shelf], *, words: Texts, url: str) -> list[str]:
    """The sections in the given order; the small ones leave their space to the large ones."""
    space, made = _MOST_CHARACTERS, dict[str, str]()
    drafts = {shelf.domain: _drafted(shelf.lines, url) for shelf in found}
    by_size = sorted(found, key=lambda shelf: sum(map(len, drafts[shelf.domain])))
    for number, shelf in enumerate(by_size):
        share = space // (len(by_size) - number)
        text = _section(shelf, drafts[shelf.domain], space=share, words=words, url=url)
        if text is not None:
            made[shelf.domain] = text
            space -= len(text)
    return [made[shelf.domain] for shelf in found if shelf.domain in made]


def _section(
    shelf: Shelf, lines: Sequence[str], *, space: int, words: Texts, url: str
) -> str | None:
    """A domain's heading and as many lines as fit; None where not even the heading does."""
    domain = one_line(shelf.domain, most=60)
    heading = f"## {words.llms_heading.format(domain=domain, articles=shelf.articles)}\n"

    def more(rest: int) -> str:
        name = quote(shelf.domain, safe="")
        return f"- {words.llms_more.format(rest=rest, domain=domain, url=url, name=name)}"

    space -= len(heading) + len(more(shelf.articles)) + 4
    if space < 0:
        return None
    shown = list(_fitting(lines, space))
    rest = shelf.articles - len(shown)
    return "\n".join([heading, *shown, *([more(rest)] if rest else [])])


def _fitting(lines: Iterable[str], space: int) -> Iterable[str]:
    for line in lines:
        space -= len(line) + 1
        if space < 0:
            return
        yield line


def _drafted(lines: Iterable[Line], url: str) -> list[str]:
    return [_line(line, url) for line in lines]


def _line(line: Line, url: str) -> str:
    title = link_text(one_line(line.title, most=_LONGEST_TITLE))
    summary = one_line(line.summary, most=_LONGEST_SUMMARY)
    told = f": {summary}" if summary else ""
    executed = f" `executed: {line.executed} of {line.entries}`" if line.executed else ""
    return f"- [{title}]({url}{document_path(line.slug, line.lang)}){told}{executed}"
