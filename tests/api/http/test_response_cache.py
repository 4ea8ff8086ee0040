"""What is kept: bounded, for one generation, and hot answers outlive a crawl."""

from api.http.representation import Representation
from api.http.response_cache import ResponseCache


def answer(size: int = 1_000) -> Representation:
    return Representation(b"x" * size, media_type="text/plain", max_age=60)


def test_an_answer_is_found_again_until_the_next_generation() -> None:
    kept, one = ResponseCache[object](), answer()

    assert kept.get("a", 1) is None
    kept.put("a", 1, one)
    assert kept.get("a", 1) is one
    assert kept.get("a", 1) is one
    assert kept.get("b", 1) is None
    assert kept.get("a", 2) is None
    assert kept.get("a", 2) is None


def test_an_answer_of_an_older_generation_is_not_kept() -> None:
    kept = ResponseCache[object]()
    kept.get("a", 1)
    kept.get("a", 2)
    kept.put("a", 1, answer())

    assert kept.get("a", 2) is None


def test_bytes_are_bounded() -> None:
    size = answer().size
    kept = ResponseCache[object](most_bytes=40 * size)
    kept.get("", 1)
    for number in range(1_000):
        kept.put(number, 1, answer())

    assert [number for number in range(1_000) if kept.get(number, 1)] == list(range(990, 1_000))


def test_answers_are_bounded() -> None:
    kept = ResponseCache[object](most_answers=5)
    kept.get("", 1)
    for number in range(100):
        kept.put(number, 1, answer(0))

    assert [number for number in range(100) if kept.get(number, 1)] == [95, 96, 97, 98, 99]


def test_a_crawl_does_not_push_out_what_is_hot() -> None:
    kept, hot = ResponseCache[object](most_bytes=40 * answer().size), answer()
    kept.get("hot", 1)
    kept.put("hot", 1, hot)
    assert kept.get("hot", 1) is hot
    for number in range(10_000):
        kept.get(number, 1)
        kept.put(number, 1, answer())

    assert kept.get("hot", 1) is hot


def test_random_queries_that_are_asked_twice_do_not_push_out_what_many_ask_for() -> None:
    kept, size = ResponseCache[object](most_bytes=80 * answer().size), answer().size
    hot = [f"hot {number}" for number in range(40)]
    kept.get("", 1)

    def ask(key: object) -> bool:
        if found := kept.get(key, 1) is not None:
            return found
        kept.put(key, 1, answer())
        return False

    for key in hot:
        ask(key)
        ask(key)
    for number in range(50_000):
        ask(number)
        ask(number)
        if number % 200 == 0:
            for key in hot:
                assert ask(key)
    assert kept.size <= 80 * size


def test_what_is_no_longer_asked_for_gives_way() -> None:
    kept = ResponseCache[object](most_bytes=80 * answer().size)
    kept.get("", 1)
    for number in range(60):
        kept.put(("old", number), 1, answer())
        for _again in range(100):
            kept.get(("old", number), 1)
    for round_ in range(10_000):
        for key in range(6):
            if kept.get(key, 1) is None:
                kept.put(key, 1, answer())
        kept.put(("crawled", round_), 1, answer())
        kept.get(("crawled", round_), 1)

    assert [kept.get(key, 1) is not None for key in range(6)] == [True] * 6
    assert [kept.get(("old", number), 1) for number in range(60)] == [None] * 60


def test_what_is_asked_for_more_often_takes_the_place_of_what_is_less() -> None:
    kept = ResponseCache[object](most_bytes=8 * answer().size)
    kept.get("", 1)
    for number in range(6):
        kept.put(number, 1, answer())
        kept.get(number, 1)
    kept.put("hot", 1, answer())
    for _again in range(3):
        assert kept.get("hot", 1) is not None
    for number in range(100, 200):
        kept.put(number, 1, answer())

    assert kept.get("hot", 1) is not None
    assert [kept.get(number, 1) is not None for number in range(6)].count(False) == 1


def test_an_answer_larger_than_everything_is_not_kept() -> None:
    kept = ResponseCache[object](most_bytes=10_000)
    kept.get("a", 1)
    kept.put("a", 1, answer(1_000_000))
    assert kept.get("a", 1) is None


def test_the_same_answer_twice_counts_once() -> None:
    kept = ResponseCache[object](most_bytes=8 * answer().size)
    kept.get("a", 1)
    for _again in range(100):
        kept.put("a", 1, answer())
    kept.put("b", 1, answer())

    assert kept.get("a", 1) is not None
    assert kept.get("b", 1) is not None


def test_what_was_hot_is_told_once_after_the_generation_changed() -> None:
    kept = ResponseCache[object]()
    assert kept.start_generation(1) == []
    for key in ("cold", "warm", "hot"):
        kept.put(key, 1, answer())
    for key in ("warm", "hot"):
        kept.get(key, 1)

    assert kept.start_generation(1) == []
    assert kept.start_generation(2) == ["hot", "warm"]
    assert kept.start_generation(2) == []
    kept.get("warm", 3)
    assert kept.start_generation(3) == []
