"""Content codings: the bytes of an answer plain, with gzip and with Brotli.

Each is made once. Where an answer ends with something of its own (the envelope's request
id and time), the compressed bytes stop at a byte boundary and that end is appended
uncompressed, as both formats allow.
"""

import gzip
import struct
import zlib
from enum import IntEnum
from functools import lru_cache
from typing import Protocol

import brotli

from api.http.negotiation import weighted


class Coding(IntEnum):
    """The content codings that there are, the better ones last."""

    IDENTITY = 0
    GZIP = 1
    BROTLI = 2


NAMES = {Coding.GZIP: b"gzip", Coding.BROTLI: b"br"}
QUALITY = 5
"""Of Brotli, 0 to 11: as small as gzip's best, and as quick to make."""


@lru_cache(1_000)
def chosen(accept: bytes) -> Coding:
    """The best coding that an Accept-Encoding header allows (RFC 9110, section 12.5.3)."""
    weights = dict(weighted(accept.decode("latin-1")))
    other = weights.get("*", 0.0)
    offered = [(weights.get(name.decode(), other), coding) for coding, name in NAMES.items()]
    best, coding = max(offered)
    return coding if best > 0 else Coding.IDENTITY


class Encoded(Protocol):
    """An answer's bytes in one coding."""

    content: bytes

    def ended(self, end: bytes) -> bytes:
        """The bytes of the answer that goes on with `end`, and is complete with it."""


class Plain:
    """The bytes as they are."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def ended(self, end: bytes) -> bytes:
        """One after the other."""
        return self.content + end


class Gzipped:
    """gzip (RFC 1952); an end is a stored block, the last one (RFC 1951, section 3.2.4)."""

    def __init__(self, content: bytes, *, open_ended: bool) -> None:
        self._length = len(content)
        self._crc = zlib.crc32(content)
        self.content = _deflated(content) if open_ended else gzip.compress(content, 6, mtime=0)

    def ended(self, end: bytes) -> bytes:
        """The deflated start, the stored end, checksum and length of both."""
        block = struct.pack("<BHH", 1, len(end), len(end) ^ 0xFFFF) + end
        length = (self._length + len(end)) & 0xFFFFFFFF
        return self.content + block + struct.pack("<II", zlib.crc32(end, self._crc), length)


class Brotlied:
    """Brotli (RFC 7932); an end is an uncompressed meta-block and an empty last one (9.2)."""

    def __init__(self, content: bytes, *, open_ended: bool) -> None:
        compressor = brotli.Compressor(quality=QUALITY)
        start: bytes = compressor.process(content)
        rest: bytes = compressor.flush() if open_ended else compressor.finish()
        self.content = start + rest

    def ended(self, end: bytes) -> bytes:
        """The start, an uncompressed meta-block of up to 64 KiB, the empty last meta-block."""
        # From the lowest bit: ISLAST 0, MNIBBLES 00 (four), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1.
        header = (len(end) - 1) << 3 | 1 << 19
        return self.content + header.to_bytes(3, "little") + end + b"\x03"


def encoded(content: bytes, coding: Coding, *, open_ended: bool) -> Encoded:
    """The bytes in a coding; those that are `open_ended` are not complete without an end."""
    if coding is Coding.GZIP:
        return Gzipped(content, open_ended=open_ended)
    if coding is Coding.BROTLI:
        return Brotlied(content, open_ended=open_ended)
    return Plain(content)


def _deflated(content: bytes) -> bytes:
    """The start of a gzip file that can be continued."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + start
