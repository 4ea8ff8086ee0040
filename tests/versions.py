"""Made-up next versions of the program: this one's files with more migrations."""

import re
import shutil
from pathlib import Path

from corpus.store.migrations.schema_version import HEAD
from tests.api.process import ROOT

PACKAGES = ("api", "cli", "corpus", "ingest", "verify")
ADDING = f"9001_{HEAD.partition('_')[0]}"
"""Only adds, and says so in its name: this version goes on beside it."""
CHANGING = "9002"
"""The one after that, which changes what both read."""

_MIGRATION = '''"""Made up."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}
'''
_UPGRADES = {
    ADDING: 'op.add_column("articles", sa.Column("added", sa.String()))',
    CHANGING: 'op.rename_table("keywords", "key_words")',
}


def next_version(folder: Path, revision: str) -> Path:
    """Writes the next version into a folder, for `PYTHONPATH`, and returns the folder."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    before = HEAD
    for made in (ADDING, CHANGING) if revision == CHANGING else (ADDING,):
        text = _MIGRATION.format(revision=made, head=before, upgrade=_UPGRADES[made])
        (folder / "corpus" / "store" / "migrations" / "versions" / f"{made}.py").write_text(
            text, "utf-8"
        )
        before = made
    _replace(
        folder / "corpus" / "store" / "migrations" / "schema_version.py",
        f'HEAD = "{HEAD}"',
        f'HEAD = "{revision}"',
    )
    if revision == CHANGING:
        _replace(folder / "corpus" / "store" / "schema.py", '"keywords", C', '"key_words", C')
    return folder


def _replace(file: Path, old: str, new: str) -> None:
    text, number = re.subn(re.escape(old), new, file.read_text("utf-8"))
    assert number == 1, file
    file.write_text(text, "utf-8")
