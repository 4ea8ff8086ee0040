"""Advice where a CI system shows it: an annotation at the failed step, and the job summary."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress

_LONGEST = 4_000
"""Characters of a message that GitHub shows."""


def ci_lines(lines: Sequence[str], env: Mapping[str, str]) -> list[str]:
    """The advice with what the CI system reads in a log to make an annotation of it."""
    if env.get("GITHUB_ACTIONS") != "true":
        return [*lines]
    title, message = _escape(lines[0], is_property=True), _escape("\n".join(lines[1:]))
    return [*lines, f"::error title={title}::{message}"]


def write_summary(lines: Sequence[str], env: Mapping[str, str]) -> None:
    """Appends the advice to the summary of the job, where the CI system has one."""
    file = env.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    fenced = "\n".join(lines).replace("```", "'''")
    with suppress(OSError), open(file, "a", encoding="utf-8") as summary:  # noqa: PTH123 - as given
        summary.write(f"### Fixbook\n\n```text\n{fenced}\n```\n\n")


def announce(lines: Sequence[str]) -> list[str]:
    """Writes the summary, and returns the lines for the log."""
    write_summary(lines, os.environ)
    return ci_lines(lines, os.environ)


def _escape(text: str, *, is_property: bool = False) -> str:
    """Text in a workflow command of GitHub."""
    text = text[:_LONGEST].replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_property else text
