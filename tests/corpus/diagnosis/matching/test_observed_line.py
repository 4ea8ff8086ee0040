"""Second readings: what parts of a log's lines say."""

from corpus.diagnosis.matching.observed_line import observe, second_readings


def _again(log: str) -> list[str]:
    return [seen.signature.text for seen in second_readings(observe(log))]


def test_lines_that_a_narrow_window_broke_are_read_as_one() -> None:
    whole = "cannot find the valve at position 4 of 9"
    assert whole in _again("error: cannot find\nthe valve at position\n4 of 9\n")


def test_the_end_of_a_message_longer_than_its_signature_is_read() -> None:
    log = f"error: cannot mount {'/a' * 250}: flags: not a directory"
    assert _again(log)[-1] == "not a directory"


def test_what_an_older_runc_quotes_as_the_cause_is_read() -> None:
    log = r'error: init "mounting \\\"/a\\\" caused \\\"not a directory\\\"\""'
    assert _again(log)[-1] == "not a directory"
