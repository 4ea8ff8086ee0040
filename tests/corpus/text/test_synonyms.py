"""Synonyms: the file is sound, and a question finds the other names of what it says."""

import pytest

from corpus.text import analysis, synonyms
from corpus.text.synonyms import Phrase, Synonyms


def others(question: str, known: Synonyms | None = None) -> list[Phrase]:
    """What the groups of a question's words have besides these words."""
    known, terms = known or synonyms.field(), analysis.terms(question)
    return [
        phrase
        for start, end, group in known.occurrences(terms)
        for phrase in known.groups[group]
        if phrase != tuple(terms[start:end])
    ]


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("connection refused", "ECONNREFUSED"),
        ("connect ECONNREFUSED 127.0.0.1:3000", "connection refused"),
        ("errno 111", "连接被拒绝"),
        ("连接被拒绝", "ECONNREFUSED"),
        ("The operation timed out", "ETIMEDOUT"),
        ("exit code 137", "out of memory"),
        ("HTTP 404", "not found"),
        ("k8s", "kubernetes"),
        ("端口被占用", "EADDRINUSE"),
    ],
)
def test_a_question_finds_other_names(question: str, phrase: str) -> None:
    assert synonyms.phrase(phrase) in others(question)


def test_what_was_said_is_not_repeated() -> None:
    assert synonyms.phrase("connection refused") not in others("Connection refused")


def test_words_without_synonyms() -> None:
    assert others("the quick brown fox") == []


def test_a_member_may_be_in_two_groups() -> None:
    read = synonyms.read(["# comment", "", "a; b", "b; c c"])
    assert others("b", read) == [("a",), ("c", "c")]


@pytest.mark.parametrize("line", ["alone", "same; Same", "a; ", "!; b"])
def test_a_group_needs_two_members(line: str) -> None:
    with pytest.raises(ValueError, match="line 2: a group needs two members"):
        synonyms.read(["# comment", line])
