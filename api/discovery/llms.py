"""`/llms.txt`: a list of the articles and how to use the API, short enough to be read in full.

The format is that of llmstxt.org: a heading, a quoted summary, notes, sections of links,
and an optional section. Each domain gets a fair share of the space; for the rest there is a
count and a link to the search.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.representation import Representation
from api.requests.parameters import PreferredLang
from api.responses.markdown.inline import link_text, one_line
from api.responses.urls import document_path
from corpus.search.reading import Reading
from corpus.store.queries.directory import ArticleLine, DomainArticles, articles_by_domain
from languages.loader import Texts, spoken, spoken_languages, texts

router = APIRouter(include_in_schema=False)

MAX_AGE = 300
"""Seconds that a cache may keep the list without revalidation."""
_MOST_CHARACTERS = 46_000
"""Of all sections together. Some clients truncate at 50,000."""
_MOST_DOMAINS = 100
_MOST_LINES = 5_000
"""Articles of all domains together that are read; about a tenth of them fit."""
_LONGEST_TITLE, _LONGEST_SUMMARY = 120, 160


@router.get("/llms.txt")
async def get_llms(state: StateDep, url: PublicUrl, lang: PreferredLang) -> Response:
    """The list, in the preferred language as far as available."""

    def answer(reading: Reading) -> str:
        domains = articles_by_domain(
            reading.connection, lang=lang, domains=_MOST_DOMAINS, lines=_MOST_LINES
        )
        return listing(domains, url=url, lang=lang)

    text = await state.read(answer, long=True)
    return Representation(
        text.encode(),
        media_type="text/plain; charset=utf-8",
        headers=[("Content-Language", spoken(lang))],
        max_age=MAX_AGE,
        vary="Accept-Language, Accept-Encoding",
    )


def listing(found: Sequence[DomainArticles], *, url: str, lang: str) -> str:
    """The text, of less than 50,000 characters unless the address is absurdly long."""
    own = spoken(lang)
    words = texts("discovery")[own]
    articles = sum(group.articles for group in found)
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
    """Links to the list in other languages."""
    words = texts("discovery")[own]
    names = {lang: text.name for lang, text in texts("pages").items()} | words.names
    others = (lang for lang in spoken_languages() if lang != own)
    return [f"- {words.llms_other.format(name=names[lang], url=url, lang=lang)}" for lang in others]


def _sections(found: Sequence[DomainArticles], *, words: Texts, url: str) -> list[str]:
    """The sections in the given order; space that small ones do not need goes to large ones."""
    space, made = _MOST_CHARACTERS, dict[str, str]()
    drafts = {group.domain: [_line(line, url) for line in group.lines] for group in found}
    by_size = sorted(found, key=lambda group: sum(map(len, drafts[group.domain])))
    for number, group in enumerate(by_size):
        share = space // (len(by_size) - number)
        text = _section(group, drafts[group.domain], space=share, words=words, url=url)
        if text is not None:
            made[group.domain] = text
            space -= len(text)
    return [made[group.domain] for group in found if group.domain in made]


def _section(
    group: DomainArticles, lines: Sequence[str], *, space: int, words: Texts, url: str
) -> str | None:
    """A domain's heading and as many lines as fit; None if not even the heading does."""
    domain = one_line(group.domain, most=60)
    heading = f"## {words.llms_heading.format(domain=domain, articles=group.articles)}\n"

    def more(rest: int) -> str:
        name = quote(group.domain, safe="")
        return f"- {words.llms_more.format(rest=rest, domain=domain, url=url, name=name)}"

    space -= len(heading) + len(more(group.articles)) + 4
    if space < 0:
        return None
    shown = list(_fitting(lines, space))
    rest = group.articles - len(shown)
    return "\n".join([heading, *shown, *([more(rest)] if rest else [])])


def _fitting(lines: Iterable[str], space: int) -> Iterable[str]:
    for line in lines:
        space -= len(line) + 1
        if space < 0:
            return
        yield line


def _line(line: ArticleLine, url: str) -> str:
    title = link_text(one_line(line.title, most=_LONGEST_TITLE))
    summary = one_line(line.summary, most=_LONGEST_SUMMARY)
    told = f": {summary}" if summary else ""
    executed = f" `executed: {line.executed} of {line.entries}`" if line.executed else ""
    return f"- [{title}]({url}{document_path(line.slug, line.lang)}){told}{executed}"
