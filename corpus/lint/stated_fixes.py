"""Whether the fix of a check is the one that its row states, as far as commands tell.

A row may name several ways out and things to look at; a check runs one of them. So a row whose
commands change something, and whose check runs none of these, states another fix.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.checks.checks import Check, CheckProblem
from corpus.checks.claims import claims
from corpus.document.fences import Step

_PREFIX = re.compile(r"\A\s*(?:(?:sudo|env|exec|nohup|[A-Za-z_]\w*=\S*)\s+)+")
_OPTION = re.compile(r"\s-[cC]\s+\S+|\s-\S*")
"""An option; Git's `-c` and `-C` come with a value before the word that says what is done."""
_VERB = re.compile(r"[a-z][\w-]*")
_WITH_VERB = frozenset(
    "apt apt-get cargo docker git go npm pip pip3 pnpm systemctl uv yarn".split()
)
"""Programs whose second word says what they do."""
_CHANGING = _WITH_VERB | frozenset(
    "brew chgrp chmod chown cp createdb crontab dd dos2unix dropdb install kill killall ln"
    " mkdir mkfs mv patch pkill rm rmdir rsync sed service setcap setfacl sh shred sysctl tee touch"
    " truncate ulimit umount unlink unset unzip update-ca-certificates".split()
)
_READING = frozenset(
    "blame branch cat-file check-ignore config describe diff fsck grep help images info inspect"
    " list log logs ls ls-files ls-remote ls-tree outdated ps reflog remote rev-parse show stash"
    " status version view why".split()
)
"""What the second word is where nothing changes, or may not."""
_DESTROYING = frozenset("dd mkfs rm shred".split())
"""What no row may add to what was run."""


def stated_otherwise(checks: Sequence[Check]) -> Iterator[CheckProblem]:
    """The checks that run none of the commands that their row states as the fix."""
    for check in checks:
        if check.entry is None:
            continue
        entry = check.entry
        stated = [code for code in entry.code if code in entry.solution and _action(code)]
        runs = "\n".join(block.content for block in check.of(Step.FIX))
        if not stated:
            continue
        absent = [code for code in stated if not _is_in(_action(code), runs)]
        if absent == stated or any(_action(code) in _DESTROYING for code in absent):
            shown = ", ".join(f"`{code}`" for code in absent)
            yield CheckProblem(
                check.line, check.name, f"its row states {shown}; its fix is another"
            )


def states_its_fix(check: Check, translation: str) -> bool:
    """Whether a translation's row states the fix that a check of the original runs."""
    row = replace(check, entry=claims(translation).entry(check.error))
    return next(stated_otherwise([row]), None) is None


def _action(code: str) -> str:
    """What a command does, in a word: `reset` of `git reset`, `rm`; "" if it changes nothing."""
    words = _PREFIX.sub("", f"{code} ").split()
    verbs = _OPTION.sub(" ", f" {' '.join(words[1:])}").split()
    verbs = [word for word in verbs if _VERB.fullmatch(word)] or verbs
    if not words[1:] or words[0] not in _CHANGING or (verbs and verbs[0] in _READING):
        return ""
    return verbs[0] if words[0] in _WITH_VERB and verbs else words[0]


def _is_in(word: str, script: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", script) is not None
