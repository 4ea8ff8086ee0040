"""Requirements: programs, some in a version."""

import pytest

from corpus.document.requirements import ToolRequirement, read_requirement


@pytest.mark.parametrize(
    ("text", "version", "met"),
    [
        ("node", "unknown", True),
        ("node>=20", "20.19.2", True),
        ("node>=20", "18.20.4", False),
        ("node>=20", "unknown", False),
        ("node<20", "20.0.0", False),
        ("node<20", "18.1", True),
        ("node<=20", "20.19.2", True),
        ("node>20", "20.19.2", False),
        ("python==3.1", "3.11.2", False),
        ("python==3.11", "3.11.2", True),
        ("openssl>=3", "OpenSSL 3.0.17", True),
    ],
)
def test_a_version_is_compared_as_far_as_it_is_asked_for(
    text: str, version: str, met: bool
) -> None:
    requirement = read_requirement(text)
    assert requirement is not None
    assert requirement.is_met_by(version) is met


def test_a_program_may_have_signs_in_its_name() -> None:
    assert read_requirement("g++>=12.2") == ToolRequirement(
        program="g++", comparison=">=", version=(12, 2)
    )


@pytest.mark.parametrize("text", ["", "a b", "node>=", ">=20", "node=20", "node>=v20", "-x"])
def test_what_asks_for_nothing_is_none(text: str) -> None:
    assert read_requirement(text) is None
