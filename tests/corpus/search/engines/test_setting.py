"""The setting that names an engine."""

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.search.engines.registry import engine as engine_of
from tests.corpus.search.engines.shelf import ENGINES, made

ROOT = Path(__file__).parents[4]


def test_an_engine_has_the_name_of_its_setting() -> None:
    assert [made(name_).name for name_ in ENGINES] == list(ENGINES)


def test_an_unknown_engine_is_a_settings_error() -> None:
    with pytest.raises(SettingsError) as raised:
        engine_of("lucene")
    assert raised.value.message == (
        "FIXBOOK_SEARCH_URL: may be whoosh, tantivy or opensearch://host:9200/name "
        "(opensearchs:// for TLS; several hosts with commas)"
    )


def test_whoosh_needs_no_other_engine_and_the_others_say_what_is_missing() -> None:
    program = """
import sys
sys.modules["tantivy"] = None
sys.modules["opensearchpy"] = None
from corpus.errors import SettingsError
from corpus.search.engines.registry import engine
print(engine("whoosh").name)
for other in ("tantivy", "opensearch://localhost"):
    try:
        engine(other)
    except SettingsError as error:
        print(error.message)
"""
    printed = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert printed.splitlines() == [
        "whoosh",
        "FIXBOOK_SEARCH_URL: tantivy is not installed; in a clone: pip install '.[tantivy]'",
        "FIXBOOK_SEARCH_URL: opensearch is not installed; in a clone: pip install '.[opensearch]'",
    ]
