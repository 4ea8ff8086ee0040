"""Selection: which checks to run, where not all of them are."""

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from corpus.checks.age import is_too_old, oldest_valid
from corpus.checks.checks import Check
from corpus.checks.evidence import objection
from corpus.checks.receipts import Receipt
from corpus.document.article import Article
from corpus.errors import SettingsError
from verify.run_records import vouched_texts


@dataclass(frozen=True, slots=True)
class CheckShare:
    """The `number`th of `parts` parts of all checks. A check stays in its part."""

    number: int
    parts: int

    def has(self, slug: str, check: str) -> bool:
        """Whether a check is in this part."""
        return crc32(f"{slug} {check}".encode()) % self.parts == self.number - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to run: by default everything."""

    due: bool = False
    """Only what no current receipt says anything about in the environment."""
    max_age: int | None = None
    """Days after which a receipt is no longer current."""
    changed: frozenset[str] | None = None
    """The slugs of articles that changed: all their checks, and others only by `share`."""
    share: CheckShare | None = None

    def has(self, article: Article, check: Check, known: Receipt | None) -> bool:
        """Whether to run a check, of which this is the receipt in the environment."""
        if self.due and not is_due(article, check, known, max_age=self.max_age):
            return False
        if self.changed is None and self.share is None:
            return True
        in_share = self.share is not None and self.share.has(article.slug, check.name)
        return in_share or article.slug in (self.changed or ())


def is_due(article: Article, check: Check, known: Receipt | None, *, max_age: int | None) -> bool:
    """Whether a receipt is missing, about another text, worthless or too old."""
    if known is None:
        return True
    now = datetime.now(UTC)
    oldest = oldest_valid(article.metadata, max_age=max_age, now=now)
    texts = vouched_texts(article, check)
    is_current = known.error == check.error and dict(known.vouches_for) == texts
    return not is_current or is_too_old(known, oldest) or bool(objection(known, now))


def changed_articles(slugs: Iterable[str], folder: Path, base: str) -> frozenset[str]:
    """The articles in a folder of which a document or receipt is not as in a commit of git.

    Raises SettingsError if there is no such commit.
    """
    program = shutil.which("git")
    if program is None:
        raise SettingsError("--changed-since needs git, which is not installed")
    asked = subprocess.run(  # noqa: S603
        [program, "diff", "--name-only", "--no-renames", "-z", "--end-of-options", base, "--", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        complaint = asked.stderr.strip().splitlines() or ["git says nothing"]
        raise SettingsError(f"--changed-since {base}: {complaint[0]}")
    names = {Path(name).name for name in asked.stdout.split("\0") if name}
    return frozenset(slug for slug in slugs if any(name.startswith(f"{slug}.") for name in names))
