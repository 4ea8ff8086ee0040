"""The analysis: what becomes a term, where it stands, and what it costs."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import analysis
from corpus.text.analysis import Kind, Token
from tests.corpus.growth import is_linear


def found(query: str, text: str) -> bool:
    """Whether every term of the query is a term of the text."""
    return set(analysis.terms(query)) <= set(analysis.terms(text))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The connections were refused.", "the connect were refus"),
        ("ERR_CONNECTION_REFUSED", "err_connection_refused err connect refus"),
        (
            "java.lang.NullPointerException",
            "java.lang.nullpointerexception java lang nullpointerexcept null pointer except",
        ),
        ("camelCase", "camelcas camel case"),
        ("snake_case", "snake_case snake case"),
        ("kebab-case", "kebab-case kebab case"),
        ("--no-cache", "--no-cache no-cache no cach"),
        (".env", ".env env"),
        ("C++", "c++ c"),
        ("C#", "c# c"),
        ("c++17", "c++17 c 17"),
        ("@scope/pkg", "@scope/pkg @scope scope pkg"),
        ("a/package.json", "a/package.json a package.json packag json"),
        ("std::vector", "std::vector std vector"),
        ("main.cpp", "main.cpp main cpp"),
        ("Node.js", "node.js node js"),
        ("-32602", "-32602 32602"),
        ("0x80070005", "0x80070005 80070005 2147942405 2147024891"),
        ("2147942405", "0x80070005 80070005 2147942405 2147024891"),
        ("E0382", "e0382"),
        ("ORA-00942", "ora-00942 ora 00942"),
        ("exit code 137", "exit code 137 exit:137"),
        ("exited with code 1", "exit with code 1 exit:1"),
        ("HTTP 503", "http 503 http:503"),
        ("HTTP/1.1 404", "http/1.1 http 1.1 1 1 404 http:404"),
        ("[Errno 2]", "errno 2 errno:2"),
        ("status=404", "status 404 http:404"),
        ("3.11.7", "3.11.7 3.11"),
        (">=18", ">=18 18"),
        ("v18.0.0", "18.0.0 18.0"),
        ("::1", "::1 1"),
        ("127.0.0.1:3000", "127.0.0.1 3000"),
        ("can't", "cant"),
        ("the server's port", "the server port"),
        ("连接被拒绝", "连接 接被 被拒 拒绝"),
        ("端口3000", "端口 3000"),
        ("错", "错"),
        ("ＥＲＲＯＲ：３０００", "error 3000"),
        ("", ""),
        ("!?", ""),
    ],
)
def test_terms(text: str, terms: str) -> None:
    assert analysis.terms(text) == terms.split()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("32602", "MCP error -32602: Invalid params"),
        ("0x80070005", "failed with -2147024891"),
        ("-2147024891", "failed with 2147942405"),
        ("拒绝", "连接被拒绝"),
        ("端口", "端口3000已被占用"),
        ("3000", "端口3000已被占用"),
        ("no-cache", "run it with --no-cache"),
        ("NullPointerException", "java.lang.NullPointerException: x"),
        ("nullpointerexception", "java.lang.NullPointerException: x"),
        ("connection refused", "net::ERR_CONNECTION_REFUSED"),
        ("exit status 137", "exited with code 137 (exit code 137, status)"),
        ("package.json", "could not read /srv/app/package.json"),
        ("python", "python3.11"),
    ],
)
def test_what_a_query_finds(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("E0382", "E0383"), ("-32602", "-32601"), ("C++", "C"), ("404", "4040")]
)
def test_what_a_query_does_not_find(query: str, text: str) -> None:
    assert not found(query, text)


def test_an_identifier_comes_before_its_parts() -> None:
    assert analysis.tokenize("a std::vector b") == [
        Token("a", Kind.WORD, 0, 1),
        Token("std::vector", Kind.COMPOUND, 2, 13),
        Token("std", Kind.WORD, 2, 5),
        Token("vector", Kind.WORD, 7, 13),
        Token("b", Kind.WORD, 14, 15),
    ]


def test_what_follows_an_apostrophe_follows_all_that_is_before_it() -> None:
    assert [(token.term, token.start, token.end) for token in analysis.tokenize("1A@2'3")] == [
        ("1a@2", 0, 4),
        ("1a", 0, 2),
        ("1", 0, 1),
        ("a", 1, 2),
        ("2", 3, 4),
        ("3", 5, 6),
    ]


def test_bigrams_overlap() -> None:
    assert analysis.tokenize("x 被拒绝") == [
        Token("x", Kind.WORD, 0, 1),
        Token("被拒", Kind.CJK, 2, 4),
        Token("拒绝", Kind.CJK, 3, 5),
    ]


def test_slices_are_of_the_text_as_written() -> None:
    text = "ﬁle ｅｒｒｏｒ cafe\u0301"
    slices = [(token.term, text[token.start : token.end]) for token in analysis.tokenize(text)]
    assert slices == [("file", "ﬁle"), ("error", "ｅｒｒｏｒ"), ("café", "cafe\u0301")]


def test_words_count_each_word_once() -> None:
    words = analysis.words("ORA-00942: HTTP 503 in java.lang.NullPointerException C++ 被拒绝")
    assert [token.term for token in words] == [
        "ora-00942", "http", "http:503", "in", "java", "lang", "nullpointerexcept", "c++",
        "被拒", "拒绝",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_memory_of_words_is_bounded() -> None:
    analysis.remember(50)
    tracemalloc.start()
    for number in range(20_000):
        analysis.terms(f"word{number}x")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    analysis.remember(10_000)
    assert kept < 5_000_000  # most of it what the stemmer remembers


@given(st.text())
def test_any_text_has_sound_tokens(text: str) -> None:
    tokens = analysis.tokenize(text)
    assert [token.term for token in tokens] == analysis.terms(text)
    assert all(token.term and not any(map(str.isspace, token.term)) for token in tokens)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)


@given(st.text(alphabet="aA1_-.:/'@#+ é连ﬁ", max_size=40))
def test_any_identifier_has_sound_tokens(text: str) -> None:
    test_any_text_has_sound_tokens.hypothesis.inner_test(text)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "unit", ["a", "aA", "a.", "a-", "1.", "'a", "连", "0x", "-1 ", "a\u0301", "::", "ab ", "_"]
)
def test_time_is_linear(unit: str) -> None:
    assert is_linear(analysis.terms, unit)
