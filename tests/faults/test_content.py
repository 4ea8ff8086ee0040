"""Content changes while it is ingested: each article is whole, as it was or as it is."""

import subprocess
import sys

from sqlalchemy import select

from corpus.library import Library
from corpus.settings import Settings
from corpus.store import schema
from ingest.pipeline import IngestOptions, ingest
from tests.api.process import ROOT
from tests.conftest import Ingested
from tests.faults.writer import ARTICLES, SEASONS, document, name

ROUNDS = 10


def bodies(library: Library) -> dict[str, tuple[str, str]]:
    """Titles and bodies by the number in the slug."""
    texts = schema.translations
    query = select(schema.articles.c.slug, texts.c.title, texts.c.body).join(texts)
    with library.reading() as reading:
        rows = reading.connection.execute(query).all()
    return {row.slug[-2:]: (row.title, row.body) for row in rows}


def test_content_that_changes_all_the_time(
    library: Library, ingested: Ingested, settings: Settings
) -> None:
    """Files are written over, put in each other's place and moved; none is missed or halved."""
    ingested({name(number): document(number, "Spring") for number in ARTICLES})
    (settings.content_dir / "Autumn").mkdir()
    command = [sys.executable, "-m", "tests.faults.writer", str(settings.content_dir)]
    with subprocess.Popen(command, cwd=ROOT) as writer:
        try:
            for _ in range(ROUNDS):
                ingest(library, [settings.content_dir], options=IngestOptions(processes=1))
                found = bodies(library)
                assert sorted(found) == [f"{number:02}" for number in ARTICLES]
                for number, (title, body) in found.items():
                    season = title.split()[0]
                    assert season in SEASONS
                    assert body.strip() == document(int(number), season).strip()
        finally:
            writer.kill()
    for path in settings.content_dir.rglob("[0-9]*.md"):
        path.write_text(document(int(path.stem), "Summer"))
    ingest(library, [settings.content_dir], options=IngestOptions(processes=1))
    assert bodies(library) == {
        f"{number:02}": (f"Summer {number}", document(number, "Summer").strip())
        for number in ARTICLES
    }
