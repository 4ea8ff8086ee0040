"""A diagnosis by the local corpus or a bundle, in the shape that a server answers in."""

from pathlib import Path
from typing import Any

from msgspec import to_builtins

from api.requests.diagnosis import Question, run_diagnosis
from cli.bundle_settings import bundle_settings
from cli.open_library import open_library
from corpus.settings import load_settings


def local_diagnosis(text: str, *, lang: str = "", limit: int = 3) -> dict[str, Any]:
    """The diagnosis by the corpus that the settings name."""
    settings = load_settings()
    question = Question(text=text, lang=lang, limit=limit)
    with open_library(settings) as library, library.reading() as reading:
        found = run_diagnosis(reading, question, accept=lang or "en", url=settings.address)
    answer: dict[str, Any] = to_builtins(found)
    return answer


def bundle_diagnosis(file: Path, text: str) -> dict[str, Any]:
    """The same by a bundle."""
    with bundle_settings(file):
        return local_diagnosis(text)
