"""Static models for tests: one of a dozen words, and a real one that a package ships.

`python -m tests.static_models FOLDER` writes the second one there, to measure with.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

UNKNOWN = "[UNK]"


def small_model(folder: Path, axes: Sequence[str], **tensors: np.ndarray) -> Path:
    """A model in a folder that knows some words.

    Words of the same axis, which are joined by spaces, mean the same, and nothing else does.
    """
    words = [word for axis in axes for word in axis.split()]
    vectors = np.zeros((len(words) + 1, len(axes)), np.float32)
    for number, axis in enumerate(axes):
        for word in axis.split():
            vectors[1 + words.index(word), number] = 1.0
    vocabulary = {word: number for number, word in enumerate([UNKNOWN, *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    return _saved(folder, tokenizer, {"embeddings": vectors, **tensors})


def wordllama(folder: Path) -> Path:
    """The model of the package wordllama, 256 dimensions, as Model2Vec would save it.

    Only its files are used: to import the package sets up logging.
    """
    spec = find_spec("wordllama")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    vectors = load_file(package / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    tokenizer = package / "tokenizers" / "l2_supercat_tokenizer_config.json"
    return _saved(folder, Tokenizer.from_file(str(tokenizer)), {"embeddings": vectors})


def _saved(folder: Path, tokenizer: Tokenizer, tensors: Mapping[str, np.ndarray]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file(dict(tensors), folder / "model.safetensors")
    (folder / "config.json").write_text("{}", "utf-8")
    return folder


if __name__ == "__main__":
    wordllama(Path(sys.argv[1]))
