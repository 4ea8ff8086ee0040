"""Search as a page: results, filters as links and fields, and why there is nothing."""

from collections.abc import Iterator

import pytest

from corpus.checks.checks import read_checks
from corpus.checks.receipts import ReceiptFile
from corpus.document.article import Status
from tests.api.conftest import Served, site_of
from tests.api.pages.document import document
from tests.api.site import Site
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_receipt,
    make_translation,
)
from tests.verify.bodies import MISSING, make_body

ROWS = "| Error | Cause | Solution |\n|---|---|---|\n| `pipe <broken> & gone` | Reader | Wait |"
MANY = 45


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    articles = [
        make_article(),
        make_article(
            slug="pipe",
            metadata=make_metadata(
                id="art_Pipe00000001",
                domain="agent",
                tags=["a & b", "port"],
                status=Status.VERIFIED,
            ),
            translations=[make_translation(title="Pipe <broken>", summary="The pipe", body=ROWS)],
        ),
        *(
            make_article(
                slug=f"many-{number}",
                metadata=make_metadata(id=f"art_Many{number:08}", domain="skill"),
                translations=[make_translation(title=f"Many {number}", body="plenty")],
            )
            for number in range(MANY)
        ),
    ]
    documents = {f"{article.slug}.md": make_document(article) for article in articles}
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def titles(site: Site, query: str) -> list[str]:
    return document(site.get(f"/en/search?{query}")).texts("h2")


def test_results_are_marked_and_escaped(site: Site) -> None:
    answer = site.get("/en/search?q=pipe+<broken>")

    page = document(answer)
    assert page.links()["Pipe <broken>"] == "/en/articles/pipe?error=pipe-broken-gone"
    assert b"<mark>Pipe</mark> <mark>&lt;broken</mark>&gt;" in answer.body
    assert page.texts("p", role="status") == ["1 article for “pipe <broken>”"]
    assert page.links()["pipe <broken> & gone"] == ("/en/articles/pipe?error=pipe-broken-gone")
    assert page.texts("dl", **{"class": "row"}) == ["CauseReader FixWait"]


def test_filters_narrow_and_can_be_taken_back(site: Site) -> None:
    page = document(site.get("/en/search?q=port&domain=transport&sort=updated"))

    assert page.texts("h2")[-1] == "Connection refused on a local port"
    links = page.links()
    assert links["Transport ×"] == "/en/search?q=port&sort=updated"
    assert links["port 1"] == "/en/search?q=port&domain=transport&sort=updated&tag=port"
    [domain] = page.attributes("option", value="transport")
    assert "selected" in domain


def with_a_run(*, slug: str) -> dict[str, str]:
    """An article with an error whose fix was run, and another error that nobody ran."""
    row = "| `ls: settings are locked` | Another program | Unlock the settings |\n"
    body = make_body(attributes=f'error="{MISSING}"').replace("\n## Checks", f"{row}\n## Checks")
    [check] = read_checks(body).good
    receipt = make_receipt(error=MISSING, vouches_for={"en": check.fingerprint(body)})
    kept = ReceiptFile(article=slug, receipts=(receipt,))
    text = make_translation(title="Settings", body=body)
    return {
        f"{slug}.md": make_document(make_article(slug=slug, translations=[text])),
        f"receipts/{slug}.json": kept.model_dump_json(by_alias=True, exclude_none=True),
    }


def test_only_what_was_run(serve: Served) -> None:
    site = serve(with_a_run(slug="settings") | {"other.md": "# Other settings\n\nls: settings"})
    page = document(site.get("/en/search?q=settings"))
    assert {"Settings", "Other settings"} < set(page.texts("h2"))
    assert len(page.texts("div", **{"class": "match"})) == 2
    assert page.links()["Only what was run"] == "/en/search?q=settings&trust=executed"
    for query in ("q=settings&trust=executed", "q=settings+locked&trust=executed"):
        page = document(site.get(f"/en/search?{query}"))
        [shown] = page.texts("div", **{"class": "match"})
        assert shown.startswith(MISSING)
        assert page.texts("p", role="status")[0].startswith("1 article")
        assert page.links()["Run by a machine ×"].startswith("/en/search?q=settings")
    [row] = site.get("/api/v1/search?trust=executed").data["items"]
    assert [match["text"] for match in row["matches"]] == [MISSING]


