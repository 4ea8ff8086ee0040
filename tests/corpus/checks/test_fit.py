"""Fit: what a log says of its environment, and whether a fix was run there."""

from dataclasses import replace

import pytest

from corpus.checks.fit import Fit, canonical_names, environment_in, fit_of, fit_of_versions
from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import EntryRun


def make_run(
    outcome: CheckOutcome = CheckOutcome.FIXED,
    *,
    os: str = "Debian GNU/Linux 12 (bookworm)",
    **programs: str,
) -> EntryRun:
    return EntryRun(name=os, os=os, programs=programs, outcome=outcome)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Python 3.13.0 (main, Oct  7 2024)", {"python": "3.13.0"}),
        ('  File "/usr/lib/python3.11/json/decoder.py", line 355', {"python": "3.11"}),
        ("Node.js v20.19.2", {"node": "20.19.2"}),
        ("running node v18", {"node": "18"}),
        ("psql: PostgreSQL 15.14 on x86_64", {"postgresql": "15.14"}),
        ("Debian GNU/Linux 12 \\n \\l", {"os": "debian 12"}),
        ("FROM ubuntu:22.04", {"os": "ubuntu 22.04"}),
        ("git version 2.39.5", {"git": "2.39.5"}),
        ("TypeError: x is not a function", {}),
        ("the node is gone, python 3 eggs, version 12", {"python": "3"}),
    ],
)
def test_what_a_log_says_of_its_environment(text: str, found: dict[str, str]) -> None:
    assert environment_in(text) == found


@pytest.mark.parametrize(
    ("reader", "fit"),
    [
        ({"python": "3.11.9"}, Fit.FITS),
        ({"python": "3.11"}, Fit.FITS),
        ({"python": "3.13.0"}, Fit.DIFFERS),
        ({"python": "3.11.9", "os": "Debian 12"}, Fit.FITS),
        ({"python": "3.11.9", "os": "ubuntu 22.04"}, Fit.DIFFERS),
        ({"node": "20.19.2"}, Fit.UNKNOWN),
        ({}, Fit.UNKNOWN),
    ],
)
def test_whether_a_fix_was_run_there(reader: dict[str, str], fit: Fit) -> None:
    assert fit_of([make_run(python="3.11.2")], reader) is fit


@pytest.mark.parametrize(
    ("versions", "fit"),
    [
        (["Python 3.13"], Fit.FITS),
        (["Python 3"], Fit.FITS),
        (["Python 3.12", "Python 3.13"], Fit.FITS),
        (["python>=3.12"], Fit.FITS),
        (["Python 3.12+"], Fit.FITS),
        (["Python > 3.13"], Fit.DIFFERS),
        (["Python < 3.12"], Fit.DIFFERS),
        (["Python 3.12"], Fit.DIFFERS),
        (["Python 3.13", "Node.js < 20"], Fit.DIFFERS),
        (["JSON-RPC 2.0", "all of them"], Fit.UNKNOWN),
        ([], Fit.UNKNOWN),
    ],
)
def test_whether_an_article_is_for_that_version(versions: list[str], fit: Fit) -> None:
    assert fit_of_versions(versions, {"python": "3.13.0", "node": "20.19.2"}) is fit


def test_one_environment_is_enough_and_one_where_it_failed_is_none() -> None:
    runs = [
        make_run(node="18.20.4"),
        make_run(node="20.19.2"),
        make_run(CheckOutcome.NOT_FIXED, node="22.1.0"),
    ]
    assert fit_of(runs, {"node": "20.1"}) is Fit.FITS
    assert fit_of(runs, {"node": "22.1.0"}) is Fit.DIFFERS


def test_names_are_those_of_receipts() -> None:
    assert canonical_names({"Python3": " 3.13 ", "os": "debian 12"}) == {
        "python": "3.13",
        "os": "debian 12",
    }


def test_a_utility_tells_only_where_it_wrote_the_error() -> None:
    run = make_run(python="3.11.2", bash="5.2.15")
    assert fit_of([run], {"bash": "4.4", "python": "3.11"}) is Fit.FITS
    assert fit_of([replace(run, writers=frozenset({"bash"}))], {"bash": "4.4"}) is Fit.DIFFERS
    assert str(run) == "Debian GNU/Linux 12 (bookworm), python 3.11.2"
    assert str(make_run(bash="5.2.15")) == "Debian GNU/Linux 12 (bookworm), bash 5.2.15"
