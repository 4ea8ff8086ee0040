"""`/llms.txt`: whole where it fits, counted where it does not, never too long to be read."""

import re

from api.discovery.llms import listing
from corpus.store.queries.directory import ArticleLine, DomainArticles
from tests.api.conftest import Served
from tests.api.site import URL
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_translation,
    numbered_document,
)


def make_line(
    number: int, *, title: str = "A title", summary: str = "What it is about."
) -> ArticleLine:
    return ArticleLine(
        slug=f"slug-{number}", lang="en", title=title, summary=summary, executed=0, entries=1
    )


def make_group(
    domain: str, *, articles: int, lines: int, summary: str = "About it."
) -> DomainArticles:
    shown = tuple(make_line(number, summary=summary) for number in range(lines))
    return DomainArticles(domain=domain, articles=articles, lines=shown)


def sections(text: str) -> dict[str, list[str]]:
    """The links of each section by its heading."""
    blocks = text.split("\n## ")[1:]
    return {
        block.partition("\n")[0]: [line for line in block.splitlines() if line.startswith("- ")]
        for block in blocks
    }


def test_the_whole_list(serve: Served) -> None:
    article = make_article(
        translations=[
            make_translation(title="Refused [local]", summary="Nothing\nlistens."),
            make_translation(lang="zh", title="拒绝", summary="没有监听。"),
        ]
    )
    other = make_article(
        slug="other", metadata=make_metadata(id="art_Other0000001", domain="databases")
    )
    site = serve(
        {
            "connection-refused.md": make_document(article),
            "connection-refused.zh.md": make_document(article, lang="zh"),
            "other.md": make_document(other),
        }
    )
    answer = site.get("/llms.txt")
    path = f"{URL}/api/v1/articles"

    assert answer.body.startswith(
        b"# Fixbook\n\n> Fixes for errors, as articles: 2 articles in 2 domains.\n\n- With an error"
    )
    found = sections(answer.body.decode())
    assert list(found) == ["databases (1)", "transport (1)", "Optional"]
    assert found["transport (1)"] == [
        rf"- [Refused \[local\]]({path}/connection-refused.en.md): Nothing listens."
    ]
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-language"] == "en"
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=300"

    chinese = site.get("/llms.txt", accept_language="zh-CN, en;q=0.5")
    assert sections(chinese.body.decode())["transport（1）"] == [
        f"- [拒绝]({path}/connection-refused.zh.md): 没有监听。"
    ]
    assert chinese.headers["content-language"] == "zh"
    assert site.get("/llms.txt?lang=zh").body == chinese.body
    assert site.get("/llms.txt?lang=fr").body.startswith(b"# Fixbook\n\n> Fixes")


def test_every_link_of_it_leads_somewhere(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    text = site.get("/llms.txt").body.decode()
    addresses = re.findall(rf"\]\({URL}([^)]*)\)", text)

    assert len(addresses) == 7
    for address in addresses:
        assert site.follow(address).status == 200, address


def test_it_is_kept_until_something_is_published(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    first = site.get("/llms.txt")

    assert site.get("/llms.txt", if_none_match=first.headers["etag"]).status == 304
    serve({"a.md": numbered_document(1)})
    again = site.get("/llms.txt", if_none_match=first.headers["etag"])
    assert (again.status, again.body.count(b"2 articles in 1 domains")) == (200, 1)


def test_an_empty_corpus_says_so(serve: Served) -> None:
    text = serve({}).get("/llms.txt").body.decode()

    assert "> Fixes for errors, as articles: 0 articles in 0 domains." in text
    assert list(sections(text)) == ["Optional"]


def test_a_large_corpus_is_counted_and_stays_short() -> None:
    large = make_group("large", articles=90_000, lines=600, summary="word " * 100)
    small = make_group("small", articles=2, lines=2)
    text = listing([large, small], url=URL, lang="en")

    found = sections(text)
    assert 44_000 < len(text) < 50_000
    assert len(found["small (2)"]) == 2
    shown = len(found["large (90000)"]) - 1
    assert found["large (90000)"][-1] == (
        f"- [{90_000 - shown} more in large]({URL}/api/v1/search?domain=large)"
    )


def test_many_large_domains_share_the_space() -> None:
    groups = [make_group(f"d{number}", articles=1_000, lines=50) for number in range(100)]
    text = listing(groups, url=URL, lang="zh")

    found = sections(text)
    assert len(text) < 50_000
    assert {len(found[f"d{number}（1000）"]) for number in range(100)} == {6, 7, 9}


def test_more_domains_than_are_shown() -> None:
    groups = [make_group(f"d{number}", articles=1, lines=1) for number in range(120)]
    text = listing(groups, url=URL, lang="en")

    assert f"- [20 more domains]({URL}/api/v1/domains)" in text
    assert "## d99 (1)" in text
    assert "## d100 (1)" not in text


def test_nothing_makes_it_too_long() -> None:
    names = ["界" * 300, "x" * 5_000, "a b\nc"]
    lines = tuple(make_line(n, title="界" * 900, summary="s" * 9_000) for n in range(90))
    groups = [DomainArticles(domain=f"{n}{name}", articles=90, lines=lines)
               for n in range(30) for name in names]  # fmt: skip

    assert len(listing(groups, url=URL, lang="zh")) < 50_000
