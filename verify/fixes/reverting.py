"""Reverting: whether the confirmation holds though a file is again as it was before the fix.

Of each of the files that a fix makes or changes, if they are few: where the error is back without
that file, the confirmation must not hold, or it looks at something else.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from shlex import quote

from corpus.checks.checks import Block, Check
from corpus.document.fences import Language, Step
from verify.fixes.work_files import FixChanges

_MOST = 4
"""Files beyond which it is not tried; of a single one the runs without the fix tell."""
_KEPT = "/dev/shm/before"  # noqa: S108 - inside the sandbox


def reverted(check: Check, changes: FixChanges) -> Iterator[tuple[str, Check]]:
    """For each file that the fix changed, the check with a fix after which it is as before."""
    paths = (*changes.new, *changes.altered)
    if not 2 <= len(paths) <= _MOST:
        return
    for path in paths:
        kept = f"{_KEPT}/{PurePosixPath(path).name}"
        keep = f"mkdir -p {_KEPT}; cp -a {quote(path)} {quote(kept)} 2> /dev/null || :"
        back = f"rm -rf {quote(path)}; cp -a {quote(kept)} {quote(path)} 2> /dev/null || :"
        blocks = (*check.blocks, _block(Step.SETUP, keep), _block(Step.FIX, back))
        yield path, replace(check, blocks=blocks)


def _block(step: Step, content: str) -> Block:
    return Block(step=step, language=Language.SH, content=content)
