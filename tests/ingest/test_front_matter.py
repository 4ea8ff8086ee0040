"""Front matter is counted before anything is made of it: few bytes never become millions."""

import time
from contextlib import suppress
from itertools import pairwise

import pytest

from corpus.errors import DocumentError
from ingest.front_matter import split_front_matter

TOO_MANY = "2: the front matter holds too many values"
TAG = "the front matter is not plain YAML: it has the tag"


def doubled(first: str, item: str, *, times: int = 30) -> str:
    """Each line holds the one before eight times, by aliases."""
    names = [f"a{number}" for number in range(times)]
    lines = [
        f"{name}: &{name} {item % ', '.join([f'*{before}'] * 8)}"
        for before, name in pairwise(names)
    ]
    return "\n".join([f"a0: &a0 {first}", *lines])


REFUSED = {
    "merged": (doubled("{x: 1}", "{!!merge x: [%s]}"), f"3: {TAG} 'tag:yaml.org,2002:merge'"),
    "merged, told otherwise": (
        doubled("{x: 1}", "{!<tag:yaml.org,2002:merge> x: [%s]}"),
        f"3: {TAG} 'tag:yaml.org,2002:merge'",
    ),
    "merged by name": (doubled("{x: 1}", "{<<: [%s]}"), TOO_MANY),
    "lists": (doubled("[x]", "[%s]"), TOO_MANY),
    "lists of aliases, deep": (
        "a0: &a0 [x]\n" + "\n".join(f"a{at}: &a{at} [*a{at - 1}]" for at in range(1, 40)),
        TOO_MANY,
    ),
    "itself in a list": ("a: &a [*a]", TOO_MANY),
    "itself in a mapping": ("a: &a\n  b: *a", TOO_MANY),
    "a number of many digits": (
        f'n: !!int "0x{"f" * 60_000}"',
        f"2: {TAG} 'tag:yaml.org,2002:int'",
    ),
    "sexagesimal": ('n: !!float "1:59:59.0"', f"2: {TAG} 'tag:yaml.org,2002:float'"),
    "binary": ("title: A\n\nb: !!binary aGk=", f"4: {TAG} 'tag:yaml.org,2002:binary'"),
    "an object": (
        "a: !!python/object/apply:os.system [id]",
        f"2: {TAG} 'tag:yaml.org,2002:python/object/apply:os.system'",
    ),
    "a tag of one's own": ("a: !thing b", f"2: {TAG} '!thing'"),
    "a tag that says nothing": ("a: ! b", f"2: {TAG} '!'"),
    "deep": ("a: " + "[" * 30_000 + "]" * 30_000, TOO_MANY),
    "many keys": ("\n".join(f"k{at}: 1" for at in range(6_000)), TOO_MANY),
}


