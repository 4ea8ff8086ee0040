"""What a page must never do, noted while a test looks at something else."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request

_LOUD = ("error", "warning", "assert")


@dataclass
class Watch:
    """The troubles of all pages of a context. A test may say what it brings about on purpose."""

    host: str
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Every address that was asked for, in order."""
    expected: list[str] = field(default_factory=list)
    """Parts of console messages that belong to the test, such as the status of a 404 page."""

    def over(self, context: BrowserContext) -> None:
        """Watches a context from now on."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"thrown: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def found(self) -> list[str]:
        """What went wrong and was not expected."""
        return [
            trouble
            for trouble in self.troubles
            if not any(expected in trouble for expected in self.expected)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in _LOUD:
            self.troubles.append(f"console {message.type}: {message.text} {_place(message)}")

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if urlsplit(request.url).netloc != self.host:
            self.troubles.append(f"request to another host: {request.url}")


def _place(message: ConsoleMessage) -> Any:
    return message.location.get("url", "")
