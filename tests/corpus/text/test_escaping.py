"""What terminals read as commands goes, and what is shown stays."""

import pytest

from corpus.text.escaping import harmless, one_line, without_terminal_codes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31merror\x1b[0m: no", "error: no"),
        ("\x1b]8;;https://a.example\x1b\\a link\x1b]8;;\x07", "a link"),
        ("\x1b(Bplain\x1b[K", "plain"),
        ("[31m is no code without its escape", "[31m is no code without its escape"),
    ],
)
def test_terminal_codes_go(text: str, shown: str) -> None:
    assert without_terminal_codes(text) == shown


def test_what_is_left_is_written_out() -> None:
    assert one_line("a\nb\x1bc\u202ed") == "a\\nb\\x1bc\\u202ed"
    assert harmless("a\nb\x1bc") == "a\nb\\x1bc"