def test_a_domain_by_its_name(site: Site) -> None:
    home = document(site.get("/en")).links()
    assert home["Transport 1"] == "/en/search?domain=transport"
    page = document(site.get(home["Transport 1"]))
    assert page.texts("p", role="status") == ["1 article"]
    assert page.texts("h2")[-1] == "Connection refused on a local port"
    assert page.links()["Transport ×"] == "/en/search"


def test_fields_that_nobody_filled_in_mean_nothing(site: Site) -> None:
    empty = "domain=&status=&trust=&risk=&tag=&author=&minConfidence=&updatedSince="

    assert titles(site, f"q=refused&{empty}") == titles(site, "q=refused")


def test_several_values_of_a_filter_stay_in_the_form(site: Site) -> None:
    page = document(site.get("/en/search?domain=agent&domain=skill&page=2"))

    assert page.attributes("input", type="hidden") == [
        {"type": "hidden", "name": "q", "value": ""},
        {"type": "hidden", "name": "domain", "value": "skill"},
    ]


def test_pages_lead_to_each_other(site: Site) -> None:
    page = document(site.get("/en/search?domain=skill&page=2"))

    assert page.attributes("a", rel="prev") == [{"rel": "prev", "href": "/en/search?domain=skill"}]
    assert page.attributes("a", rel="next") == [
        {"rel": "next", "href": "/en/search?domain=skill&page=3"}
    ]
    assert "Page 2 of 3" in page.texts("span")
    beyond = document(site.get("/en/search?domain=skill&page=9"))
    assert beyond.links()["Go to the first page"] == "/en/search?domain=skill"


def test_nothing_found_says_why(site: Site) -> None:
    page = document(site.get("/en/search?q=zzxyqqk&domain=skill"))

    [told] = page.texts("div", **{"class": "nothing"})
    assert told.startswith(f"No article matches. The search worked; none of the {MANY + 2} ")
    assert page.links()["search without filters"] == "/en/search?q=zzxyqqk"


def test_the_beginning_of_a_word_shows_the_errors_that_have_it(site: Site) -> None:
    page = document(site.get("/en/search?q=ECONNREF"))

    assert page.links()["connect ECONNREFUSED 127.0.0.1:8931"] == (
        "/en/articles/connection-refused?error=connect-econnrefused-1270018931"
    )


def test_a_typing_error_is_corrected_by_a_link(site: Site) -> None:
    page = document(site.get("/en/search?q=conection+refused"))

    assert page.links()["connection refused"] == "/en/search?q=connection+refused"


def test_bad_values_are_a_page_for_browsers(site: Site) -> None:
    page = document(site.get("/en/search?status=x", accept="text/html"), status=400)

    assert page.texts("h1") == ["This address is not valid"]
    assert page.texts("li")[-1].startswith("status.0: Input should be 'verified', 'partial'")


def test_a_query_is_no_html(site: Site) -> None:
    answer = site.get('/en/search?q="><script>f()</script>')

    assert b"<script>f" not in answer.body
    assert document(answer).texts("textarea") == ['"><script>f()</script>']


def test_the_list_of_articles(site: Site) -> None:
    page = document(site.get("/en/articles?sort=confidence"))

    assert page.texts("h1") == ["All articles"]
    assert {"newest", "last updated", "confidence"} & page.links().keys() == {
        *("newest", "last updated"),
    }
    assert len(page.texts("h2")) == 40
    assert page.attributes("a", rel="next")[0]["href"] == "/en/articles?sort=confidence&page=2"
    assert len(document(site.get("/en/articles?page=2")).texts("h2")) == MANY + 2 - 40


def test_headers(site: Site) -> None:
    headers = site.get("/en/search?q=port").headers
    assert headers["vary"] == "Accept-Encoding"
    assert headers["cache-control"] == "public, max-age=30"
