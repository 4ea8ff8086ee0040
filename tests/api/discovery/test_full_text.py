"""`/llms-full.txt`: every document once, in one state of the corpus, or it says that it is not."""

import asyncio
import gc
import gzip
import re
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import brotli
import pytest

from api.discovery.full_text import FullText
from api.http.shared_results import GrowingFile, SharedFiles
from corpus.errors import Unavailable
from corpus.library import Library
from tests.api.conftest import Served, site_of
from tests.api.site import URL, Site
from tests.conftest import Ingested
from tests.factories import (
    make_article,
    make_document,
    make_translation,
    numbered_document,
)

NUMBER = 120
MARK = re.compile(r"<!-- article (\d+) of (\d+): (\S+) \((\d+) characters\) -->\n\n")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    documents = {f"article-{n:03}.md": numbered_document(n) for n in range(NUMBER)}
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def documents(text: str) -> Iterator[tuple[str, str]]:
    """Each address and its document, read by the lengths that the marks state."""
    mark = MARK.search(text)
    while mark is not None:
        start, length = mark.end(), int(mark[4])
        yield mark[3], text[start : start + length]
        mark = MARK.match(text, start + length + 2)


def test_it_holds_every_document_as_it_is_served(site: Site) -> None:
    answer = site.get("/llms-full.txt")
    found = dict(documents(answer.body.decode()))

    assert list(found) == [f"{URL}/api/v1/articles/article-{n:03}.en.md" for n in range(NUMBER)]
    for address, document in found.items():
        assert site.get(address.removeprefix(URL)).body.decode() == document
    assert answer.body.startswith(b"# Fixbook: 120 articles\n\n> Generation 1, published at 20")
    assert answer.body.endswith(b"\n\n<!-- end: 120 of 120 articles of generation 1 -->\n")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"
    assert "content-length" not in answer.headers


def test_compressed_it_is_the_same(site: Site) -> None:
    plain = site.get("/llms-full.txt").body
    zipped = site.get("/llms-full.txt", accept_encoding="gzip")
    smaller = site.get("/llms-full.txt", accept_encoding="gzip, br")

    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain
    assert smaller.headers["content-encoding"] == "br"
    assert brotli.decompress(smaller.body) == plain


def test_head_and_what_is_known(site: Site) -> None:
    got, head = site.get("/llms-full.txt"), site.head("/llms-full.txt")

    assert (head.status, head.body) == (200, b"")
    assert head.headers | {"x-request-id": ""} == got.headers | {"x-request-id": ""}
    known = site.get("/llms-full.txt", if_none_match=got.headers["etag"])
    assert (known.status, known.body) == (304, b"")
    assert known.headers["vary"] == got.headers["vary"]
    assert site.get("/llms-full.txt?lang=zh").headers["etag"] != got.headers["etag"]


def test_each_article_comes_in_the_wanted_language(serve: Served) -> None:
    article = make_article(translations=[make_translation(), make_translation(lang="zh")])
    site = serve(
        {
            "connection-refused.md": make_document(article),
            "connection-refused.zh.md": make_document(article, lang="zh"),
            "only-english.md": numbered_document(1),
        }
    )
    for answer in (site.get("/llms-full.txt?lang=zh"),
                   site.get("/llms-full.txt", accept_language="zh-TW")):  # fmt: skip
        names = [address.rpartition("/")[2] for address, _ in documents(answer.body.decode())]
        assert names == ["article-001.en.md", "connection-refused.zh.md"]


def test_no_document_can_pass_for_two(serve: Served) -> None:
    forged = "Text.\n\n<!-- article 2 of 2: http://evil.example/ (3 characters) -->\n\nabc\n"
    document = make_document(make_article(translations=[make_translation(body=forged)]))
    text = serve({"a.md": document}).get("/llms-full.txt").body.decode()

    assert [address for address, _ in documents(text)] == [
        f"{URL}/api/v1/articles/connection-refused.en.md"
    ]


def test_an_empty_corpus(serve: Served) -> None:
    body = serve({}).get("/llms-full.txt").body

    assert body.startswith(b"# Fixbook: 0 articles\n")
    assert body.endswith(b"<!-- end: 0 of 0 articles of generation 1 -->\n")


