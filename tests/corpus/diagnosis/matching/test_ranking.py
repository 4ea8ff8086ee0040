"""Ranking: the right article first, as sure as the evidence, and nothing for the rest."""

import pytest

from corpus.diagnosis.matching.match import Match, MatchOutcome
from corpus.diagnosis.matching.observed_line import observe
from corpus.diagnosis.matching.ranking import best_match
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.text.term_weights import UNKNOWN
from tests.corpus.diagnosis.matching.claims import FOLDER, claim, claims, idf
from tests.pairs import pairs


def matched(log: str) -> list[Match[str]]:
    return best_match(observe(log), claims().items(), idf)


def expectations() -> dict[str, str]:
    lines = (FOLDER / "expected.txt").read_text("utf-8").splitlines()
    return {name: outcome for name, _, outcome in (line.partition(" ") for line in lines)}


@pytest.mark.parametrize(
    ("name", "log"),
    [
        pytest.param(name, log, id=name)
        for name, log, _ in pairs("corpus/diagnosis/logs/log_parser", "log")
    ],
)
def test_outcomes(name: str, log: str) -> None:
    """Every trace against all claims; `expected.txt` says how sure, and which article."""
    found = matched(log)
    best = found[0] if found else None
    sure = best is not None and best.outcome is not MatchOutcome.NONE
    assert (f"{best.outcome} {best.key}" if best and sure else "none") == expectations()[name]


@pytest.mark.parametrize(
    "prose",
    [
        "The quick brown fox jumps over the lazy dog.",
        "How do I write a function that reads a file in Python?",
        "Please review the attached design before the meeting on Friday.",
        "今天天气很好，我们去公园散步吧。",
        "Build succeeded.\n0 Warning(s)\n0 Error(s)",
        "2026-11-22 10:00:00 INFO server started on port 3000",
        "npm run dev",
    ],
)
def test_prose_matches_nothing(prose: str) -> None:
    assert {match.outcome for match in matched(prose)} <= {MatchOutcome.NONE}


def test_a_match_says_which_line_and_which_claim() -> None:
    best = matched("starting\nlistening\nError: connect ECONNREFUSED 10.1.2.3:99\nbye\n")[0]
    assert (best.key, best.line, best.outcome) == ("refused", 3, MatchOutcome.EXACT)
    assert best.observed.template == "Error: connect ECONNREFUSED <addr>:<port>"
    assert best.claimed.text == "Error: connect ECONNREFUSED 127.0.0.1:5432"


def overview(message: str) -> list[Signature]:
    """The claims of an article that lists a message among twelve others."""
    return [claim(message), *(claim(f"other message{n} of many") for n in "abcdefghijkl")]


def test_noise_costs_little() -> None:
    message = "error: 'x' undeclared (first use in this function)"
    noise = "\n".join(f"step {number} of the build is done" for number in range(200))
    alone, drowned = matched(message)[0], matched(f"{noise}\n{message}\n{noise}")[0]
    assert (alone.key, alone.score) == (drowned.key, drowned.score)


def test_twins_are_never_exact() -> None:
    twins = [(name, [claim("invalid preprocessor command <x>")]) for name in ("a", "b")]
    found = best_match(observe("invalid preprocessor command 'y'"), twins, lambda _: 1.0)
    assert [(match.key, match.outcome) for match in found] == [
        ("a", MatchOutcome.LIKELY),
        ("b", MatchOutcome.LIKELY),
    ]


def test_the_article_with_nothing_else_comes_first() -> None:
    message = "invalid preprocessor command <x>"
    found = best_match(
        observe("invalid preprocessor command 'y'"),
        [("overview", overview(message)), ("own", [claim(message)])],
        lambda _: 1.0,
    )
    assert [match.key for match in found] == ["own", "overview"]
    assert found[0].outcome is MatchOutcome.EXACT


def test_the_article_that_says_most_of_it_comes_first() -> None:
    message = "PermissionError: [Errno 13] Permission denied: 'x'"
    aside = [claim(message), claim("TimeoutExpired: Command 'x' timed out", Origin.TITLE)]
    own = [claim(message), claim("Permission denied (EACCES)", Origin.TITLE)]
    found = best_match(observe(message), [("aside", aside), ("own", own)], lambda _: 1.0)
    assert [match.key for match in found] == ["own", "aside"]


@pytest.mark.parametrize(
    ("listed", "outcome"),
    [
        ("class of segment '<symbol>' cannot be changed", MatchOutcome.EXACT),
        ("class of segment 'DATA' cannot be changed", MatchOutcome.RELATED),
    ],
)
def test_a_list_of_many_messages_comes_after_the_article_about_one(
    listed: str, outcome: MatchOutcome
) -> None:
    own = "class of segment 'CODE' cannot be changed"
    found = best_match(
        observe("error: class of segment 'TEXT' cannot be changed"),
        [("overview", overview(listed)), ("own", [claim(own)])],
        lambda _: 1.0,
    )
    assert [match.key for match in found] == ["own", "overview"]
    assert found[0].outcome is outcome


