"""What has broken a parser once, and what the search starts from, breaks none any more."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

KEPT = Path(__file__).parent / "corpus"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        pytest.param(name, path, id=f"{name}-{path.name}")
        for name in TARGETS
        for path in sorted((KEPT / name).iterdir())
    ],
)
def test_what_is_kept_breaks_nothing(target: str, path: Path) -> None:
    TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8")))
@example(data=b"")
@example(data=b"\0")
@example(data="\u202e\u2066\u200b\ufeff".encode())
@example(data=b"\xed\xa0\x80")
def test_any_input_breaks_nothing(target: str, data: bytes) -> None:
    TARGETS[target](data)
