"""The model that `FIXBOOK_VECTORS` names."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import SettingsError

if TYPE_CHECKING:
    from corpus.search.vectors.static_model import StaticModel

FILES = ("model.safetensors", "tokenizer.json")
"""What a folder must hold; Model2Vec writes them and more."""
_PACKAGES = ("numpy", "safetensors", "tokenizers")


def check_model(folder: Path) -> None:
    """Raises SettingsError if the model cannot be opened for a reason that is quick to see."""
    if any(find_spec(name) is None for name in _PACKAGES):
        raise SettingsError(
            "FIXBOOK_VECTORS: the extra is not installed; in a clone: pip install '.[vectors]'"
        )
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise SettingsError(
            "FIXBOOK_VECTORS: may be a folder with the files of a static model, as Model2Vec "
            f"saves it; {' and '.join(missing)} cannot be found in this one"
        )


def open_model(folder: Path) -> "StaticModel":
    """The model in a folder, which takes about a second. Raises SettingsError."""
    check_model(folder)
    opened: StaticModel = import_module("corpus.search.vectors.static_model").read_model(folder)
    return opened
