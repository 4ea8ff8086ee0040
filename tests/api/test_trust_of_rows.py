"""No answer at any door calls an error executed that has no current receipt about it.

The content of the repository, with some receipts forged and some texts edited, is asked for row
by row. What may be called executed is worked out here from the receipts as they are on disk. Doors
that answer with many rows are asked for all of them, those that answer about one for a part, by
turns.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import quote

import pytest

from corpus.checks.checks import read_checks
from corpus.checks.claims import claims
from corpus.checks.receipts import RUNNER
from corpus.document.article import Article
from corpus.library import Library
from corpus.store import articles
from ingest.pipeline import IngestOptions, ingest
from tests.api.mcp.calls import called, data, text
from tests.api.site import Site
from tests.conftest import settings_in
from tests.databases import make_tables
from tests.turns import part_of

pytestmark = pytest.mark.slow

CONTENT = Path(__file__).parents[2] / "content"
SAID = {"en": "Trust of this error: executed.", "zh": "此错误的可信度：运行过。"}
RAN = {"en": "What was run to fix this error:", "zh": "针对此错误实际执行的修复命令："}
PARTS = 60
RUN = {"en": "Run on ", "zh": "已在 "}


@dataclass(frozen=True)
class Row:
    """A row of an error table, and whether a receipt is about it."""

    slug: str
    lang: str
    anchor: str
    error: str
    is_executed: bool


@dataclass(frozen=True)
class Served:
    """A site, the rows that it serves, and which of them may be called executed."""

    site: Site
    rows: tuple[Row, ...]

    @property
    def asked(self) -> list[Row]:
        """The rows that are asked for one by one."""
        return part_of(self.rows, PARTS)

    def executed(self, slug: str, lang: str) -> set[str]:
        return {r.anchor for r in self.rows if (r.slug, r.lang) == (slug, lang) and r.is_executed}


def spoil(folder: Path) -> None:
    """Forges, outdates or drops what is known of four articles in five, each in another way."""
    for number, path in enumerate(sorted((folder / "receipts").glob("*.json"))):
        kept = json.loads(path.read_text())
        for receipt in kept["receipts"]:
            if number % 5 == 1:
                receipt["runner"] = RUNNER + 1
            if number % 5 == 2:
                receipt["vouchesFor"]["zh"] = receipt["vouchesFor"]["en"]
        path.write_text(json.dumps(kept))
        chinese = folder / f"{path.stem}.zh.md"
        if number % 5 == 3 and chinese.exists():
            changed = re.sub(r"(\| [^|\n]+)\|\n", r"\1 `rm -rf ~` |\n", chinese.read_text())
            chinese.write_text(changed)
        if number % 5 == 4 and chinese.exists():  # as a translation that has no error index
            lines = chinese.read_text().splitlines(keepends=True)
            chinese.write_text("".join(line for line in lines if not line.startswith("|")))


def rows_of(article: Article, folder: Path) -> Iterator[Row]:
    """The rows of an article in each language, by its receipts on disk."""
    path = folder / "receipts" / f"{article.slug}.json"
    kept = json.loads(path.read_text())["receipts"] if path.exists() else []
    checks = {check.name: check for check in read_checks(article.translations[0].body).good}
    for text_ in article.translations:
        known = claims(text_.body)
        executed = {
            entry.anchor
            for receipt in kept
            if (receipt["outcome"], receipt["runner"]) == ("fixed", RUNNER)
            and (check := checks.get(receipt["check"]))
            and receipt["vouchesFor"].get(text_.lang) == check.fingerprint(text_.body)
            for entry in known.wordings(check.error)
        }
        for entry in known.entries:
            yield Row(article.slug, text_.lang, entry.anchor, entry.error, entry.anchor in executed)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = settings_in(tmp_path_factory.mktemp("site"))
    copytree(CONTENT, settings.content_dir)
    spoil(settings.content_dir)
    library = Library(settings)
    make_tables(library.database)
    assert ingest(library, [settings.content_dir], options=IngestOptions()).good
    with library.reading() as reading:
        ids = list(articles.fingerprints(reading.connection))
        entries = list(articles.load_without_signatures(reading.connection, ids))
    rows = [row for entry in entries for row in rows_of(entry.article, settings.content_dir)]
    library.close()
    with Site(settings) as site:
        yield Served(site, tuple(rows))


def known(found: Any, rows: Mapping[tuple[str, str], Row]) -> None:
    """That an object with a `slug` calls nothing executed but what may be."""
    for match in found.get("matches", []):
        if "trust" in match:
            row = rows.get((found["slug"], match["anchor"]))
            assert row, match
            assert (match["trust"]["level"] == "executed") == row.is_executed, (
                found["slug"],
                match,
            )


def by_anchor(served: Served, lang: str) -> dict[tuple[str, str], Row]:
    """The rows of a language, and where it has none such, of another: a row is shown in the
    language in which it is."""
    rows = sorted(served.rows, key=lambda row: row.lang == lang)
    return {(row.slug, row.anchor): row for row in rows}


def articles_of(served: Served) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row.slug, row.lang) for row in served.rows))


def test_there_are_rows_of_both_kinds(served: Served) -> None:
    for lang in ("en", "zh"):
        kinds = [row.is_executed for row in served.rows if row.lang == lang]
        assert kinds.count(True) > 50
        assert kinds.count(False) > 200


def test_articles(served: Served) -> None:
    for slug, lang in articles_of(served):
        executed = served.executed(slug, lang)
        found = served.site.get(f"/api/v1/articles/{slug}?format=json&lang={lang}").json
        levels = {error["anchor"]: error["trust"]["level"] for error in found["errors"]}
        assert {name for name, level in levels.items() if level == "executed"} == executed
        trust = found["trust"]
        assert (trust["executedEntries"], trust["entries"]) == (len(executed), len(levels))
        assert (trust["level"] == "executed") == bool(executed)
        passed = re.findall(
            r"\*\*fixbook verify, check [^*]+\*\* \(passed\).*\n"
            r"  - Notes: .*; covers: ((?:row \d+,? ?)+)",
            served.site.get(f"/api/v1/articles/{slug}?format=markdown&lang={lang}").body.decode(),
        )
        rows = {int(number) for covered in passed for number in re.findall(r"\d+", covered)}
        assert {list(levels)[number - 1] for number in rows} == executed


def test_pages_of_articles(served: Served) -> None:
    for slug, lang in articles_of(served):
        body = served.site.get(f"/{lang}/articles/{slug}").body.decode()
        shown = re.findall(r'<tr id="error-.*?</tr>', body, re.DOTALL)
        told = {row for row in shown if RUN[lang] in row}
        of = {name: row for row in shown for name in re.findall(r'id="([^"]+)"', row)}
        assert {of[name] for name in served.executed(slug, lang)} == told, slug


def test_the_error_index(served: Served) -> None:
    for lang in ("en", "zh"):
        rows, seen = by_anchor(served, lang), 0
        for number in range(1, 100):
            where = f"lang={lang}&page={number}"
            items = served.site.get(f"/api/v1/errors?{where}&pageSize=100").data["items"]
            for item in items:
                row = rows[item["article"]["slug"], item["anchor"]]
                assert (item["trust"]["level"] == "executed") == row.is_executed
            listed = served.site.get(
                f"/api/v1/errors?{where}&pageSize=100", accept="text/markdown"
            ).body.decode()
            executed = sum(item["trust"]["level"] == "executed" for item in items)
            assert listed.count(SAID[lang]) == executed
            seen += len(items)
            if len(items) < 100:
                break
        assert seen == sum(row.lang == lang for row in served.rows)


def test_pages_of_the_error_index(served: Served) -> None:
    for lang in ("en", "zh"):
        rows = [row for row in served.rows if row.lang == lang]
        last = math.ceil(len(rows) / 50)
        pages = [served.site.get(f"/{lang}/errors?page={n + 1}").body.decode() for n in range(last)]
        executed = sum(row.is_executed for row in rows)
        assert sum(page.count(RUN[lang]) for page in pages) == executed


def test_searches_for_each_row(served: Served) -> None:
    for row in served.asked:
        rows, q = by_anchor(served, row.lang), quote(row.error[:300], safe="")
        data_ = served.site.get(f"/api/v1/search?q={q}&lang={row.lang}&pageSize=5").data
        for item in data_["items"]:
            known(item, rows)
        executed = count(data_["items"])
        listed = served.site.get(
            f"/api/v1/search?q={q}&lang={row.lang}&pageSize=5", accept="text/markdown"
        )
        assert listed.body.decode().count(SAID[row.lang]) == executed


def test_pages_of_searches_for_each_row(served: Served) -> None:
    for row in served.asked:
        q = quote(row.error[:300], safe="")
        page = served.site.get(f"/{row.lang}/search?q={q}").body.decode()
        check_page(page, served, row.lang)


def test_diagnoses_of_each_row(served: Served) -> None:
    ran = 0
    for row in served.asked:
        rows = by_anchor(served, row.lang)
        asked = {"text": row.error, "lang": row.lang}
        found = served.site.post("/api/v1/diagnose", asked, content_type="application/json").data
        for match in found["matches"]:
            if error := match["error"]:
                about = rows.get((match["slug"], error["anchor"]))
                may = about is not None and about.is_executed
                assert (error["trust"]["level"] == "executed") == may, (row, error)
                if RAN[row.lang] in match.get("fix", ""):
                    ran += 1
                    assert may, row
        page = served.site.ask(
            "POST",
            f"/{row.lang}/diagnose",
            headers={"content-type": "text/plain"},
            body=row.error.encode(),
        )
        check_page(page.body.decode(), served, row.lang)
    assert ran * len(served.rows) > 100 * len(served.asked)


def test_tools_for_each_row(served: Served) -> None:
    for row in served.asked:
        rows = by_anchor(served, row.lang)
        got = called(
            served.site, "get_article", article=row.slug, section=row.anchor, lang=row.lang
        )
        levels = {error["anchor"]: error["trust"]["level"] for error in data(got)["errors"]}
        assert levels == {row.anchor: levels[row.anchor]}
        assert (levels[row.anchor] == "executed") == row.is_executed
        assert (SAID[row.lang] in text(got)) == row.is_executed
        found = called(served.site, "diagnose_error", text=row.error, lang=row.lang)
        executed = [
            match
            for match in data(found)["matches"]
            if match["error"] and match["error"]["trust"]["level"] == "executed"
        ]
        assert all(rows[m["slug"], m["error"]["anchor"]].is_executed for m in executed)
        first = data(found)["matches"][:1]
        shown = text(found).count(SAID[row.lang])  # of less sure matches only the name is
        assert (first == executed[:1]) <= shown <= len(executed)


@pytest.mark.parametrize("level", ["executed", "attested", "stale", "none"])
@pytest.mark.parametrize("q", ["", "file"])
def test_a_filter_passes_articles_with_a_row_of_that_level_and_says_which(
    served: Served, level: str, q: str
) -> None:
    pages = [
        served.site.get(f"/api/v1/search?q={q}&trust={level}&pageSize=100&page={n}").data["items"]
        for n in (1, 2)
    ]
    found = [item for items in pages for item in items]
    for item in found:
        levels = {match["trust"]["level"] for match in item["matches"] if "trust" in match}
        assert level in levels, item["slug"]
    if level == "executed" and not q:
        slugs = {row.slug for row in served.rows if row.is_executed}
        assert {item["slug"] for item in found} == slugs


def count(items: list[Any]) -> int:
    """How many rows a list calls executed, of those that a text shows."""
    return sum(
        match.get("trust", {}).get("level") == "executed"
        for item in items
        for match in item["matches"][:3]
    )


def check_page(page: str, served: Served, lang: str) -> None:
    """That each row of a page with the badge of a run may have it."""
    for part in re.findall(r"<li><a href=\"[^\"]+\"><code>.*?</li>", page, re.DOTALL):
        if RUN[lang] in part:
            href, error = re.findall(r"href=\"([^\"]+)\"><code>(.*?)</code>", part, re.DOTALL)[0]
            slug = href.rpartition("/articles/")[2].partition("#")[0]
            about = [r for r in served.rows if (r.slug, r.error) == (slug, unescape(error))]
            assert any(row.is_executed for row in about), part