@pytest.mark.parametrize(("yaml", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_more_than_it_looks_is_refused(yaml: str, expected: str) -> None:
    started = time.process_time()
    with pytest.raises(DocumentError) as refused:
        split_front_matter(f"---\n{yaml}\n---\n\n# A\n")
    assert time.process_time() - started < 2
    assert f"{refused.value.line}: {refused.value.message}" == expected


@pytest.mark.parametrize(
    "number", ["9" * 60_000, f"0x{'f' * 60_000}", "1:" + "59:" * 20_000 + "1", "1" * 19, "0b11"]
)
def test_a_number_that_is_no_plain_one_is_the_text_that_it_is(number: str) -> None:
    front, _, _ = split_front_matter(f"---\nn: {number}\n---\n")
    assert front.values == {"n": number}


def test_a_few_aliases_are_fine() -> None:
    front, _, _ = split_front_matter("---\na: &a [x, y]\nb: *a\nc: 'no !tag'\n---\n")
    assert front.values == {"a": ["x", "y"], "b": ["x", "y"], "c": "no !tag"}


def test_a_date_of_many_characters_is_none() -> None:
    front, _, _ = split_front_matter(f"---\ndate: 2024-01-01T{'0' * 60_000}\n---\n")
    assert front.time(["date"]) is None
    assert [(problem.line, problem.message[:8]) for problem in front.problems] == [(2, "date is ")]


def test_a_bad_date_is_said_with_its_own_line() -> None:
    """Not with that of a name below another one, nor of a text that looks like one."""
    yaml = 'series:\n  date: 2024-01-01\nnote: |\n  date: soon\n"date" : soon\n'
    front, _, _ = split_front_matter(f"---\n{yaml}---\n")
    assert front.time(["date"]) is None
    assert [problem.line for problem in front.problems] == [6]


WARNED = {
    "an unquoted colon": (
        "title: Error: cannot connect\ntags: [a]",
        {"title": "Error: cannot connect", "tags": ["a"]},
        ['2: quote it, for YAML reads it otherwise: title: "Error: cannot connect"'],
    ),
    "a quote inside": (
        'title: Error: "a\\b"',
        {"title": 'Error: "a\\b"'},
        ['2: quote it, for YAML reads it otherwise: title: "Error: \\"a\\\\b\\""'],
    ),
    "a template": (
        "date: {{ .Date }}\nauthor: me",
        {"author": "me"},
        ["2: date is left out: found unhashable key"],
    ),
    "a list that is open": (
        "tags: [a\nauthor: me",
        {"author": "me"},
        ["2: tags is left out: did not find expected ',' or ']'"],
    ),
    "nothing readable": (
        "[a",
        {},
        ["3: the front matter is not readable: did not find expected ',' or ']'"],
    ),
}


@pytest.mark.parametrize(("yaml", "values", "told"), WARNED.values(), ids=WARNED)
def test_a_value_that_cannot_be_read_takes_no_other_with_it(
    yaml: str, values: dict[str, object], told: list[str]
) -> None:
    front, rest, _ = split_front_matter(f"---\n{yaml}\n---\n# A\n")
    assert (front.values, rest) == (values, "# A\n")
    assert [f"{problem.line}: {problem.message}" for problem in front.problems] == told


def test_toml_is_read_between_its_own_rules() -> None:
    toml = 'title = "A"\ndate = 2024-03-12T07:00:00Z\ntags = ["x"]\n[params]\nn = 1'
    front, rest, lines = split_front_matter(f"+++\n{toml}\n+++\n\n# A\n")

    assert front.values == {
        "title": "A",
        "date": "2024-03-12T07:00:00+00:00",
        "tags": ["x"],
        "params": {"n": 1},
    }
    assert front.time(["date"]) == "2024-03-12T07:00:00.000Z"
    assert (rest, lines) == ("# A\n", 8)


def test_toml_that_cannot_be_read_keeps_the_rest() -> None:
    front, _, _ = split_front_matter('+++\ntitle = A\ntags = ["x"]\n+++\nText.')
    assert front.values == {"tags": ["x"]}
    assert [(problem.line, problem.message[:17]) for problem in front.problems] == [
        (2, "title is left out")
    ]


@pytest.mark.parametrize(
    "toml",
    [
        "a = " + "[" * 20_000 + "]" * 20_000,
        "a" + ".a" * 20_000 + " = 1",
        "[a" + ".a" * 20_000 + "]\n" + "\n".join(f"k{at} = 1" for at in range(2_000)),
        "\n".join(f"k{at} = 1" for at in range(6_000)),
        "n = 0x" + "f" * 60_000,
    ],
    ids=["lists", "names", "a table", "many", "a number"],
)
def test_toml_that_explodes_is_cheap(toml: str) -> None:
    started = time.process_time()
    with suppress(DocumentError):
        split_front_matter(f"+++\n{toml}\n+++\n\n# A\n")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("date: 05/03/2024", None),
        ("ms.date: 05/03/2024", "2024-05-03T00:00:00.000Z"),
        ("date: 05.03.2024", "2024-03-05T00:00:00.000Z"),
        ("date: 25/03/2024", "2024-03-25T00:00:00.000Z"),
        ("last_update: {date: 2024-03-05, author: me}", "2024-03-05T00:00:00.000Z"),
    ],
)
def test_a_date_is_never_guessed(line: str, expected: str | None) -> None:
    front, _, _ = split_front_matter(f"---\n{line}\n---\n")
    assert front.time(["date", "ms.date", "last_update.date"]) == expected
    told = ["date is '05/03/2024', which may be two days; write 2026-03-12"]
    assert [problem.message for problem in front.problems] == (told if expected is None else [])
