"""Asks the server that `FIXBOOK_URL` names. Uses only the standard library, to start fast.

What is sent is masked: no secret and no personal data leaves this machine.
"""

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

from corpus.errors import FixbookError, NotFound, SettingsError, Unavailable
from corpus.text.log_end import last_lines
from corpus.text.secret_masking import without_personal_data

PATIENCE = 10.0
"""Seconds without a byte, for a command that somebody waits for."""
LARGEST_TEXT = 64 * 1024
"""Bytes of a text that a server diagnoses."""
_LARGEST_ANSWER = 16 * 1024 * 1024
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


@dataclass(frozen=True, slots=True)
class ServerClient:
    """A server, and the key to show it."""

    address: str
    key: str = field(default="", repr=False)
    patience: float = PATIENCE

    def diagnose(self, text: str, *, lang: str = "", limit: int = 3) -> dict[str, Any]:
        """The diagnosis of the end of a log."""
        masked = without_personal_data(text).encode("utf-8", "replace")
        end = last_lines(masked, LARGEST_TEXT).decode("utf-8", "ignore")
        asked = {"text": end, "limit": limit, "lang": lang}
        return self._data("/api/v1/diagnose", asked)

    def search(self, query: str, *, lang: str, limit: int) -> dict[str, Any]:
        """A page of search results."""
        asked = {"q": without_personal_data(query), "lang": lang, "pageSize": limit}
        return self._data(f"/api/v1/search?{urlencode(asked)}")

    def report(self, slug: str, outcome: str, about: Mapping[str, Any]) -> dict[str, Any]:
        """Reports what came of a fix: `about` has the `anchor` of the error and `environment`."""
        said = {name: about[name] for name in ("anchor", "environment")}
        path = f"/api/v1/articles/{quote(slug, safe='')}/reports"
        return self._data(path, {"outcome": outcome, **said})

    def article(self, slug: str, *, form: str, lang: str) -> str:
        """An article, as Markdown or JSON."""
        asked = {"format": form, **({"lang": lang} if lang else {})}
        return self._text(f"/api/v1/articles/{quote(slug, safe='')}?{urlencode(asked)}")

    def _data(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """`data` of a response."""
        try:
            data = json.loads(self._text(path, body))["data"]
        except (ValueError, KeyError, TypeError):
            raise Unavailable(f"{self.address} is no Fixbook server") from None
        if not isinstance(data, dict):
            raise Unavailable(f"{self.address} is no Fixbook server")
        return data

    def _text(self, path: str, body: dict[str, Any] | None = None) -> str:
        """The body of a response; an error response becomes an exception."""
        request = urllib.request.Request(  # noqa: S310 - the address is checked: http or https
            f"{self.address}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Accept": "*/*", "User-Agent": "fixbook"},
        )
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self.key:
            request.add_unredirected_header("Authorization", f"Bearer {self.key}")
        opener = urllib.request.build_opener(_SameServer)
        try:
            with opener.open(request, timeout=self.patience) as response:
                answer: bytes = response.read(_LARGEST_ANSWER)
        except urllib.error.HTTPError as error:
            raise _failure(self.address, error) from None
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise Unavailable(f"{self.address} does not answer: {reason}") from None
        return answer.decode("utf-8", "replace")


def client_from_environment(patience: float = PATIENCE) -> ServerClient | None:
    """The server that `FIXBOOK_URL` names; None if it is unset."""
    address = os.environ.get("FIXBOOK_URL", "").rstrip("/")
    if not address:
        return None
    if not _ADDRESS.fullmatch(address):
        raise SettingsError(
            "FIXBOOK_URL: may be an http:// or https:// address without user, query or fragment"
        )
    key = os.environ.get("FIXBOOK_API_KEY", "")
    if not re.fullmatch(r"[!-~]*", key):
        raise SettingsError("FIXBOOK_API_KEY: may be a key as `fixbook keys add` printed it")
    return ServerClient(address, key=key, patience=patience)


class _SameServer(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but shows the key only to the server that it is meant for."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        key = req.get_header("Authorization")
        if following and key and _origin(newurl) == _origin(req.full_url):
            following.add_unredirected_header("Authorization", key)
        return following


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _failure(address: str, error: urllib.error.HTTPError) -> FixbookError:
    """What an error response says."""
    message = f"HTTP {error.code}"
    try:
        message = str(json.loads(error.read(64 * 1024))["error"]["message"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return Unavailable(f"{address} answers {message}")
    if error.code in (401, 403):
        return SettingsError(f"FIXBOOK_API_KEY: {message}")
    if error.code == 404:
        return NotFound(message)
    return Unavailable(message) if error.code >= 429 else FixbookError(message)
