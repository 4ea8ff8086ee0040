"""`get_article`: an article or a section of it, cut to the requested length."""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from api.dependencies import AppState
from api.http.negotiation import best_language
from api.mcp import markdown
from api.mcp.arguments import LARGEST_EXCERPT, GetArticle
from api.mcp.results import ArticleExcerpt, SectionSize, ToolResult, shorten_texts
from api.requests.article_addresses import ArticleAddress, read_address
from api.requests.article_lookup import NamedArticle, read_article
from api.requests.article_sections import LISTED, named_section, no_such_section
from api.responses.articles import error_row, notice_of, references
from api.responses.model import encoded
from api.responses.trust import trust_object
from api.responses.urls import article_path, error_anchors
from corpus.document.article import Status
from corpus.document.excerpt import Excerpt, excerpt
from corpus.document.sections import Part, characters, is_purpose, join_parts, parts_of
from corpus.errors import NotFound
from corpus.search.reading import Reading
from corpus.store.entry import Entry
from corpus.store.queries import catalog, error_index

_SHORTEST_FOOT = 100
"""A list of sections in fewer characters than that is useless."""
_RULE = "\n\n---\n\n"
_DISPENSABLE = (
    "sections", "errors", "summary", "languages", "notice", "updatedAt", "trust", "title", "url",
)  # fmt: skip
"""Fields of the result to leave out, in this order, if there is no room for them."""


async def get_article(state: AppState, wanted: GetArticle, url: str) -> ToolResult:
    """An article or a section of it, in `max_characters` at most."""
    default = state.settings.default_lang
    address = read_address(wanted.article)
    if address.error:
        address = await state.read(lambda reading: _with_error(reading, address, wanted.lang))
    named = wanted.model_copy(
        update={"section": wanted.section or address.section, "lang": wanted.lang or address.lang}
    )
    return await read_article(
        state,
        address.article,
        lambda reading, found: _article(reading, found, named, default=default, url=url),
        missing=f"there is no article {wanted.article!r}",
    )


def _with_error(reading: Reading, address: ArticleAddress, lang: str) -> ArticleAddress:
    """The first article with the error of an error's page, and its row there."""
    anchors = error_anchors(address.error)
    lang = lang or address.lang
    for known in error_index.errors_at(reading.connection, anchors, lang=lang)[:1]:
        return ArticleAddress(article=known.slug, section=known.anchor, lang=lang)
    raise NotFound(f"there is no page of an error {address.error!r}")


def _article(
    reading: Reading, named: NamedArticle, wanted: GetArticle, *, default: str, url: str
) -> ToolResult:
    entry = named.entry
    lang = best_language(named.lang or wanted.lang, default, entry.article.languages, default)
    notice = _notice(reading, entry, url=url)
    text, derived = entry.article.translation(lang), entry.of(lang)
    parts = parts_of(text, derived.sections)
    section = wanted.section.strip()
    chosen = named_section(parts, section, derived.errors) if section else parts
    if chosen is None and is_purpose(section):
        notice = f"{notice} No heading matches {section}; this is the whole article.".strip()
        chosen, section = parts, ""
    if chosen is None:
        raise no_such_section(wanted.section, parts)
    trust, anchors = entry.trust(text.lang), {part.anchor for part in chosen}
    shown = ArticleExcerpt(
        slug=entry.article.slug,
        title=shorten_texts(text.title),
        summary=shorten_texts(text.summary),
        lang=text.lang,
        languages=entry.article.languages,
        verification_status=entry.article.metadata.status,
        trust=trust_object(trust, text.lang),
        errors=[
            error_row(error, trust, text.lang)
            for error in derived.errors
            if error.anchor in anchors
        ],
        updated_at=entry.article.metadata.updated_at,
        url=f"{url}{article_path(entry.article.slug)}",
        notice=notice,
        section=section,
        content="",
        cut=False,
        characters=len(join_parts(chosen)),
        sections=_sections(parts),
        next_step="",
    )
    return _within(shown, parts=parts, chosen=chosen, budget=wanted.max_characters)


