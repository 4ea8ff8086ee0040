"""The static files of pages: style sheets, scripts, an icon.

Their names contain a hash of their content, so that browsers may cache them for a year.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from api.http.representation import YEAR, Representation
from corpus.errors import NotFound

router = APIRouter(include_in_schema=False)

_DAY = 24 * 3600
"""Seconds."""
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'"),
]


@dataclass(frozen=True, slots=True)
class _Asset:
    """A file, with its hashed path."""

    path: str
    kind: str
    content: bytes


def _load() -> dict[str, _Asset]:
    found = {}
    for file in files("api.pages").joinpath("static").iterdir():
        stem, _, kind = file.name.rpartition(".")
        if kind in _TYPES:
            content = _small(file.read_text("utf-8"), kind).encode()
            digest = blake2b(content, digest_size=6).hexdigest()
            found[file.name] = _Asset(f"/static/{stem}.{digest}.{kind}", kind, content)
    return found


def _small(text: str, kind: str) -> str:
    """A file without indentation and comments."""
    if kind == "css":
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        return re.sub(r"\s*([{};,>])\s*|\s*\n\s*", r"\1", text)
    return re.sub(r"^\s*(?://.*)?\n|^\s+", "", text, flags=re.MULTILINE)


_ASSETS = _load()


def asset(name: str) -> str:
    """The hashed path of a file. Raises KeyError if there is no such file."""
    return _ASSETS[name].path


@router.get("/favicon.ico")
async def get_icon() -> Response:
    """The icon, for browsers that display a resource other than a page."""
    return _answer(_ASSETS["fixbook.svg"], max_age=_DAY)


@router.get("/static/{name}")
async def get_asset(name: str) -> Response:
    """A file. The hash of another version works too, for pages from before an update."""
    stem, _, kind = name.rpartition(".")
    plain = f"{stem.partition('.')[0]}.{kind}"
    if (found := _ASSETS.get(plain)) is None:
        raise NotFound("there is no such file")
    current = found.path == f"/static/{name}"
    return _answer(found, max_age=YEAR if current else None)


def _answer(found: _Asset, *, max_age: int | None) -> Representation:
    return Representation(
        found.content,
        media_type=_TYPES[found.kind],
        headers=_HEADERS,
        max_age=max_age,
        vary="Accept-Encoding",
    )
