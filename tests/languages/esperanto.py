"""A third language, made of the files of English in a folder somewhere else."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from languages.loader import tables

SAID: Mapping[str, Mapping[str, Any]] = {
    "pages": {"name": "Esperanto", "locale": "eo", "search": "Serĉi"},
    "discovery": {"feed_title": "Fixbook: solvoj de eraroj", "names": {"en": "la angla"}},
    "documents": {
        "fix_heading": [r"\bsolvo\b"],
        "fix_names": ["solvo"],
        "symptoms_heading": [r"\bsimptomoj\b"],
        "error_column": ["eraroj?"],
        "cause_column": [r"\bkaŭzo\b"],
        "solution_column": [r"\bsolvo\b"],
        "conjunctions": [r"\baŭ\b"],
        "dates": ["%d-a/%m/%Y"],
    },
    "logs": {"error_words": ["erar"], "error_levels": ["Eraro"]},
    "lint": {"override": [r"\bforgesu {earlier} ordonojn\b"], "pieces": {"earlier": "ĉiujn"}},
}
"""What is not as in English; other lists of words are empty, and other texts end in `(eo)`."""


def write_esperanto(place: Path, changes: Mapping[str, Mapping[str, Any]] | None = None) -> Path:
    """Makes the folder `eo` and returns the one that it is in. A value None leaves a key out."""
    folder = place / "eo"
    folder.mkdir(parents=True)
    for name in SAID:
        english = tables(name)["en"]
        table = {key: _ours(value) for key, value in english.items()}
        table |= {**SAID[name], **(changes or {}).get(name, {})}
        # What stands last is a table, as in every one of our files that has one.
        lines = sorted(_lines(table), key=lambda line: line.startswith("["))
        (folder / f"{name}.toml").write_text("\n".join(lines), "utf-8")
    return place


def _ours(value: Any) -> Any:
    if isinstance(value, str):
        return "|".join(f"{part} (eo)" for part in value.split("|"))
    return type(value)()


def _lines(table: Mapping[str, Any]) -> list[str]:
    """TOML: its texts and lists are JSON's."""
    return [
        "\n".join([f"[{key}]", *_lines(value)])
        if isinstance(value, dict)
        else f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in table.items()
        if value is not None
    ]
