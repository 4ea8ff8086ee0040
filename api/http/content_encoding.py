"""Content codings: the bytes of a response as they are, in gzip and in Brotli.

Each is computed once. Where the end differs from request to request (the envelope's request
id and time), the compressed part stops at a byte boundary and the end is appended
uncompressed, as both formats allow.
"""

import gzip
import struct
import zlib
from enum import IntEnum
from functools import lru_cache
from typing import Protocol

import brotli

from api.http.negotiation import weighted_items


class Coding(IntEnum):
    """The supported content codings, best last."""

    IDENTITY = 0
    GZIP = 1
    BROTLI = 2


NAMES = {Coding.GZIP: b"gzip", Coding.BROTLI: b"br"}
QUALITY = 5
"""Of Brotli, 0 to 11: as small as gzip at its best, and as fast."""


@lru_cache(1_000)
def choose_coding(accept: bytes) -> Coding:
    """The best coding that an Accept-Encoding header allows (RFC 9110, section 12.5.3)."""
    weights = dict(weighted_items(accept.decode("latin-1")))
    other = weights.get("*", 0.0)
    offered = [(weights.get(name.decode(), other), coding) for coding, name in NAMES.items()]
    best, coding = max(offered)
    return coding if best > 0 else Coding.IDENTITY


class EncodedBody(Protocol):
    """The bytes of a response in one coding."""

    content: bytes

    def with_end(self, end: bytes) -> bytes:
        """The complete response: the content followed by `end`."""


class Identity:
    """The bytes as they are."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def with_end(self, end: bytes) -> bytes:
        """The concatenation of both."""
        return self.content + end


class Gzip:
    """gzip (RFC 1952); the end is the last, stored block (RFC 1951, section 3.2.4)."""

    def __init__(self, content: bytes, *, open_ended: bool) -> None:
        self._length = len(content)
        self._crc = zlib.crc32(content)
        self.content = _gzip_start(content) if open_ended else gzip.compress(content, 6, mtime=0)

    def with_end(self, end: bytes) -> bytes:
        """The deflated start, the stored end, then checksum and length of both together."""
        block = struct.pack("<BHH", 1, len(end), len(end) ^ 0xFFFF) + end
        length = (self._length + len(end)) & 0xFFFFFFFF
        return self.content + block + struct.pack("<II", zlib.crc32(end, self._crc), length)


class Brotli:
    """Brotli (RFC 7932); the end is an uncompressed meta-block, then an empty last one (9.2)."""

    def __init__(self, content: bytes, *, open_ended: bool) -> None:
        compressor = brotli.Compressor(quality=QUALITY)
        start: bytes = compressor.process(content)
        rest: bytes = compressor.flush() if open_ended else compressor.finish()
        self.content = start + rest

    def with_end(self, end: bytes) -> bytes:
        """The start, an uncompressed meta-block of up to 64 KiB, the empty last meta-block."""
        # From the lowest bit: ISLAST 0, MNIBBLES 00 (four), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1.
        header = (len(end) - 1) << 3 | 1 << 19
        return self.content + header.to_bytes(3, "little") + end + b"\x03"


def encode(content: bytes, coding: Coding, *, open_ended: bool) -> EncodedBody:
    """The bytes in a coding; `open_ended` ones are complete only `with_end`."""
    if coding is Coding.GZIP:
        return Gzip(content, open_ended=open_ended)
    if coding is Coding.BROTLI:
        return Brotli(content, open_ended=open_ended)
    return Identity(content)


def _gzip_start(content: bytes) -> bytes:
    """The start of a gzip file that can be continued."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + start