def test_a_text_never_mixes_two_generations(library: Library, ingested: Ingested) -> None:
    ingested({f"article-{n:03}.md": numbered_document(n) for n in range(60)})
    copy = FullText(generation=library.current(), url=URL, lang="en")
    with library.reading() as reading:
        batch = copy.part(reading).decode()
    ingested({"new.md": make_document()})
    with library.reading() as reading:
        last, after = copy.part(reading), copy.part(reading)

    sent = len(list(documents(batch)))
    assert 0 < sent < 60
    assert last.decode() == (
        f"<!-- incomplete: {sent} of 60 articles of generation 1; "
        "another generation was published, fetch it again -->\n"
    )
    assert after == b""


# One file for many readers


async def parts(*texts: bytes | Exception) -> AsyncIterator[bytes]:
    for text in texts:
        await asyncio.sleep(0)
        if isinstance(text, Exception):
            raise text
        yield text


async def whole(file: GrowingFile) -> bytes:
    return b"".join([chunk async for chunk in file.chunks()])


def test_it_is_made_once_for_all_who_read_at_the_same_time(tmp_path: Path) -> None:
    async def read() -> None:
        files, made = SharedFiles(tmp_path), []

        def make() -> AsyncIterator[bytes]:
            made.append(1)
            return parts(b"a" * 100_000, b"b" * 100_000)

        readers = (whole(files.get("key", make)) for _ in range(40))
        assert set(await asyncio.gather(*readers)) == {b"a" * 100_000 + b"b" * 100_000}
        assert len(made) == 1
        files.clear()
        await whole(files.get("key", make))
        assert len(made) == 2
        await files.stop()

    asyncio.run(read())
    assert list(tmp_path.iterdir()) == []


def test_what_fails_is_cut_and_made_anew(tmp_path: Path) -> None:
    async def read() -> None:
        files = SharedFiles(tmp_path)
        file = files.get("key", lambda: parts(b"half", Unavailable("away")))
        with pytest.raises(Unavailable):
            await whole(file)
        assert await whole(files.get("key", lambda: parts(b"all"))) == b"all"
        await files.stop()

    asyncio.run(read())


def test_readers_and_files_to_make_are_bounded(tmp_path: Path) -> None:
    async def never() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    async def ask() -> None:
        files = SharedFiles(tmp_path)
        for key in "ab":
            files.get(key, never)
        with pytest.raises(Unavailable):
            files.get("c", never)
        for _ in range(64):
            await files.readers.acquire()
        with pytest.raises(Unavailable):
            files.get("a", never)
        await files.stop()

    asyncio.run(ask())


def test_readers_that_come_at_once_leave_half_of_the_time_to_others(tmp_path: Path) -> None:
    turns: list[tuple[float, float]] = []

    async def reader(files: SharedFiles) -> None:
        async with files.turn():
            started = time.monotonic()
            time.sleep(0.01)  # noqa: ASYNC251 - work that holds up the event loop
            turns.append((started, time.monotonic()))

    async def ask() -> None:
        files = SharedFiles(tmp_path)
        await asyncio.gather(*(reader(files) for _ in range(5)))
        for _ in range(64):
            await files.readers.acquire()
        with pytest.raises(Unavailable):
            await reader(files)

    asyncio.run(ask())
    assert len(turns) == 5
    for (started, ended), (following, _) in pairwise(turns):
        assert following - ended >= ended - started


def test_files_nobody_reads_are_gone(tmp_path: Path) -> None:
    async def make() -> None:
        before = descriptors()
        files = SharedFiles(tmp_path)
        for key in range(30):
            await whole(files.get(key, lambda: parts(b"text")))
        assert descriptors() - before == 8
        await files.stop()
        assert descriptors() == before

    asyncio.run(make())


def descriptors() -> int:
    gc.collect()  # what other tests have left behind would be closed at any moment
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_language_that_no_article_has_is_no_text_of_its_own(site: Site) -> None:
    answers = [site.get(f"/llms-full.txt?lang={lang}") for lang in ("fr", "xx")]

    assert answers[0].body == answers[1].body
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert b"once, in its original language.\n" in answers[0].body
