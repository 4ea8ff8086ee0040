"""What a receipt keeps of an output."""

import pytest

from verify.masking import masked


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        ("after 12 ms: refused\n", "after <duration>: refused"),
        ("2026-11-22 14:28:40.524 UTC [44] LOG:  starting", "<time> [44] LOG:  starting"),
        ("nginx[1234]: failed", "nginx[<pid>]: failed"),
        ("values[0] and [Errno 111]", "values[0] and [Errno 111]"),
        ("<socket at 0x7f33aa10>", "<socket at <address>>"),
        ("connect 127.0.0.1:45001, then :3000", "connect 127.0.0.1:<port>, then :3000"),
        ("commit 3f2a91c", "commit <hash>"),
        ("\x1b[31mred\x1b[0m\x07", "red�"),
        ("", ""),
        ("x" * 300, "x" * 199 + "…"),
        ("\n".join(map(str, range(20))), "[8 lines]\n" + "\n".join(map(str, range(8, 20)))),
    ],
)
def test_values_are_masked_and_the_end_is_kept(output: str, kept: str) -> None:
    assert masked(output) == kept
