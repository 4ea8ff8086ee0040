"""`/llms-full.txt`: every article in one text, made once for all who ask.

It is made into a file, compressed already, and sent from there while it grows. A batch is
one short read; between batches nothing is held, so a large corpus costs no memory, and a
slow client neither that nor a transaction. Each batch looks at the number of the generation.
If another one was published meanwhile, the text ends with a line that says so: it never
mixes two states of the corpus, and its last line tells whether it is whole. When the
database goes away in the middle, the connection is cut, and no cache keeps what came.
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
_BATCH = 20
"""Articles that are read together: some two hundred kilobytes, a few milliseconds."""
_WINDOW = 19
"""Of Brotli, as a power of two: the usual 22 takes several times the memory."""


@router.get("/llms-full.txt")
async def get_full_text(
    state: StateDep, request: Request, url: PublicUrl, lang: PreferredLang
) -> Response:
    """Each article once, in the wanted language where it exists, by slug."""
    context: RequestContext = request.scope[CONTEXT]
    generation, lang = await state.read(lambda reading: _shown(reading, lang), long=True)
    copy = Copy(generation=generation, url=url, lang=lang)
    headers = {
        "Cache-Control": "public, no-cache",
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
    file = state.files.get((copy.tag, coding), lambda: _encoded(copy.chunks(state), coding))
    return _Read(state, file.chunks(), headers=headers, media_type=_MEDIA_TYPE)


def _shown(reading: Reading, lang: str) -> tuple[Generation, str]:
    """The generation, and the language that is preferred in it: none if no article has it.

    So there are no more texts than languages, whatever readers ask for.
    """
    return reading.generation, lang if is_spoken(reading.connection, lang) else ""


class _Read(StreamingResponse):
    """What is read from a file, while there is a place among its readers."""

    def __init__(self, state: AppState, chunks: AsyncIterator[bytes], **named: Any) -> None:
        super().__init__(chunks, **named)
        self._places = state.files.readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        async with self._places:
            await super().__call__(scope, receive, send)


@dataclass(slots=True)
class Copy:
    """One generation on its way to one client."""

    generation: Generation
    url: str
    lang: str
    sent: int = field(default=0, init=False)
    _last: str = field(default="", init=False)
    """The slug of the article that was sent last."""
    _ended: bool = field(default=False, init=False)

    @property
    def tag(self) -> str:
        """An entity tag: the same generation gives the same text."""
        known = f"{self.generation}|{self.url}|{self.lang}"
        return f'W/"{blake2b(known.encode(), digest_size=12).hexdigest()}"'

    async def chunks(self, state: AppState) -> AsyncIterator[bytes]:
        """The text, a batch at a time."""
        yield self._head().encode()
        while chunk := await state.read(self.part, long=True, probe=True):
            yield chunk

    def part(self, reading: Reading) -> bytes:
        """The next batch, or the last line, or nothing after that."""
        if self._ended:
            return b""
        if reading.generation != self.generation:
            return self._end("incomplete", "; another generation was published, ask again")
        ids, self._last = ids_after(reading.connection, self._last, limit=_BATCH)
        if not ids:
            return self._end("end")
        return "".join(
            map(self._document, articles.load_without_signatures(reading.connection, ids))
        ).encode()

    def _head(self) -> str:
        total, number = self.generation.articles, self.generation.number
        wanted = "in the language it was written in"
        if self.lang:
            wanted = f"in the language {self.lang} where it exists in it"
        return (
            f"# Fixbook: {total} articles\n\n> Generation {number}, "
            f"published at {self.generation.published_at}. Each article is there once, "
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


async def _encoded(chunks: AsyncIterator[bytes], coding: Coding) -> AsyncIterator[bytes]:
    """The text in a content coding, compressed as it is made."""
    if coding not in NAMES:
        async for chunk in chunks:
            yield chunk
        return
    pack, end = _compressor(coding)
    async for chunk in chunks:
        yield await asyncio.to_thread(pack, chunk)
    yield end()


def _compressor(coding: Coding) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """What compresses a chunk, and what ends the file."""
    if coding is Coding.BROTLI:
        brotlied = brotli.Compressor(quality=QUALITY, lgwin=_WINDOW)
        return brotlied.process, brotlied.finish
    gzipped = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return gzipped.compress, gzipped.flush