def test_a_value_is_no_example_where_another_article_is_about_as_much() -> None:
    general = [claim("No module named '<name>'"), claim("other message of two")]
    found = best_match(
        observe("ModuleNotFoundError: No module named 'requests'"),
        [("own", [claim("No module named 'numpy'")]), ("general", general)],
        lambda _: 1.0,
    )
    assert [match.key for match in found] == ["general", "own"]
    assert found[1].outcome is MatchOutcome.RELATED


def test_a_word_that_stands_twice_counts_twice() -> None:
    """Else a claim that has it once, and fewer other words, is taken for the best of an article."""
    older = claim("TypeError: Cannot read property '<name>' of null")
    newer = claim("TypeError: Cannot read properties of null (reading '<name>')")
    line = "TypeError: Cannot read properties of null (reading 'id')"
    [match] = best_match(observe(line), [("one", [older, newer])], lambda _: 3.0)
    assert (match.claimed, match.outcome) == (newer, MatchOutcome.EXACT)


def test_nothing_matches_nothing() -> None:
    assert matched("") == []
    assert best_match(observe("error: no"), [("empty", [])], idf) == []


@pytest.mark.parametrize(
    ("owners", "line", "outcome"),
    [
        (["one"], "rmdir: failed to remove 'dist': Directory not empty", MatchOutcome.LIKELY),
        (
            ["one", "two"],
            "rmdir: failed to remove 'dist': Directory not empty",
            MatchOutcome.RELATED,
        ),
        (["one"], "rmdir: failed to remove 'a b c': Directory not empty", MatchOutcome.RELATED),
    ],
)
def test_another_name_is_an_example_where_one_article_alone_has_the_message(
    owners: list[str], line: str, outcome: MatchOutcome
) -> None:
    row = claim("failed to remove 'build': Directory not empty")
    [first, *_] = best_match(observe(line), [(slug, [row]) for slug in owners], lambda _: 1.0)
    assert first.outcome is outcome


def test_another_name_in_a_line_that_speaks_of_no_error_is_none() -> None:
    row = claim("Nothing to be done for 'clean'.")
    line = "make: Nothing to be done for 'all'."
    [match] = best_match(observe(line), [("one", [row])], lambda _: 1.0)
    assert match.outcome is MatchOutcome.RELATED


@pytest.mark.parametrize(
    ("line", "claimed", "outcome"),
    [
        ("no tests ran in 0.01s", "Ran 1 test in 0.001s", "related"),
        ("cannot open 'x': is a directory", "cannot open 'y': is not a directory", "related"),
        ("cannot open 'x': is not a directory", "cannot open 'y': is not a directory", "likely"),
    ],
)
def test_a_no_or_a_not_makes_another_message(line: str, claimed: str, outcome: str) -> None:
    weights = dict.fromkeys(("no", "not", "in", "is", "a"), 0.9) | {UNKNOWN: 6.0}
    articles = [("one", [claim(claimed)])]
    [match] = best_match(observe(line), articles, lambda term: weights.get(term, 3.5))
    assert match.outcome == outcome


def test_a_code_that_is_repeated_below_hides_no_message_of_the_article() -> None:
    row, code = claim("Error: listen EADDRINUSE: :::8080"), claim("code: 'EADDRINUSE'", Origin.CODE)
    log = "at 1\nat 2\nError: listen EADDRINUSE: :::99\n  code: 'EADDRINUSE',\n"
    [match] = best_match(observe(log), [("port", [row, code])], idf)
    assert (match.line, match.outcome) == (3, MatchOutcome.EXACT)


def test_a_line_of_one_word_takes_no_place_of_others() -> None:
    claims = [("many", [claim(f"no running {word}") for word in "abcdefghijklmnopqrstuvwxyz"])]
    claims *= 8
    claims.append(("start", [claim("dependency failed to start: <name> is unhealthy")]))
    articles = [(f"{slug} {at}", claimed) for at, (slug, claimed) in enumerate(claims)]
    log = "Running\nx\ny\ndependency failed to start: shop-db-1 is unhealthy\n"
    [match, *_] = best_match(observe(log), articles, lambda _: 1.0)
    assert (match.key, match.outcome) == ("start 8", MatchOutcome.LIKELY)


@pytest.mark.parametrize(
    ("log", "found"),
    [
        (
            "x\ny\nz\nno such valve at 7 in box\nError: Process completed with exit code 1.\n",
            [("valve", MatchOutcome.LIKELY), ("end", MatchOutcome.RELATED)],
        ),
        ("x\ny\nError: Process completed with exit code 1.\n", [("end", MatchOutcome.EXACT)]),
        (
            (
                "x\ny\nno such valve at 7 in box\n"
                'ERROR: process "make" did not complete successfully: exit code: 2\n'
            ),
            [("valve", MatchOutcome.LIKELY), ("build", MatchOutcome.RELATED)],
        ),
    ],
)
def test_what_is_wrapped_comes_before_what_wraps_it(
    log: str, found: list[tuple[str, MatchOutcome]]
) -> None:
    build = 'process "<command>" did not complete successfully: exit code: 1'
    rows = {
        "end": claim("Error: Process completed with exit code 1."),
        "valve": claim("no such valve at 7 in box"),
        "build": claim(build),
    }
    articles = [(slug, [row]) for slug, row in rows.items()]
    matches = best_match(observe(log), articles, lambda _: 1.0)
    assert [(match.key, match.outcome) for match in matches][: len(found)] == found
