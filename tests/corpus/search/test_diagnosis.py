"""Tests of diagnoses over a real library: what a log shows, and that nothing is guessed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from corpus.diagnosis.matching.match import MatchOutcome
from corpus.library import Library
from corpus.search.diagnosis import Diagnosis, diagnose, row_of
from corpus.store.filters import Filters
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import settings_in, write_files
from tests.factories import make_article, make_document, make_metadata, make_translation

ERRORS = {
    "disk-full": "OSError: [Errno 28] No space left on device: '/var/lib/app/data.db'",
    "bad-token": "fatal: Authentication failed for 'https://git.example.com/app.git/'",
    "missing-module": "ModuleNotFoundError: No module named 'httpx'",
    "undeclared": "error C2065: 'count': undeclared identifier",
}
LOG = """\
2026-03-01 10:00:01 INFO starting worker 7
Traceback (most recent call last):
  File "/srv/app/store.py", line 12, in save
    handle.write(data)
OSError: [Errno 28] No space left on device: '/mnt/backup/other.db'
"""


def _document(number: int, slug: str, error: str = "", keywords: Sequence[str] = ()) -> str:
    table = f"| Error | Cause | Solution |\n|---|---|---|\n| `{error}` | Why | How |"
    return make_document(
        make_article(
            slug=slug,
            metadata=make_metadata(
                id=f"art_Diagnosis{number:04}", domain=f"domain-{number}", keywords=list(keywords)
            ),
            translations=[
                make_translation(title=f"About {slug}", body=table if error else "Nothing yet.")
            ],
        )
    )


def _opened(folder: Path, documents: Mapping[str, str]) -> Library:
    opened = Library(settings_in(folder))
    upgrade(opened.database)
    ingest(opened, [write_files(folder / "content", documents)], options=IngestOptions())
    return opened


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with an article for each of the errors."""
    opened = _opened(
        tmp_path_factory.mktemp("diagnosis"),
        {
            f"{slug}.md": _document(number, slug, error)
            for number, (slug, error) in enumerate(ERRORS.items())
        },
    )
    yield opened
    opened.close()


def of(library: Library, text: str, *, filters: Filters = Filters(), limit: int = 5) -> Diagnosis:  # noqa: B008
    with library.reading() as reading:
        return diagnose(reading, text, filters=filters, limit=limit)


def test_the_line_of_a_log_that_matters_is_recognised(library: Library) -> None:
    (match,) = of(library, LOG).matches
    assert (match.key, match.line, match.outcome) == ("art_Diagnosis0000", 5, MatchOutcome.EXACT)
    assert match.claimed.text == ERRORS["disk-full"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("fatal: Authentication failed for 'https://github.com/acme/shop.git/'", 1),
        ("ModuleNotFoundError: No module named 'numpy'", 2),
        ("main.cpp(3,5): error C2065: 'Widget': undeclared identifier", 3),
    ],
)
def test_other_values_do_not_matter(library: Library, text: str, number: int) -> None:
    assert [match.key for match in of(library, text).matches] == [f"art_Diagnosis{number:04}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "\ud800\0",
        "All is well today.",
        "ZeroDivisionError: division by zero",
        "error C2099: initializer is not a constant",
        "BUILD SUCCESSFUL in 4s",
    ],
)
def test_nothing_is_guessed(library: Library, text: str) -> None:
    found = of(library, text)
    assert (found.outcome, found.matches) == (MatchOutcome.NONE, ())


def test_of_articles_with_the_same_message_the_one_for_the_version_comes_first(
    tmp_path: Path,
) -> None:
    table = "| Error | Cause | Solution |\n|---|---|---|\n| `TypeError: no pump left` | Why | {} |"
    documents = {
        f"{slug}.md": make_document(
            make_article(
                slug=slug,
                metadata=make_metadata(id=f"art_Version{number:06}", versions=[version]),
                translations=[make_translation(title="Pumps", body=table.format(slug))],
            )
        )
        for number, (slug, version) in enumerate(
            [("old-way", "Python < 3.12"), ("new-way", "Python 3.12+"), ("any-way", "Pumps 2.0")]
        )
    }

    def first(reader: Mapping[str, str]) -> str | None:
        with opened.reading() as reading:
            match = diagnose(
                reading, "TypeError: no pump left", filters=Filters(), limit=1, reader=reader
            ).matches[0]
            (summary,) = reading.summaries.load(reading.connection, [match.key])
            row = row_of(reading, match, summary, "en", reader=reader)
            return row.solution if row else None

    with closing(_opened(tmp_path, documents)) as opened:
        assert first({"python": "3.11.2"}) == "old-way"
        assert first({"python": "3.13.0"}) == "new-way"


def test_filters_and_limit(library: Library) -> None:
    both = LOG + "ModuleNotFoundError: No module named 'numpy'\n"
    assert len(of(library, both).matches) == 2
    assert len(of(library, both, limit=1).matches) == 1
    only = of(library, both, filters=Filters(domains=("domain-2",)))
    assert [match.key for match in only.matches] == ["art_Diagnosis0002"]


REFUSED = "Error: connect ECONNREFUSED 10.1.2.3:5432"


@pytest.mark.parametrize("articles", [1, 13])
@pytest.mark.parametrize("keywords", [(), ("ECONNREFUSED",)])
@pytest.mark.parametrize(
    ("claimed", "outcome"),
    [
        ("Error: connect ECONNREFUSED 127.0.0.1:3000", MatchOutcome.EXACT),
        ("connect ECONNREFUSED 127.0.0.1:3000", MatchOutcome.LIKELY),
        ("connect ECONNREFUSED …", MatchOutcome.LIKELY),
    ],
)
def test_a_claim_is_recognised_in_a_small_corpus(
    tmp_path: Path, articles: int, keywords: Sequence[str], claimed: str, outcome: MatchOutcome
) -> None:
    """Whatever the other articles say, and though every one of them has the code."""
    documents = {
        f"{number}.md": _document(number, f"a-{number}", "" if number else claimed, keywords)
        for number in range(articles)
    }
    with closing(_opened(tmp_path, documents)) as library:
        best = of(library, REFUSED).matches[0]
        assert best.key == "art_Diagnosis0000"
        assert best.outcome in (outcome, MatchOutcome.EXACT)
        assert of(library, "Error: connect ETIMEDOUT 10.1.2.3:5432").outcome is MatchOutcome.NONE


@pytest.mark.parametrize("message", [REFUSED, "KeyError: 'PORT'", "bind: address already in use"])
def test_a_message_that_every_article_knows_is_likely_each(tmp_path: Path, message: str) -> None:
    documents = {f"{n}.md": _document(n, f"a-{n}", message) for n in range(30)}
    with closing(_opened(tmp_path, documents)) as library:
        found = of(library, message, limit=9).matches
        assert [match.outcome for match in found] == [MatchOutcome.LIKELY] * 9