def _notice(reading: Reading, entry: Entry, *, url: str) -> str:
    """The notice for readers of a deprecated article; '' for any other."""
    if entry.article.metadata.status is not Status.DEPRECATED:
        return ""
    slugs = catalog.slugs(reading.connection, references(entry))
    return notice_of(entry, url=url, slugs=slugs) or ""


def _within(
    shown: ArticleExcerpt, *, parts: list[Part], chosen: list[Part], budget: int
) -> ToolResult:
    """The result as text and as an object, each of which has `budget` characters at most."""
    head, sections = markdown.article_head(shown, budget // 2), shown.sections
    room = budget - len(head) - len(_RULE)
    if shown.characters <= room:
        cut = excerpt(chosen, room)
        spare = room - shown.characters - len(_RULE)
        wanted = chosen != parts and spare >= _SHORTEST_FOOT
        foot = markdown.article_foot(sections, left=0, room=spare) if wanted else ""
    else:
        reserve = len(markdown.article_foot(sections, left=shown.characters, room=budget // 4))
        cut = excerpt(chosen, room - reserve - len(_RULE))
        whole = {part.anchor for part in chosen[: cut.whole]}
        more = [section for section in sections if section.anchor not in whole]
        left = max(shown.characters - len(cut.text), 0)
        foot = markdown.article_foot(more, left=left, room=reserve)
    content = cut.text or "The article has no text beyond its summary."
    text = _RULE.join(piece for piece in (head, content, foot) if piece)
    return ToolResult(_object(shown, cut, chosen, budget), text)


def _object(
    shown: ArticleExcerpt, cut: Excerpt, chosen: Sequence[Part], budget: int
) -> dict[str, Any]:
    """The result as an object. It has less of the content than the text where JSON is longer.

    Content is cut down to half of the budget before anything else is left out.
    """
    for least, dispensable in ((budget // 2, ()), (budget // 2, _DISPENSABLE), (0, _DISPENSABLE)):
        while True:
            data = _drop_duplicates(_with_content(shown, cut, chosen, budget), budget, dispensable)
            excess = _length(data) - budget
            room = max(len(cut.text) - max(excess, 0), least)
            if excess <= 0:
                return data
            if room >= len(cut.text):
                break
            cut = excerpt(chosen, room)
    return data


def _with_content(
    shown: ArticleExcerpt, cut: Excerpt, chosen: Sequence[Part], budget: int
) -> dict[str, Any]:
    step = _next_call(shown, chosen[cut.whole :], budget) if cut.is_cut else ""
    sections = shown.sections[:LISTED]
    content: dict[str, Any] = to_builtins(
        replace(shown, content=cut.text, cut=cut.is_cut, sections=sections, next_step=step)
    )
    return content


def _drop_duplicates(
    data: dict[str, Any], budget: int, dispensable: Sequence[str]
) -> dict[str, Any]:
    """The object without what the text says too, as far as it would be too long with it."""
    for name in dispensable:
        if _length(data) <= budget:
            break
        data = {key: value for key, value in data.items() if key != name}
    return data


def _length(data: dict[str, Any]) -> int:
    return len(encoded(data).decode())


def _sections(parts: list[Part]) -> list[SectionSize]:
    return [
        SectionSize.of(part, characters=characters(parts, at))
        for at, part in enumerate(parts)
        if part.anchor
    ]


def _next_call(shown: ArticleExcerpt, left: Sequence[Part], budget: int) -> str:
    """The call that returns the rest: the next section, or more characters of the same one."""
    if left[0].anchor and (len(left) > 1 or not shown.section):
        anchor, slug, lang = left[0].anchor, shown.slug, shown.lang
        return markdown.call("get_article", article=slug, section=anchor, lang=lang)
    if budget < LARGEST_EXCERPT:
        return "get_article with a larger max_characters"
    return f"the resource fixbook://articles/{shown.slug}, which is the complete article"
