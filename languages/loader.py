"""Reads the files of languages, once per process, and reports the file and key of errors."""

import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

from languages import LanguageError

DEFAULT = "en"
FOLDER_VARIABLE = "FIXBOOK_LANGUAGES_DIR"
"""Names a folder with further languages. They are read where vocabulary is imported, so this is
the one setting that is read here and not with the others."""

Texts = SimpleNamespace
"""The texts of one language, as attributes."""
_KINDS: dict[type, str] = {str: "a text", list: "a list of texts", dict: "a table"}


@cache
def folders() -> Mapping[str, Path]:
    """The folder of each language by its code, English first."""
    places = [Path(__file__).parent]
    if more := os.environ.get(FOLDER_VARIABLE):
        places.append(Path(more))
    if not places[-1].is_dir():
        raise LanguageError(f"{FOLDER_VARIABLE}: may be a folder of language folders, not {more}")
    found = {
        folder.name: folder
        for place in places
        for folder in place.iterdir()
        if re.fullmatch("[a-z]{2}", folder.name) and folder.is_dir()
    }
    return {lang: found[lang] for lang in sorted(found, key=lambda lang: (lang != DEFAULT, lang))}


@cache
def tables(name: str) -> Mapping[str, Mapping[str, Any]]:
    """What a file says, by language: of all languages that have it, English first.

    Raises LanguageError for a key that is missing, unknown or of another type than in English.
    """
    paths = {lang: folder / f"{name}.toml" for lang, folder in folders().items()}
    found = {lang: _read(path) for lang, path in paths.items() if path.is_file()}
    for lang, table in found.items():
        _compare(table, found[DEFAULT], paths[lang])
    return found


def file_of(lang: str, name: str) -> Path:
    """Where a file of a language is, if it has it."""
    return folders()[lang] / f"{name}.toml"


@cache
def texts(name: str) -> Mapping[str, Texts]:
    """The texts of a file, by language, with no gap `{name}` that English has not."""
    found = tables(name)
    for lang, table in found.items():
        for key, text in table.items():
            if isinstance(text, str):
                _compare_gaps(text, found[DEFAULT][key], f"{file_of(lang, name)}: {key}")
    return {lang: SimpleNamespace(**table) for lang, table in found.items()}


def texts_for(name: str, lang: str) -> Texts:
    """The texts of a file for a reader of `lang`: English where it has no such file."""
    found = texts(name)
    return found.get(lang) or found[DEFAULT]


@cache
def translations(name: str, lang: str) -> Mapping[str, str]:
    """A file that has texts by the English ones; empty for a language without it."""
    path = file_of(lang, name)
    return _read(path) if path.is_file() else {}


def fill(text: str, n: int | None = None, /, **values: object) -> str:
    """A text with its gaps filled; `n` selects singular or plural."""
    if n is None:
        return text.format(**values)
    one, _, many = text.partition("|")
    return (one if n == 1 or not many else many).format(n=f"{n:,}", **values)


def value_name(texts: Texts, value: str) -> str:
    """What the table `values` calls one of a fixed set of values; by default the value itself."""
    name: str = texts.values.get(value, value)
    return name


def words(name: str, key: str) -> list[str]:
    """The entries of a list, in all languages."""
    return [entry for table in tables(name).values() for entry in table[key]]


def alternatives(name: str, key: str) -> str:
    """The expressions in a list, in all languages, as the alternatives of one."""
    return "|".join(words(name, key))


def pattern(name: str, key: str, form: str = "{}", flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """One pattern of the expressions in a list, in all languages; `form` is what is around them."""
    try:
        return re.compile(form.replace("{}", alternatives(name, key)), flags)
    except re.error:
        for lang, table in tables(name).items():
            for expression in table[key]:
                check_expression(expression, f"{file_of(lang, name)}: {key}")
        raise


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LanguageError(f"{path}: {error}") from None


def _compare(table: Mapping[str, Any], english: Mapping[str, Any], path: Path) -> None:
    for key in english:
        if key not in table:
            raise LanguageError(f"{path}: {key} is missing")
        kind = type(english[key])
        entries = table[key] if kind is list and isinstance(table[key], list) else ()
        if not isinstance(table[key], kind) or not all(isinstance(each, str) for each in entries):
            raise LanguageError(f"{path}: {key} may be {_KINDS[kind]}")
    for key in table:
        if key not in english:
            raise LanguageError(f"{path}: {key} is unknown")


def _compare_gaps(text: str, english: str, place: str) -> None:
    try:
        unknown = _gaps(text) - _gaps(english)
    except ValueError as error:
        raise LanguageError(f"{place}: {error}") from None
    for gap in unknown:
        raise LanguageError(f"{place} has an unknown gap {{{gap}}}")


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def check_expression(expression: str, place: str) -> str:
    """The expression. Raises LanguageError, with its place, if it is no regular expression."""
    try:
        re.compile(expression)
    except re.error as error:
        message = f"{place}: {expression!r} is no regular expression: {error}"
        raise LanguageError(message) from None
    return expression


@cache
def vocabulary_digest() -> str:
    """Changes with the words that articles are read by."""
    read = [tables("documents"), tables("logs")]
    return sha256(repr(read).encode()).hexdigest()


@cache
def spoken_languages() -> tuple[str, ...]:
    """The languages of the pages, English first."""
    found = [lang for lang in folders() if file_of(lang, "pages").is_file()]
    for lang in found:
        if not file_of(lang, "discovery").is_file():
            raise LanguageError(f"{file_of(lang, 'discovery')} is missing: pages.toml needs it")
    return tuple(found)


def spoken(lang: str) -> str:
    """The language of the pages for a reader of `lang`."""
    return lang if lang in spoken_languages() else DEFAULT
