"""Reverting: whether the confirmation holds though something of the fix is not there.

Of each of the files that a fix makes or changes, if they are few: where the error is back without
that file, the confirmation must not hold, or it looks at something else. And where the programs
that reproduce the error do nothing, it must not hold because reproducing ended well.
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from shlex import quote

from corpus.checks.checks import Block, Check
from corpus.document.fences import Language, Step
from verify.fixes.work_files import FixChanges, emptying, stubbing

_MOST = 4
"""Files beyond which it is not tried."""
_KEPT = f"/dev/shm/{secrets.token_hex(8)}"  # noqa: S108 - inside the sandbox


def reverted(check: Check, changes: FixChanges) -> Iterator[tuple[str, Check]]:
    """For each file that the fix changed, the check with a fix after which it is as before."""
    paths = (*changes.new, *changes.altered)
    if len(paths) > _MOST:
        return
    for path in paths:
        kept = f"{_KEPT}/{PurePosixPath(path).name}"
        keep = f"mkdir -p {_KEPT}; cp -a {quote(path)} {quote(kept)} 2> /dev/null || :"
        back = f"rm -rf {quote(path)}; cp -a {quote(kept)} {quote(path)} 2> /dev/null || :"
        back += f"; rm -rf {_KEPT}"
        blocks = (*check.blocks, _block(Step.SETUP, keep), _block(Step.FIX, back))
        yield path, replace(check, blocks=blocks)


def stubbed(check: Check, changes: FixChanges) -> Check | None:
    """The check with a fix after which the programs of the author do nothing; None if there are
    none."""
    programs = changes.run or changes.edited
    change = stubbing(programs) or emptying(programs)
    if not change:
        return None
    return replace(check, blocks=(*check.blocks, _block(Step.FIX, change)))


def _block(step: Step, content: str) -> Block:
    return Block(step=step, language=Language.SH, content=content)
