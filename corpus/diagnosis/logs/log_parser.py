r"""Log parser: which lines of a log are messages, and what each says without its prefix.

A log is read line by line, once. `prefixes` takes off times, levels and places, `log_formats` says
which lines are messages, and the lines around tell traces of several lines (Python, Java, Rust).
Every pattern is anchored or bounded, so that the time is linear in the text, whatever it holds.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from corpus.diagnosis.excerpts.quiet_lines import is_quiet
from corpus.diagnosis.logs.exception_chains import exception_language, weigh_chains
from corpus.diagnosis.logs.json_messages import embedded_texts, object_messages
from corpus.diagnosis.logs.log_formats import DASH, SHAPES, Shape
from corpus.diagnosis.logs.message import Message, speaks_of_error
from corpus.diagnosis.logs.prefixes import COLUMN, ERROR_LEVEL, split_place, without_prefix
from corpus.diagnosis.logs.readable_log import ReadableLog, places_to_read, readable

_FRAME = re.compile(
    r"\s*+(?:at .|File \"|\.\.\. \d|#\d{1,3} |goroutine \d|-->|\d{1,6} ?\||\|"
    r"|(?!\*{3} [A-Za-z])[~^\-=*_#]{3,}"
    r"|[\^~ ]{1,300}$|\S{1,300}:\d{1,6}$|from \S{1,200}:\d|note:|help:|=|\+ |##\["
    r"|npm (?:ERR!|error)(?: A complete log| {3,}at | *$))"
)
"""Frames, source excerpts and rules around a message."""
_SUMMARY = re.compile(
    r"(?:[-=*#_! ]{3,}|Done |Build |BUILD |make: (?!\*\*\* No rule))|.{0,60}: \*\*\*(?! No rule)"
)
_TRACEBACK = "Traceback (most recent call last)"
_RAISED = re.compile(r"\braise ([A-Z]\w{1,80})\(([\"'])([^\"'\n]{1,300})\2\)")
"""What the last line of a traceback that was cut off raises."""
_PANICKED = re.compile(r"thread '[^']{0,80}'(?: \(\d+\))? panicked at \S{1,300}:$")
_CONTEXT = re.compile(
    r" \{ ?\"\w{1,40}\" ?:|,? \[[\w./-]{1,60} line \d{1,6}\]$|, client: \S{1,60}, server: "
    r"|: unknown(?:\.|: Are you trying .*)?$"
    r"| at character \d{1,7}$|(?: {1,3}[a-z][\w.]{0,30}=(?:[^\s\"=]{1,60}|\"[^\"]{0,60}\")){2,6}$"
)
"""Objects, `key=value` runs, nginx's list, containerd's `: unknown`, PostgreSQL's and uWSGI's
place."""


def messages(log: str | ReadableLog, limit: int = 16) -> list[Message]:
    """The lines that may be the message, most likely first, each text once. Never raises."""
    log = readable(log)
    objects = [*object_messages(log.text)]
    in_objects = {message.line for message in objects}
    scanned = [m for m in _scan(log) if m.shape != "plain" or m.line not in in_objects]
    for line, text in embedded_texts(log.text):
        scanned += [replace(message, line=line) for message in _scan(readable(text))]
    best: dict[str, Message] = {}
    for message in [*objects, *weigh_chains(scanned)]:
        known = best.get(message.text.casefold())
        if known is None or message.weight > known.weight:
            best[message.text.casefold()] = message
    ranked = sorted(best.values(), key=lambda message: (-message.weight, message.line))
    if len(log.lines) == 1:
        return ranked[:limit]
    reported = (m for m in ranked if not (is_quiet(log.lines[m.line - 1]) or is_quiet(m.text)))
    return [*islice(reported, limit)]


def message_of(line: str) -> str:
    """The message of a single line, as `messages` would give it; the line if there is none."""
    found = messages(line, 1)
    return found[0].text if found else line


def _scan(log: ReadableLog) -> Iterator[Message]:
    """A message for every line that is read and is neither empty nor a frame."""
    lines, filled = log.lines, log.places()
    read = places_to_read(lines, filled)
    in_traceback = panicked = False
    margin = 0
    for place in filled:
        if place not in read:
            in_traceback = panicked = False
            continue
        number, line = place + 1, without_prefix(lines[place])
        if not line.strip() or ERROR_LEVEL.fullmatch(line.strip(" []:")):
            continue
        prefix = lines[place][: len(lines[place]) - len(line)]
        if _TRACEBACK in line:
            in_traceback, margin = True, len(line) - len(line.lstrip())
        elif in_traceback and not line[margin : margin + 1].isspace() and line[0] != "|":
            in_traceback = False
            yield Message(line=number, text=line.strip(), shape="python", weight=1.0)
        elif panicked:
            yield Message(line=number, text=line.strip(), shape="rust", weight=1.0)
        elif not in_traceback and not _FRAME.match(line):
            follows = without_prefix(lines[number]) if number < len(lines) else ""
            is_error = ERROR_LEVEL.search(prefix) is not None
            found = _classify(
                line.strip(), number=number, follows=follows, of=len(filled), is_error=is_error
            )
            is_cause = prefix.endswith("[cause]: ")
            yield replace(found, shape="cause", weight=1.0) if is_cause else found
        panicked = _PANICKED.match(line.strip()) is not None
    if in_traceback and (raised := _RAISED.search(lines[filled[-1]])):
        text = f"{raised[1]}: {raised[3]}"
        yield Message(line=filled[-1] + 1, text=text, shape="python", weight=1.0)


def _classify(line: str, *, number: int, follows: str, of: int, is_error: bool) -> Message:
    """A line by its shape, or as plain text that speaks of an error, or does not; `is_error` says
    whether its level does.

    A line that is all there is must be the message, whatever it looks like.
    """
    place, text = split_place(line)
    speaks = is_error or speaks_of_error(text)
    for shape in SHAPES if speaks else ():
        match = shape.pattern.match(text)
        if match is not None and not (place and shape.name == "program"):
            return _message_of(shape, match, number=number, placed=bool(place), follows=follows)
    if speaks and place:
        text = _without_context(text)
        return Message(line=number, text=text, shape="compiler", weight=0.85)
    speaks = speaks or COLUMN.search(place) is not None
    weight = 0.1 if _SUMMARY.match(text) else 0.5 if speaks else 0.2
    weight = 0.9 if of == 1 else weight + 0.3 if of <= 3 and speaks else weight
    text = _without_context(text)
    return Message(line=number, text=text, shape="plain", weight=weight, tells_error=speaks)


def _message_of(
    shape: Shape, match: re.Match[str], *, number: int, placed: bool, follows: str
) -> Message:
    groups = match.groupdict()
    text = _without_context((groups.get("m") or match.string).strip())
    name, weight = shape.name, shape.weight
    if name == DASH:
        name, text = "shell", f"{text}: command not found"
    elif name == "exception":
        name = exception_language(text, follows)
        weight = weight if ":" in text else 0.5
    elif placed and name in ("log", "pip"):
        name = "compiler"
    if follows.lstrip().startswith("at "):
        weight = min(1.0, weight + 0.05)
    return Message(line=number, text=text, shape=name, weight=weight)


def _without_context(text: str) -> str:
    """A message without what programs write behind it for machines."""
    match = _CONTEXT.search(text, 8)
    return text[: match.start()].rstrip(" ,;") if match else text
