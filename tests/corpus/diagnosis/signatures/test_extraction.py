"""Extraction: which signatures an article has, from where, and how many."""

from corpus.diagnosis.signatures.extraction import LIMIT, extract
from corpus.diagnosis.signatures.signature import Origin
from corpus.document.outline import Code, ErrorEntry, Outline, QuotedText


def found(outline: Outline, title: str = "A title", **more: tuple[str, ...]) -> list[str]:
    signatures = extract(outline=outline, title=title, **more)
    return [f"{s.origin}: {s.template} | {' '.join(s.codes)}".rstrip(" |") for s in signatures]


def row(error: str) -> ErrorEntry:
    return ErrorEntry(error=error, cause="c", solution="s", anchor="table")


def test_rows_of_an_error_table() -> None:
    outline = Outline(errors=(row("npm ERR! code ERESOLVE"), row("ETIMEDOUT / Connection refused")))
    assert found(outline) == [
        "error: code ERESOLVE | eresolve",
        "error: ETIMEDOUT | etimedout",
        "error: Connection refused",
        "title: A title",
    ]


def test_a_quote_gets_the_codes_of_the_title() -> None:
    outline = Outline(quotes=(QuotedText(text="'*name*' : undeclared identifier", anchor="q"),))
    assert found(outline, title="Compiler Error C2065") == [
        "quote: <str>: undeclared identifier | c2065",
        "title: Compiler Error C2065 | c2065",
    ]


def test_a_wrapped_quote_is_read_line_by_line_and_as_one() -> None:
    outline = Outline(quotes=(QuotedText(text="cannot open\nfile *name*", anchor=""),))
    assert found(outline) == [
        "quote: cannot open",
        "quote: file <any>",
        "quote: cannot open file <any>",
        "title: A title",
    ]


def test_an_alert_is_no_message() -> None:
    outline = Outline(quotes=(QuotedText(text="[!NOTE]\nThis error is rare.", anchor=""),))
    assert found(outline) == ["title: A title"]


def test_what_a_symptom_quotes_is_the_message() -> None:
    outline = Outline(
        symptoms=(
            QuotedText(text="`spawn npx ENOENT` in the log", anchor=""),
            QuotedText(text='A "Connection refused" error', anchor=""),
            QuotedText(text="The server keeps silent", anchor=""),
        )
    )
    assert found(outline) == [
        "symptom: spawn npx ENOENT | enoent",
        "symptom: Connection refused",
        "symptom: The server keeps silent",
        "title: A title",
    ]


def test_error_lines_of_code_blocks() -> None:
    block = Code(language="text", content="$ make\nmain.c:3:4: error: no such thing\n", anchor="c")
    assert found(Outline(code=(block,)), code=("fatal: not a git repository",)) == [
        "title: A title",
        "code: no such thing",
        "code: not a git repository",
    ]


def test_keywords_that_tell() -> None:
    assert found(Outline(), keywords=("port", "connection-refused", "EADDRINUSE")) == [
        "title: A title",
        "keyword: connection-refused",
        "keyword: EADDRINUSE | eaddrinuse",
    ]


def test_each_signature_once_and_not_too_many() -> None:
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)} failed" for n in range(LIMIT + 5)]
    outline = Outline(errors=tuple(row(word) for word in [*words, *words]))
    signatures = extract(outline=outline, title="A title")
    assert len({signature.template for signature in signatures}) == len(signatures) == LIMIT
    assert {signature.origin for signature in signatures} == {Origin.ERROR}
