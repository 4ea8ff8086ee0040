"""Summary lines: they say that something failed, which has said why in other lines."""

import re

_CLOSING = re.compile(
    r"(?:, )?(?:error: )?(?:the )?(?:process|command|script|job)?.{0,40}\bexit(?:ed)?\b.{0,24}?"
    r"\b[12]\.?|code ELIFECYCLE|failed to push some refs\b.*|code: '[A-Z_]+',?"
    r"|errno:? -?\d+,?|syscall:? .*|aborted(?: \(core dumped\))?"
    r"|\*\*\* \[.{1,200}\] Error [12]",
    re.IGNORECASE,
)
_WRAPPER = re.compile(
    r"(?:failed to solve: )?(?:process \".{1,400}\" did not complete successfully"
    r"|executor failed running .{1,400}): exit code: \d{1,3}"
    r"|(?:fatal: )?could not read from remote repository\.?|throw err?;.*"
    r"|status=\d{1,3}/failure|failed with result 'exit-code'\.?"
    r"|.{0,80}command .{1,300} returned non-zero exit status \d{1,3}\.?"
    r"|(?:error: )?subprocess-exited-with-error|failed building wheel for .*"
    r"|\[remote rejected\] .{1,200} \((?:pre-receive|update) hook declined\)",
    re.IGNORECASE,
)


def closes_every_log(message: str) -> bool:
    """Whether any failing log may end with that line: by itself it tells nothing."""
    return _CLOSING.fullmatch(message.strip("`'\" ")) is not None


def wraps_another(message: str) -> bool:
    """Whether a line says only that something failed which has said why in other lines."""
    return closes_every_log(message) or _WRAPPER.fullmatch(message) is not None
