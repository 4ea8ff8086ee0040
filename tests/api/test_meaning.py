"""A server with vectors: the same order from every process, and no start without a model."""

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.api.process import environment, running, shown
from tests.conftest import write_files
from tests.corpus.search.test_meaning import AXES, BETWEEN_THREE, DOCUMENTS
from tests.static_models import small_model

pytestmark = pytest.mark.slow

QUESTION = f"/api/v1/search?q={BETWEEN_THREE.replace(' ', '+')}"


def test_all_processes_have_the_same_order(settings: Settings, tmp_path: Path) -> None:
    write_files(settings.content_dir, DOCUMENTS)
    model = small_model(tmp_path / "model", AXES)
    env = environment(settings, FIXBOOK_VECTORS=str(model))
    with running("--workers", "2", env=env, log=tmp_path / "log") as port:
        for number in range(8):  # each of them is new to the caches
            found = shown(port, f"{QUESTION}&pageSize={20 + number}")["items"]
            assert [item["slug"] for item in found] == ["cache-full", "no-colour", "slow-build"]


def test_without_vectors_a_server_says_that_it_searches_by_words(
    settings: Settings, tmp_path: Path
) -> None:
    write_files(settings.content_dir, DOCUMENTS)
    with running(env=environment(settings, FIXBOOK_VECTORS=""), log=tmp_path / "first") as port:
        words = [(item["slug"], item["score"]) for item in shown(port, QUESTION)["items"]]
    model = small_model(tmp_path / "model", AXES)
    env = environment(settings, FIXBOOK_VECTORS=str(model))
    with running("--no-ingest", env=env, log=tmp_path / "second") as port:
        found = shown(port, QUESTION)["items"]
        assert [(item["slug"], item["score"]) for item in found] == words
    assert "FIXBOOK_VECTORS: no vectors of this model" in (tmp_path / "second").read_text("utf-8")


def test_a_broken_model_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    model = small_model(tmp_path / "model", AXES)
    (model / "tokenizer.json").write_text("{}", "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "cli", "serve", "--port", "0"],
        env=environment(settings, FIXBOOK_VECTORS=str(model)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "FIXBOOK_VECTORS: the files are not those of a static model" in ended.stderr
