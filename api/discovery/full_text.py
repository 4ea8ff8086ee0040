"""`/llms-full.txt`: every article in one text, generated once for all clients.

It is written, compressed, into a shared file, and sent while the file grows. Each batch is one
short read and nothing is held in between, so a large corpus costs no memory, and a slow client no
transaction. If another generation is published meanwhile, the text ends with a line that says so:
it never mixes two generations, and its last line tells whether it is complete. If the database
becomes unavailable, the connection is closed, so that no cache stores the incomplete text.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import brotli
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.dependencies import AppState, PublicUrl, StateDep
from api.http.content_encoding import NAMES, QUALITY, Coding
from api.http.request_context import CONTEXT, RequestContext
from api.requests.parameters import PreferredLang
from api.responses.urls import document_path
from corpus.document.article_document import render
from corpus.search.reading import Reading
from corpus.store import articles
from corpus.store.entry import Entry
from corpus.store.generations import Generation
from corpus.store.queries.directory import ids_after, is_spoken

router = APIRouter(include_in_schema=False)

_MEDIA_TYPE = "text/plain; charset=utf-8"
_BATCH = 4
"""Articles per read: some hundred kilobytes, up to 15 ms of CPU."""
_WINDOW = 19
"""Of Brotli, as a power of two: the default 22 takes several times the memory."""


@router.get("/llms-full.txt")
async def get_full_text(
    state: StateDep, request: Request, url: PublicUrl, lang: PreferredLang
) -> Response:
    """Each article once, ordered by slug, in the preferred language if available."""
    context: RequestContext = request.scope[CONTEXT]
    async with state.files.turn():
        generation, lang = await state.read(lambda reading: _version(reading, lang))
    copy = FullText(generation=generation, url=url, lang=lang)
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Accept-Encoding",
        "ETag": copy.tag,
    }
    if context.fields.matches_etag(copy.tag.encode()):
        return Response(status_code=304, headers=headers)
    coding = context.fields.coding
    if coding in NAMES:
        headers["Content-Encoding"] = NAMES[coding].decode()
    if context.is_head:
        return StreamingResponse((), headers=headers, media_type=_MEDIA_TYPE)
    file = state.files.get((copy.tag, coding), lambda: _encode(copy.chunks(state), coding))
    return _SharedFileResponse(state, file.chunks(), headers=headers, media_type=_MEDIA_TYPE)


def _version(reading: Reading, lang: str) -> tuple[Generation, str]:
    """The generation, and the preferred language, or '' if no article is written in it.

    So there are no more files than languages, whatever clients request.
    """
    return reading.generation, lang if is_spoken(reading.connection, lang) else ""


class _SharedFileResponse(StreamingResponse):
    """Streams a shared file, and counts as a reader meanwhile."""

    def __init__(self, state: AppState, chunks: AsyncIterator[bytes], **named: Any) -> None:
        super().__init__(chunks, **named)
        self._readers = state.files.readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        async with self._readers:
            await super().__call__(scope, receive, send)


@dataclass(slots=True)
class FullText:
    """The text of one generation, generated batch by batch."""

    generation: Generation
    url: str
    lang: str
    sent: int = field(default=0, init=False)
    _last: str = field(default="", init=False)
    """The slug of the last article."""
    _ended: bool = field(default=False, init=False)

    @property
    def tag(self) -> str:
        """The entity tag: the same generation has the same text."""
        known = f"{self.generation}|{self.url}|{self.lang}"
        return f'W/"{blake2b(known.encode(), digest_size=12).hexdigest()}"'

    async def chunks(self, state: AppState) -> AsyncIterator[bytes]:
        """The text, a batch at a time. Between batches as much time passes as the last one took:
        other requests wait for half of a core at most."""
        yield self._head().encode()
        clock = asyncio.get_running_loop().time
        started = clock()
        while chunk := await state.read(self.part, long=True, probe=True):
            pause = clock() - started
            yield chunk
            await asyncio.sleep(pause)
            started = clock()

    def part(self, reading: Reading) -> bytes:
        """The next batch, then the last line, then nothing."""
        if self._ended:
            return b""
        if reading.generation != self.generation:
            return self._end("incomplete", "; another generation was published, fetch it again")
        ids, self._last = ids_after(reading.connection, self._last, limit=_BATCH)
        if not ids:
            return self._end("end")
        return "".join(
            map(self._document, articles.load_without_signatures(reading.connection, ids))
        ).encode()

    def _head(self) -> str:
        total, number = self.generation.articles, self.generation.number
        wanted = "in its original language"
        if self.lang:
            wanted = f"in the language {self.lang} if available"
        return (
            f"# Fixbook: {total} articles\n\n> Generation {number}, "
            f"published at {self.generation.published_at}. Each article appears once, "
            f"{wanted}.\n\n"
        )

    def _document(self, entry: Entry) -> str:
        self.sent += 1
        article = entry.article
        shown = article.translation(self.lang).lang
        text = render(entry.with_run_records(shown), lang=shown, public_url=self.url)
        address = f"{self.url}{document_path(article.slug, shown)}"
        place = f"{self.sent} of {self.generation.articles}"
        return f"<!-- article {place}: {address} ({len(text)} characters) -->\n\n{text}\n\n"

    def _end(self, word: str, reason: str = "") -> bytes:
        place = f"{self.sent} of {self.generation.articles} articles"
        self._ended = True
        return f"<!-- {word}: {place} of generation {self.generation.number}{reason} -->\n".encode()


async def _encode(chunks: AsyncIterator[bytes], coding: Coding) -> AsyncIterator[bytes]:
    """The text in a content coding, compressed chunk by chunk."""
    if coding not in NAMES:
        async for chunk in chunks:
            yield chunk
        return
    compress, finish = _compressor(coding)
    async for chunk in chunks:
        yield await asyncio.to_thread(compress, chunk)
    yield finish()


def _compressor(coding: Coding) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """The functions that compress a chunk, and finish the file."""
    if coding is Coding.BROTLI:
        brotli_ = brotli.Compressor(quality=QUALITY, lgwin=_WINDOW)
        return brotli_.process, brotli_.finish
    gzip = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return gzip.compress, gzip.flush
