"""Content codings: what a header allows, and bytes that other programs can decode."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.content_encoding import Coding, choose_coding, encode

DECODERS = {
    Coding.IDENTITY: lambda data: data,
    Coding.GZIP: gzip.decompress,
    Coding.BROTLI: brotli.decompress,
}


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (b"", Coding.IDENTITY),
        (b"gzip", Coding.GZIP),
        (b"gzip, deflate, br, zstd", Coding.BROTLI),
        (b"GZIP;q=0.5, BR;q=0.1", Coding.GZIP),
        (b"br;q=0, gzip", Coding.GZIP),
        (b"br; q=0.000, gzip ;q=0", Coding.IDENTITY),
        (b"*", Coding.BROTLI),
        (b"*;q=0.2, br;q=0", Coding.GZIP),
        (b"identity, *;q=0", Coding.IDENTITY),
        (b"br;q=x", Coding.IDENTITY),
        (b"zstd,deflate", Coding.IDENTITY),
    ],
)
def test_the_best_coding_that_is_allowed(header: bytes, coding: Coding) -> None:
    assert choose_coding(header) is coding


@given(content=st.binary(max_size=5_000), coding=st.sampled_from(Coding))
def test_a_whole_answer_decodes(content: bytes, coding: Coding) -> None:
    assert DECODERS[coding](encode(content, coding, open_ended=False).content) == content


@given(
    content=st.binary(max_size=5_000),
    ends=st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=3),
    coding=st.sampled_from(Coding),
)
def test_each_end_makes_another_whole_answer(
    content: bytes, ends: list[bytes], coding: Coding
) -> None:
    start = encode(content, coding, open_ended=True)
    for end in ends:
        assert DECODERS[coding](start.with_end(end)) == content + end


def test_compressed_is_smaller() -> None:
    content = b"Error: connect ECONNREFUSED 127.0.0.1:3000\n" * 100
    for coding in (Coding.GZIP, Coding.BROTLI):
        assert len(encode(content, coding, open_ended=True).with_end(b"}")) < 200


def test_a_longest_end_still_fits() -> None:
    start = encode(b"{", Coding.BROTLI, open_ended=True)
    end = b"x" * 65_536
    assert brotli.decompress(start.with_end(end)) == b"{" + end
