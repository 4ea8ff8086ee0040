"""A static model: a vector for each token; that of a text is the mean of those of its tokens.

It is read from the files that Model2Vec writes (`StaticModel.save_pretrained`): `tokenizer.json`,
and `model.safetensors` with `embeddings` and, in models of a reduced vocabulary, `weights` and
`mapping`. Those of sentence-transformers say `embedding.weight`. Imported where vectors are on.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load
from tokenizers import Tokenizer

from corpus.errors import SettingsError
from corpus.search.tuning import PASSAGE_CHARACTERS, PASSAGES
from corpus.search.vectors.models import FILES
from corpus.search.vectors.passages import FORM

_TOKENS = 512
"""Tokens of a text that count, the first ones, as in Model2Vec."""
_DIGITS = 4
"""Digits of a cosine; those behind them differ from machine to machine."""
_FINGERPRINT_DIGITS = 16

_Array = NDArray[Any]


class StaticModel:
    """Makes vectors of texts and compares them. Safe to use from several threads."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        vectors: _Array,
        *,
        weights: _Array | None,
        mapping: _Array | None,
        fingerprint: str,
    ) -> None:
        self.fingerprint = fingerprint
        """Of all that stored vectors depend on: the model, and how articles are divided."""
        self.dimensions = int(vectors.shape[1])
        """Numbers of a vector, each a byte where it is stored."""
        self._tokenizer = tokenizer
        self._vectors = vectors
        self._weights, self._mapping = weights, mapping
        self._unknown = _unknown_token(tokenizer)

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """The vector of each text as signed bytes. Only its direction is kept, and meant."""
        return [_as_bytes(vector) for vector in self._means(texts)]

    def nearness(self, text: str, groups: Sequence[bytes]) -> list[float]:
        """The cosine of a text and the nearest vector of each group; 0 for one without any.

        A group is what `encode` made, one vector behind the other.
        """
        (asked,) = self._means([text])
        rows = np.frombuffer(b"".join(groups), np.int8).reshape(-1, self.dimensions)
        stored = rows.astype(np.float32)
        norms = np.sqrt(np.einsum("ij,ij->i", stored, stored) * (asked @ asked))
        cosines = np.divide(stored @ asked, norms, out=np.zeros_like(norms), where=norms > 0)
        ends = np.cumsum([len(group) // self.dimensions for group in groups])
        return [
            round(float(own.max()), _DIGITS) if len(own) else 0.0
            for own in np.split(cosines, ends[:-1])
        ]

    def _means(self, texts: Sequence[str]) -> list[_Array]:
        read = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [
            self._mean([token for token in each.ids if token != self._unknown]) for each in read
        ]

    def _mean(self, tokens: Sequence[int]) -> _Array:
        """The mean of the vectors of some tokens; zeros for none."""
        if not tokens:
            return np.zeros(self.dimensions, np.float32)
        rows = self._vectors[tokens if self._mapping is None else self._mapping[tokens]]
        weighed = rows.astype(np.float32)
        if self._weights is not None:
            weighed *= self._weights[tokens].astype(np.float32)[:, None]
        mean: _Array = weighed.mean(axis=0)
        return mean


def read_model(folder: Path) -> StaticModel:
    """The model in a folder that has its files. Raises SettingsError if they are none."""
    try:
        weights, tokenizer = ((folder / name).read_bytes() for name in FILES)
        tensors = load(weights)
        vectors = tensors["embeddings" if "embeddings" in tensors else "embedding.weight"]
        return StaticModel(
            _tokenizer(tokenizer),
            vectors,
            weights=tensors.get("weights"),
            mapping=tensors.get("mapping"),
            fingerprint=_fingerprint(weights, tokenizer),
        )
    except (KeyError, OSError, SafetensorError, ValueError) as error:
        raise SettingsError(
            f"FIXBOOK_VECTORS: the files are not those of a static model: {type(error).__name__}"
        ) from error


def _fingerprint(*files: bytes) -> str:
    digest = hashlib.sha256(f"{FORM} {PASSAGES} {PASSAGE_CHARACTERS}".encode())
    for content in files:
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:_FINGERPRINT_DIGITS]


def _tokenizer(content: bytes) -> Tokenizer:
    made = Tokenizer.from_buffer(content)
    made.no_padding()
    made.enable_truncation(_TOKENS)
    return made


def _unknown_token(tokenizer: Tokenizer) -> int | None:
    """The token of what the tokenizer does not know; it says nothing."""
    model = tokenizer.model
    if hasattr(model, "unk_token"):
        return None if model.unk_token is None else tokenizer.token_to_id(model.unk_token)
    found: int | None = json.loads(tokenizer.to_str())["model"].get("unk_id")
    return found


def _as_bytes(vector: _Array) -> bytes:
    """A vector in signed bytes, whose largest is 127."""
    most = float(np.abs(vector).max())
    return np.rint(vector * (127 / most if most else 0.0)).astype(np.int8).tobytes()
