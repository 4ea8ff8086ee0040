"""The doctor's look at the content: whether it can be read, and what an ingest would find."""

import os
from collections.abc import Iterator

from corpus.finding import HealthFinding, bad, good, warning
from corpus.settings import Settings
from ingest.check import check
from ingest.discover import find_sources

_QUICKLY_READ = 500
"""Articles; more of them are counted, not read: the doctor should not take minutes."""


def content_findings(settings: Settings) -> Iterator[HealthFinding]:
    """How many articles there are, and what is wrong with them."""
    folder = settings.content_dir
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        yield bad("content", f"{folder} cannot be read", "set FIXBOOK_CONTENT_DIR")
        return
    number = len(find_sources([folder], default_lang=settings.default_lang).units)
    if not number:
        yield warning("content", f"{folder} holds no article", "set FIXBOOK_CONTENT_DIR")
    elif number > _QUICKLY_READ:
        yield good("content", f"{folder} holds {number} articles; `fixbook check` reads them")
    else:
        yield _checked(settings, number)


def _checked(settings: Settings, number: int) -> HealthFinding:
    problems = check([settings.content_dir], default_lang=settings.default_lang)
    errors = sum(not problem.warning for problem in problems)
    shown = f"{settings.content_dir} holds {number} articles"
    advice = "`fixbook check` says where and what"
    if errors:
        return bad("content", f"{shown} with {errors} errors", advice)
    if problems:
        return warning("content", f"{shown} with {len(problems)} warnings", advice)
    return good("content", f"{shown}, all in order")
