"""Tests of searches with vectors: what they may change, on every engine, and what never."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.diagnosis.matching.match import MatchOutcome
from corpus.library import Library
from corpus.search.service import SearchRequest, SearchResults, search
from corpus.store.filters import Sort
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import settings_in, write_files
from tests.opensearch import address
from tests.static_models import small_model

AXES = (
    "slow sluggish takes long", "build compile compiling", "fan noise loud", "cache",
    "disk full space", "print paper printer", "colour ink", "network cable",
)  # fmt: skip
"""Words that mean the same; the model knows no others."""
TEXTS = {
    "slow-build": (
        "The build takes long", "Every build takes long.",
        "The build of the project takes long, because the machine has no cache.",
    ),
    "cache-full": (
        "The cache is full", "There is no space for the cache.",
        "The cache of the project is full. Empty the cache of the machine, or move the project.",
    ),
    "loud-fan": ("A loud fan", "The fan makes noise.", "Clean the fan, and the noise is gone."),
    "no-colour": ("No colour on paper", "The printer has no ink.", "Fill in the printer's ink."),
    "cable": ("A network cable", "The network is out.", "Put the cable into the machine."),
    "letter": ("A letter", "It came back.", "The address was wrong. `EBADPOST: no such street`"),
    "lamp": ("A lamp", "The lamp is dark.", "Put in another lamp, or try the switch."),
}  # fmt: skip
DOCUMENTS = {
    f"{slug}.md": f"---\ntitle: {title}\ndescription: {summary}\ndate: 2026-03-0{day}\n---\n"
    f"# {title}\n\n{body}\n"
    for day, (slug, (title, summary, body)) in enumerate(TEXTS.items(), start=1)
}
BETWEEN_THREE = "printer of the project and cache of the machine"


@pytest.fixture(
    scope="module", params=["whoosh", "tantivy", *(["opensearch"] if address.IS_THERE else [])]
)
def libraries(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Library, Library]]:
    """The same articles without vectors and with them."""
    folder = tmp_path_factory.mktemp("meaning")
    content = write_files(folder / "content", DOCUMENTS)
    opened = []
    for model in (None, small_model(folder / "model", AXES)):
        url = address.private() if request.param == "opensearch" else request.param
        library = Library(settings_in(folder / f"{model is None}", vectors=model, search_url=url))
        upgrade(library.database)
        ingest(library, [content], options=IngestOptions())
        opened.append(library)
    yield opened[0], opened[1]
    for library in opened:
        library.close()


def ask(library: Library, request: SearchRequest) -> SearchResults:
    with library.reading() as reading:
        return search(reading, request)


def slugs(library: Library, q: str, **options: object) -> list[str]:
    found = ask(library, SearchRequest(q=q, lang="en", **options))  # type: ignore[arg-type]
    return [item.summary.slug for item in found.items]


def test_what_is_near_moves_up_and_stays_related(libraries: tuple[Library, Library]) -> None:
    off, on = libraries
    assert slugs(off, BETWEEN_THREE) == ["cache-full", "slow-build", "no-colour"]
    found = ask(on, SearchRequest(q=BETWEEN_THREE))
    assert [(item.summary.slug, item.outcome) for item in found.items] == [
        ("cache-full", MatchOutcome.RELATED),
        ("no-colour", MatchOutcome.RELATED),
        ("slow-build", MatchOutcome.RELATED),
    ]
    scores = [item.score or 0.0 for item in found.items]
    assert scores == sorted(scores, reverse=True)


def test_the_order_is_the_same_on_pages_of_any_size(libraries: tuple[Library, Library]) -> None:
    _, on = libraries
    pages = [slugs(on, BETWEEN_THREE, page=page, page_size=1) for page in (1, 2, 3, 4)]
    assert pages == [["cache-full"], ["no-colour"], ["slow-build"], []]


def test_where_nothing_is_near_nothing_is_found(libraries: tuple[Library, Library]) -> None:
    off, on = libraries
    q = "compiling the project is sluggish on my machine"
    assert slugs(off, q) == ["cache-full"]
    for sort in Sort:
        for page in (1, 2):
            found = ask(on, SearchRequest(q=q, sort=sort, page=page, page_size=1, facets=True))
            assert (found.total, found.items, found.outcome) == (0, (), MatchOutcome.NONE)


@pytest.mark.parametrize(
    "q",
    [
        "",
        "cache",
        "cache-full",
        "The cache is full",
        "the cache of the project is full",
        "EBADPOST",
        "EBADPOST: no such street",
        "letter: EBADPOST: no such street\nlamp",
        "printer of the project and cache of the machine 120",
        "printer of the project-x and cache of the machine",
        "printer of the project and cache of the machine ERR_NO_INK",
        "printer of the project and cache of the machine für",
        "printer of the project and cache of the machine 缓存",
        "xyzzy plugh frotz",
        "domain:general",
    ],
)
@pytest.mark.parametrize("sort", Sort)
def test_what_is_no_question_in_words_is_answered_as_before(
    libraries: tuple[Library, Library], q: str, sort: Sort
) -> None:
    off, on = (ask(each, SearchRequest(q=q, sort=sort, facets=True)) for each in libraries)
    assert on == off


def test_an_order_that_was_asked_for_stays(libraries: tuple[Library, Library]) -> None:
    off, on = (slugs(each, BETWEEN_THREE, sort=Sort.UPDATED) for each in libraries)
    assert on == off


def test_stored_vectors_change_nothing_when_the_setting_is_off(
    libraries: tuple[Library, Library],
) -> None:
    off, on = libraries
    again = Library(on.settings.model_copy(update={"vectors": None}))
    for q in (BETWEEN_THREE, "compiling the project is sluggish on my machine"):
        request = SearchRequest(q=q)
        assert ask(again, request) == ask(off, request)
        assert ask(on, request) != ask(off, request)
    again.close()


def test_a_server_with_another_model_searches_by_words(
    libraries: tuple[Library, Library], tmp_path: Path
) -> None:
    off, on = libraries
    other = Library(on.settings.model_copy(update={"vectors": small_model(tmp_path, AXES[:3])}))
    request = replace(SearchRequest(q=BETWEEN_THREE), page_size=5)
    assert ask(other, request) == ask(off, request)
    other.close()


def test_nothing_of_vectors_is_imported_when_the_setting_is_off(
    libraries: tuple[Library, Library],
) -> None:
    off, _ = libraries
    program = """
import sys
from pathlib import Path
from corpus.library import Library
from corpus.search.service import SearchRequest, search
from corpus.settings import load_settings
from ingest.pipeline import IngestOptions, ingest
library = Library(load_settings(data_dir=Path(sys.argv[1]), search_url=sys.argv[2]))
with library.reading() as reading:
    print(len(search(reading, SearchRequest(q=sys.argv[3])).items))
print({"numpy", "safetensors", "tokenizers"} & {*sys.modules})
"""
    settings = off.settings
    command = [sys.executable, "-c", program, str(settings.data_dir), settings.search_url]
    printed = subprocess.check_output([*command, BETWEEN_THREE], text=True)
    assert printed == "3\nset()\n"
