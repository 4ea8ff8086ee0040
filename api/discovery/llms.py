"""`/llms.txt`: what there is and how to ask for it, short enough to be read whole.

The format is that of llmstxt.org: a heading, a quoted summary, notes, sections of links,
and an optional section. Each domain gets a fair share of the space; what does not fit is
counted and named by the search that finds it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.negotiation import in_own_words
from api.http.representation import Representation
from api.requests.parameters import PreferredLang
from api.responses.markdown_inline import link_text, one_line
from api.responses.urls import document_path
from corpus.search.reading import Reading
from corpus.store.queries.directory import Line, Shelf, shelves

router = APIRouter(include_in_schema=False)

MAX_AGE = 300
"""Seconds that a cache may keep the list without asking."""
_MOST_CHARACTERS = 46_000
"""Of all sections together. Readers that cut, cut at 50,000."""
_MOST_DOMAINS = 100
_MOST_LINES = 5_000
"""Of all domains together, to choose from; a tenth of them fits."""
_LONGEST_TITLE, _LONGEST_SUMMARY = 120, 160


@dataclass(frozen=True, slots=True)
class _Words:
    """What the list says in one language; the names in braces are filled in."""

    about: str
    how: str
    heading: str
    more: str
    domains: str
    optional: str


_ENGLISH = _Words(
    about="Fixes for errors, as articles: {articles} articles in {domains} domains.",
    how="""\
- With an error message, a log or a trace: POST it as `text/plain` (at most 64 KiB) to
  {url}/api/v1/diagnose. `outcome` says how sure the match is: `exact`, `likely`, `related`,
  or `none`, when no article knows the error. The text is neither logged nor stored.
- With a code, a question or words: GET {url}/api/v1/search?q=…
- To read an article: GET one of the addresses below (Markdown), or
  {url}/api/v1/articles/{{slug}}?format=json
- `trust.level` says what is known of a fix: `executed` (a machine ran it, for exactly this
  text), `attested` (somebody states it), `stale` (it ran, the text has changed since), `none`.""",
    heading="{domain} ({articles})",
    more="[{rest} more in {domain}]({url}/api/v1/search?domain={name})",
    domains="[{rest} more domains]({url}/api/v1/domains)",
    optional="""\
- [All articles in one text]({url}/llms-full.txt?lang={lang})
- [Skill file for agents]({url}/.well-known/agent-skills/fixbook/SKILL.md)
- [OpenAPI specification]({url}/openapi.json)
- [API documentation]({url}/docs)
- [Every error that is known, with cause and fix]({url}/api/v1/errors)
- [MCP server, streamable HTTP]({url}/mcp)
- [This list in Chinese]({url}/llms.txt?lang=zh)""",
)
_CHINESE = _Words(
    about="错误的修复方法，以文章的形式：{domains} 个领域，共 {articles} 篇文章。",
    how="""\
- 有错误信息、日志或调用栈：以 `text/plain`（至多 64 KiB）POST 到
  {url}/api/v1/diagnose。`outcome` 说明匹配的把握：`exact`、`likely`、`related`；
  `none` 表示没有文章认识这个错误。文本既不记录也不保存。
- 有错误码、问题或词语：GET {url}/api/v1/search?q=…
- 阅读文章：GET 下面的地址（Markdown），或
  {url}/api/v1/articles/{{slug}}?format=json
- `trust.level` 说明对修复方法的了解：`executed`（机器按这份文本运行过）、
  `attested`（有人声明过）、`stale`（运行过，但文本之后有改动）、`none`。""",
    heading="{domain}（{articles}）",
    more="[{domain} 中另有 {rest} 篇]({url}/api/v1/search?domain={name})",
    domains="[另有 {rest} 个领域]({url}/api/v1/domains)",
    optional="""\
- [全部文章合为一个文本]({url}/llms-full.txt?lang={lang})
- [智能体技能文件]({url}/.well-known/agent-skills/fixbook/SKILL.md)
- [OpenAPI 规范]({url}/openapi.json)
- [API 文档]({url}/docs)
- [所有已知错误及其原因和解决办法]({url}/api/v1/errors)
- [MCP 服务器，streamable HTTP]({url}/mcp)
- [英文目录]({url}/llms.txt?lang=en)""",
)


@router.get("/llms.txt")
async def get_llms(state: StateDep, url: PublicUrl, lang: PreferredLang) -> Response:
    """The list, in the reader's language; article titles too, where they exist in it."""

    def answer(reading: Reading) -> list[Shelf]:
        return shelves(reading.connection, lang=lang, domains=_MOST_DOMAINS, lines=_MOST_LINES)

    text = listing(await state.read(answer, long=True), url=url, lang=lang)
    return Representation(
        text.encode(),
        media_type="text/plain; charset=utf-8",
        headers=[("Content-Language", in_own_words(lang))],
        max_age=MAX_AGE,
        vary="Accept-Language, Accept-Encoding",
    )


def listing(found: Sequence[Shelf], *, url: str, lang: str) -> str:
    """The whole text, in fewer than 50,000 characters unless the address is absurdly long."""
    words = {"en": _ENGLISH, "zh": _CHINESE}[in_own_words(lang)]
    articles = sum(shelf.articles for shelf in found)
    about = words.about.format(articles=articles, domains=len(found))
    shown = found[:_MOST_DOMAINS]
    blocks = [
        f"# Fixbook\n\n> {about}",
        words.how.format(url=url),
        *_sections(shown, words=words, url=url),
    ]
    if len(found) > len(shown):
        blocks.append(f"- {words.domains.format(rest=len(found) - len(shown), url=url)}")
    optional = words.optional.format(url=url, lang=quote(lang))
    return "\n\n".join([*blocks, f"## Optional\n\n{optional}"]) + "\n"


def _sections(found: Sequence[Shelf], *, words: _Words, url: str) -> list[str]:
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
    shelf: Shelf, lines: Sequence[str], *, space: int, words: _Words, url: str
) -> str | None:
    """A domain's heading and as many lines as fit; None where not even the heading does."""
    domain = one_line(shelf.domain, most=60)
    heading = f"## {words.heading.format(domain=domain, articles=shelf.articles)}\n"

    def more(rest: int) -> str:
        name = quote(shelf.domain, safe="")
        return f"- {words.more.format(rest=rest, domain=domain, url=url, name=name)}"

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
    executed = " `executed`" if line.executed else ""
    return f"- [{title}]({url}{document_path(line.slug, line.lang)}){told}{executed}"
