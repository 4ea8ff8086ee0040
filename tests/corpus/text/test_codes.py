"""The grammar of codes: one value, one form; words stay words."""

import pytest

from corpus.text import codes


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("-32602", "-32602"),
        ("32602", "32602"),
        ("+7", "7"),
        ("00942", "00942"),
        ("0x80070005", "0x80070005"),
        ("0X80070005", "0x80070005"),
        ("2147942405", "0x80070005"),
        ("-2147024891", "0x80070005"),
        ("0xFFFFFFFF80070005", "0x80070005"),
        ("0xC0000005", "0xc0000005"),
        ("-1073741819", "0xc0000005"),
        ("0xFFFF80A6", "-32602"),
        ("0x1F", "31"),
        ("E0382", "e0382"),
        ("c2065", "c2065"),
        ("LNK2019", "lnk2019"),
        ("TS2345", "ts2345"),
        ("CS0103", "cs0103"),
        ("MSB3073", "msb3073"),
        ("F401", "f401"),
        ("42P01", "42p01"),
        ("ORA-00942", "ora-00942"),
        ("TRANS-003", "trans-003"),
        ("TOOL-FS-001", "tool-fs-001"),
        ("CVE-2024-3094", "cve-2024-3094"),
        ("ECONNREFUSED", "econnrefused"),
        ("ENOENT", "enoent"),
        ("ERESOLVE", "eresolve"),
        ("SIGKILL", "sigkill"),
        ("ERR_CONNECTION_REFUSED", "err_connection_refused"),
        ("SQLSTATE 42P01", "sqlstate:42p01"),
        ("HTTP 503", "http:503"),
        ("HTTP/1.1 404", "http:404"),
        ("status code: 404", "http:404"),
        ("exit code 137", "exit:137"),
        ("exit status 1", "exit:1"),
        ("exited with code 1", "exit:1"),
        ("errno 111", "errno:111"),
        ("os error 2", "errno:2"),
        ("signal 9", "signal:9"),
        ("error 1045", "1045"),
        ("code -32602", "-32602"),
    ],
)
def test_canonical_form(written: str, form: str) -> None:
    assert codes.canonical(written) == form


@pytest.mark.parametrize(
    "written",
    [
        "",
        "error",
        "ERROR",
        "EXCEPTION",
        "hello",
        "UTF-8",
        "3.11.7",
        "line 42",
        "status 9999",
        "my_variable",
        "NullPointerException",
        "连接",
    ],
)
def test_what_is_no_code(written: str) -> None:
    assert codes.canonical(written) is None


@pytest.mark.parametrize(
    ("term", "exact"),
    [
        ("-32602", True),
        ("e0382", True),
        ("http:503", True),
        ("econnrefused", True),
        ("err_module_not_found", True),
        ("sigkill", True),
        ("3.11.7", True),
        ("connect", False),
        ("refus", False),
        ("error", False),
        ("signal", False),
        ("连接", False),
    ],
)
def test_fuzziness_never_applies_to_codes(term: str, exact: bool) -> None:
    assert codes.is_code(term) is exact


def test_codes_of_one_family_exclude_each_other() -> None:
    assert codes.family("e0382") == codes.family("e0499")
    assert codes.family("e0382") != codes.family("c2065")
    assert codes.family("exit:1") == codes.family("exit:137") == "exit"
    assert codes.family("econnrefused") == codes.family("etimedout") == "errno"
    assert codes.family("sigkill") == "signal"
    assert codes.family("err_require_esm") == ""


def test_a_code_without_its_namespace() -> None:
    assert codes.value("http:404") == codes.value("404") == "404"
