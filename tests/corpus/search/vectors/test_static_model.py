"""Static models: they are read from Model2Vec's files, and give the vectors that it gives."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel as Model2Vec

from corpus.errors import SettingsError
from corpus.search.vectors.models import open_model
from tests.static_models import small_model, wordllama

AXES = ("slow sluggish", "build compile", "fan")
TEXTS = ("sluggish compile", "Slow FAN", "fan fan build zxqw", "slow")


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


@pytest.mark.parametrize(
    "tensors",
    [
        {},
        {"weights": np.array([9, 1, 2, 3, 0.5, 4], np.float32)},
        {
            "embeddings": np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float16),
            "weights": np.array([9, 1, 2, 3, 0.5, 4], np.float64),
            "mapping": np.array([0, 0, 1, 1, 2, 2]),
        },
        {"embeddings": np.array([[5, 1], [3, 0], [0, 3], [-3, 1], [2, 2], [1, 9]], np.int8)},
    ],
    ids=["plain", "weights", "mapping", "int8"],
)
def test_the_vectors_are_those_of_model2vec(tmp_path: Path, tensors: dict[str, np.ndarray]) -> None:
    folder = small_model(tmp_path, AXES, **tensors)
    ours, theirs = open_model(folder), Model2Vec.from_pretrained(folder)
    stored = ours.encode(TEXTS)
    expected = theirs.encode(list(TEXTS)).astype(np.float32)
    for text, vector in zip(TEXTS, expected, strict=True):
        assert ours.nearness(text, stored) == pytest.approx(
            [cosine(vector, other) for other in expected], abs=0.01
        )


def test_the_vectors_of_a_real_model_are_those_of_model2vec(tmp_path: Path) -> None:
    folder = wordllama(tmp_path)
    ours, theirs = open_model(folder), Model2Vec.from_pretrained(folder)
    texts = ["The port is taken by another program", "address already in use", "bake a cake", ""]
    expected = theirs.encode(texts).astype(np.float32)
    assert ours.nearness(texts[0], ours.encode(texts)) == pytest.approx(
        [*(cosine(expected[0], other) for other in expected[:3]), 0.0], abs=0.01
    )
    assert (ours.dimensions, len(ours.encode(["x"])[0])) == (256, 256)


def test_the_nearest_vector_of_each_group_counts(tmp_path: Path) -> None:
    model = open_model(small_model(tmp_path, AXES))
    slow, build, fan = model.encode(["slow", "build", "fan"])
    assert model.nearness("Sluggish zxqw", [fan + slow, build, b"", build + fan + slow]) == [
        1.0, 0.0, 0.0, 1.0,
    ]  # fmt: skip
    assert model.nearness("zxqw", [slow, b""]) == [0.0, 0.0]


def test_the_fingerprint_is_that_of_the_files(tmp_path: Path) -> None:
    one = open_model(small_model(tmp_path / "one", AXES)).fingerprint
    copied = shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert open_model(copied).fingerprint == one
    assert open_model(small_model(tmp_path / "three", AXES[:2])).fingerprint != one


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_folder_without_a_model_is_a_settings_error(tmp_path: Path, name: str) -> None:
    folder = small_model(tmp_path, AXES)
    (folder / name).write_bytes(b"{}")
    with pytest.raises(SettingsError, match=r"^FIXBOOK_VECTORS: the files are not those of a "):
        open_model(folder)
    (folder / name).unlink()
    with pytest.raises(SettingsError) as raised:
        open_model(folder)
    assert raised.value.message == (
        "FIXBOOK_VECTORS: may be a folder with the files of a static model, as Model2Vec saves "
        f"it; {name} cannot be found in this one"
    )


def test_a_package_that_is_missing_is_a_settings_error(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
sys.modules["tokenizers"] = None
from corpus.errors import SettingsError
from corpus.library import Library
from corpus.settings import load_settings
Library(load_settings(vectors=None)).close()
try:
    Library(load_settings(vectors=Path("model")))
except SettingsError as error:
    print(error.message)
"""
    printed = subprocess.check_output([sys.executable, "-c", program], cwd=tmp_path, text=True)
    assert printed == (
        "FIXBOOK_VECTORS: the extra is not installed; in a clone: pip install '.[vectors]'\n"
    )
