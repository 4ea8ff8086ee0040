"""What the path of a file says: its language, its slug, its domain."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from languages.loader import folders

_LANGUAGES = frozenset((
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi",
    "hr", "hu", "id", "is", "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "no", "pl", "pt", "ro",
    "ru", "sk", "sl", "sr", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh",
))  # fmt: skip
_LANGUAGE = r"(?P<lang>(?P<primary>[a-z]{2})(?:[-_][A-Za-z]{2,4})?)"
_LANGUAGE_SUFFIX = re.compile(rf"(?P<name>.+)\.{_LANGUAGE}")
_LANGUAGE_FOLDER = re.compile(_LANGUAGE)
_NOT_IN_SLUGS = re.compile(r"[^\w.~-]+")
_PAGES_OF_FOLDERS = ("index", "_index", "readme")
_NUMBER = re.compile(r"\d{1,2}[-_. ]+(?=\D)")
_ROOTS_WITHOUT_NAME = ("articles", "content", "contents", "doc", "docs", "documentation", "pages")
"""Names of a folder of articles that say nothing about them."""


def split_language(stem: str) -> tuple[str, str | None]:
    """`guide.zh` → (`guide`, `zh`); None for a name without a known language."""
    match = _LANGUAGE_SUFFIX.fullmatch(stem)
    lang = _language(match)
    return (match["name"], lang) if match and lang else (stem, None)


def language_folders(names: Iterable[PurePosixPath]) -> Mapping[PurePosixPath, str]:
    """The folders that hold one language each, with that language: `docs/en`, `docs/zh`.

    A folder called so is one beside another of them, if the files in it are called like those
    around it, or if Fixbook speaks the language; any other may be about Italy, or about ids.
    """
    names = set(names)
    folders_by_place: dict[PurePosixPath, dict[PurePosixPath, str]] = defaultdict(dict)
    inside: dict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
    for name in names:
        for folder in list(name.parents)[:-2]:  # neither the root nor what is above it
            if lang := _language(_LANGUAGE_FOLDER.fullmatch(folder.name)):
                folders_by_place[folder.parent][folder] = lang
                inside[folder].append(name)
    return {
        folder: lang
        for place, found in folders_by_place.items()
        for folder, lang in found.items()
        if len(found) > 1
        or lang in folders()
        or any(place / name.relative_to(folder) in names for name in inside[folder])
    }


def _language(match: re.Match[str] | None) -> str | None:
    if match and (match["primary"] in _LANGUAGES or match["primary"] in folders()):
        return match["lang"].replace("_", "-")
    return None


def slugs(names: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
    """A slug for each name: the last part, with parents in front while two are the same."""
    parts = _telling_parts(names)
    depth = {name: 1 + _is_page_of_folder(parts[name]) for name in names}
    while True:
        taken: dict[str, list[PurePosixPath]] = defaultdict(list)
        for name in names:
            taken[_slug(parts[name], depth[name])].append(name)
        clashing = [
            name
            for same in taken.values()
            if len(same) > 1
            for name in same
            if depth[name] < len(parts[name])
        ]
        if not clashing:
            return {name: _slug(parts[name], depth[name]) for name in names}
        for name in clashing:
            depth[name] += 1


def _slug(parts: Sequence[str], depth: int) -> str:
    return slugify("-".join(parts[-depth:]))


def slugify(text: str) -> str:
    """A text as one path segment of a URL; letters of any script stay.

    A slug never ends in `.md`, for that asks for the Markdown of an article.
    """
    slug = _NOT_IN_SLUGS.sub("-", unicodedata.normalize("NFC", text)).strip("-.")
    while slug.endswith(".md"):
        slug = slug.removesuffix(".md").strip("-.")
    return slug or "article"


def domain(name: PurePosixPath) -> str:
    """The name of the folder that a file lies in; '' for that of all articles."""
    folder = _without_number(name.parent.name)
    is_root = len(name.parts) == 2
    return "" if is_root and folder.lower() in _ROOTS_WITHOUT_NAME else folder


def _telling_parts(names: Sequence[PurePosixPath]) -> Mapping[PurePosixPath, tuple[str, ...]]:
    """What of each name tells: not the numbers that sort files, nor `index` and the like.

    Where two would be left with the same, both keep what they have.
    """
    numbered = _numbered_folders(names)
    telling = {name: _parts(name, numbered) for name in names}
    number_of = Counter(telling.values())
    return {name: parts if number_of[parts] == 1 else name.parts for name, parts in telling.items()}


def _parts(name: PurePosixPath, numbered: AbstractSet[PurePosixPath]) -> tuple[str, ...]:
    paths = [*reversed(name.parents), name][1:]
    parts = tuple(_without_number(p.name, also=p.parent in numbered) for p in paths)
    return parts[:-1] if _is_page_of_folder(parts) else parts


def _is_page_of_folder(parts: Sequence[str]) -> bool:
    return len(parts) > 1 and parts[-1].lower() in _PAGES_OF_FOLDERS


def _without_number(name: str, *, also: bool = False) -> str:
    """`03-name` without its number, for the zero says what it is for; `3-name` if asked to."""
    match = _NUMBER.match(name)
    return name[match.end() :] if match and (also or name.startswith("0")) else name


def _numbered_folders(names: Iterable[PurePosixPath]) -> AbstractSet[PurePosixPath]:
    """The folders in which most names begin with a number."""
    inside: dict[PurePosixPath, set[str]] = defaultdict(set)
    for name in names:
        for path in (name, *name.parents):
            inside[path.parent].add(path.name)
    return {
        folder
        for folder, found in inside.items()
        if sum(_NUMBER.match(name) is not None for name in found) > max(1, len(found) // 2)
    }
