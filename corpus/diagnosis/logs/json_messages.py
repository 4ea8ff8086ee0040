"""Errors told in JSON: JSON-RPC 2.0 (5.1), structured logs, and texts that JSON objects hold."""

import json
import re
from collections import deque
from collections.abc import Iterator

from corpus.diagnosis.logs.message import Message, speaks_of_error

_MOST_OBJECTS = 600
"""JSON objects of a text that are read: the last ones."""
_STRING = r'"(?:[^"\\\n]|\\.){1,500}"'
_CODE = r'(?:-?\d{1,12}|"[\w.-]{1,60}")'
_S = r"\s{0,20}"
_OBJECT = re.compile(
    rf'"code"{_S}:{_S}(?P<code>{_CODE}){_S},{_S}"message"{_S}:{_S}(?P<message>{_STRING})'
    rf'|"message"{_S}:{_S}(?P<said>{_STRING}){_S},{_S}"code"{_S}:{_S}(?P<after>{_CODE})'
    rf'|"(?:msg|message|error|err|detail|exception|output|reason|stderr|error_?[Mm]essage)"{_S}:{_S}(?P<alone>{_STRING})'
)
"""The members of a JSON object that tell an error."""
_TEXT = re.compile(r'": ?(?P<text>"(?:[^"\\\n]|\\.){1,8000}+")')
"""A member of a JSON object that may be a text of several lines: what a command printed."""


def object_messages(text: str) -> Iterator[Message]:
    """Errors told in JSON, on one line or over several: the last ones, if there are many."""
    line, counted = 1, 0
    for match in deque(_OBJECT.finditer(text) if '"' in text else (), _MOST_OBJECTS):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        code = match["code"] or match["after"]
        said = _plain(match["message"] or match["said"] or match["alone"])
        if code:
            message = f"code {_plain(code)}: {said}"
            yield Message(line=line, text=message, shape="jsonrpc", weight=1.0)
        elif speaks_of_error(said):
            yield Message(line=line, text=said, shape="log", weight=0.85)


def embedded_texts(text: str) -> Iterator[tuple[int, str]]:
    """The texts of several lines that JSON objects hold, each with its line."""
    for match in _TEXT.finditer(text) if "\\n" in text else ():
        if "\\n" in match["text"]:
            yield 1 + text.count("\n", 0, match.start()), _decoded(match["text"])


def _plain(text: str) -> str:
    """A JSON string's value, on one line; a number as it is."""
    return " ".join(_decoded(text).split()) if text[0] == '"' else text


def _decoded(text: str) -> str:
    """A JSON string's value."""
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]
