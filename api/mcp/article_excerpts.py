"""`get_article`: an article or a section of it, cut to what was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.dependencies import AppState
from api.http.negotiation import best_language
from api.mcp import markdown
from api.mcp.arguments import LARGEST_EXCERPT, GetArticle
from api.mcp.results import Said, bounded
from api.requests.article_lookup import Named, read_article
from api.responses.articles import notice_of, references, trust_object
from api.responses.urls import article_path
from corpus.document.article import Status
from corpus.document.excerpt import excerpt
from corpus.document.sections import Part, characters, choose, is_purpose, joined, parts_of
from corpus.errors import Complaint, InvalidRequest
from corpus.search.reading import Reading
from corpus.store.entry import Entry
from corpus.store.queries import catalog

_LISTED_SECTIONS = 100
_SHORTEST_FOOT = 100
"""Characters that a list of sections takes which is worth having."""
_PURPOSES = ("fix", "cause", "errors", "questions", "summary")
_RULE = "\n\n---\n\n"


async def get_article(state: AppState, wanted: GetArticle, url: str) -> Said:
    """An article or a section of it, within so many characters."""
    default = state.settings.default_lang
    return await read_article(
        state,
        wanted.article,
        lambda reading, named: _article(reading, named, wanted, default=default, url=url),
        missing=f"there is no article {wanted.article!r}",
    )


def _article(reading: Reading, named: Named, wanted: GetArticle, *, default: str, url: str) -> Said:
    entry = named.entry
    lang = best_language(named.lang or wanted.lang, default, entry.article.languages, default)
    notice = _notice(reading, entry, url=url)
    text, derived = entry.article.translation(lang), entry.of(lang)
    parts = parts_of(text, derived.sections)
    chosen = choose(parts, wanted.section, derived.errors) if wanted.section.strip() else parts
    section = wanted.section.strip()
    if chosen is None and is_purpose(section):
        notice = f"{notice} No heading says {section}; this is the whole article.".strip()
        chosen, section = parts, ""
    if chosen is None:
        raise _no_such_section(wanted.section, parts)
    facts = _facts(entry, lang=lang, url=url) | {"notice": notice, "section": section}
    return _excerpt(facts, parts=parts, chosen=chosen, budget=wanted.max_characters)


def _notice(reading: Reading, entry: Entry, *, url: str) -> str:
    """What readers of a deprecated article are told; '' for any other."""
    if entry.article.metadata.status is not Status.DEPRECATED:
        return ""
    slugs = catalog.slugs(reading.connection, references(entry))
    return notice_of(entry, url=url, slugs=slugs) or ""


def _facts(entry: Entry, *, lang: str, url: str) -> dict[str, Any]:
    article, text = entry.article, entry.article.translation(lang)
    return {
        "slug": article.slug,
        "title": bounded(text.title),
        "summary": bounded(text.summary),
        "lang": text.lang,
        "languages": article.languages,
        "verificationStatus": article.metadata.status,
        "trust": trust_object(entry.trust),
        "updatedAt": article.metadata.updated_at,
        "url": f"{url}{article_path(article.slug)}",
    }


def _excerpt(facts: dict[str, Any], *, parts: list[Part], chosen: list[Part], budget: int) -> Said:
    """Head, text and foot together have `budget` characters at most."""
    head = markdown.article_head(facts, budget // 2)
    sections, whole = _sections(parts), joined(chosen)
    room = budget - len(head) - len(_RULE)
    if len(whole) <= room:
        cut = excerpt(chosen, room)
        spare = room - len(whole) - len(_RULE)
        wanted = chosen != parts and spare >= _SHORTEST_FOOT
        foot = markdown.article_foot(sections, left=0, room=spare) if wanted else ""
    else:
        reserve = len(markdown.article_foot(sections, left=len(whole), room=budget // 4))
        cut = excerpt(chosen, room - reserve - len(_RULE))
        shown = {part.anchor for part in chosen[: cut.whole]}
        more = [section for section in sections if section["anchor"] not in shown]
        foot = markdown.article_foot(more, left=max(len(whole) - len(cut.text), 0), room=reserve)
    content = cut.text or "There is no text here beyond the summary."
    data = facts | {
        "content": cut.text,
        "cut": cut.is_cut,
        "characters": len(whole),
        "sections": sections[:_LISTED_SECTIONS],
        "nextStep": _next_call(facts, chosen[cut.whole :], budget) if cut.is_cut else "",
    }
    return Said(data, _RULE.join(piece for piece in (head, content, foot) if piece))


def _sections(parts: list[Part]) -> list[dict[str, Any]]:
    return [
        {
            "anchor": part.anchor,
            "title": part.title,
            "level": part.level,
            "characters": characters(parts, at),
        }
        for at, part in enumerate(parts)
        if part.anchor
    ]


def _next_call(facts: Mapping[str, Any], left: Sequence[Part], budget: int) -> str:
    """The call for what was cut: its section, or more of it where that is all there is."""
    if left[0].anchor and (len(left) > 1 or not facts["section"]):
        anchor, slug, lang = left[0].anchor, facts["slug"], facts["lang"]
        return markdown.call("get_article", article=slug, section=anchor, lang=lang)
    if budget < LARGEST_EXCERPT:
        return "get_article with a larger max_characters"
    return f"the resource fixbook://articles/{facts['slug']}, which has all of it"


def _no_such_section(wanted: str, parts: list[Part]) -> InvalidRequest:
    anchors = tuple(part.anchor for part in parts if part.anchor)[:_LISTED_SECTIONS]
    allowed = tuple(dict.fromkeys((*_PURPOSES, *anchors)))
    complaint = Complaint("section", "is not a section of this article", wanted[:100], allowed)
    return InvalidRequest(complaint)
