r"""Log parser: which lines of a log are messages, and what each says without its prefix.

A log is read line by line, once. Colours, times, levels, places (`file:3:4:`) and what log
collectors put in front are taken off; `log_formats.py` says which lines are messages; traces of
several lines (Python, Java, Rust) are told by the lines around. Every pattern is anchored
or bounded, so that the time is linear in the text, whatever it holds; of a text of many
lines only `CLOSELY` are read.
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from corpus.diagnosis.excerpts import is_quiet, without_excerpts
from corpus.diagnosis.log_formats import DASH, SHAPES, Shape
from corpus.text.escaping import without_terminal_codes
from languages.loader import pattern

LARGEST = 65_536
"""Characters of a text that are read."""
LONGEST = 1_000
"""Characters of a line that are read."""
CLOSELY = 1_200
"""Lines of a text that are read: if it has more, the last ones, and those that name errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A line of a log that may be the error message."""

    line: int
    """Its number in the text, from 1."""
    text: str
    """The message without time, level, place and program."""
    shape: str
    """What kind of output it is: `python`, `compiler`, `npm`, …; `plain` if none is known."""
    weight: float
    """How much it looks like the message that matters: 1 is the last line of a trace."""


_CLOCK = r"\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?"
_MONTH = r"(?:[^\W\d_]{3,5}\.?|\d{1,2}月)"
"""As logs of any language abbreviate it: `Nov`, `févr.`, `11月`."""
_DRESS = re.compile(
    r"\s*+(?:"
    rf"`?\[?\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?\]?:?"
    rf"|{_MONTH} [ \d]\d {_CLOCK} [\w.-]{{1,60}} [\w./-]{{1,60}}(?:\[\d{{1,9}}\])?:"
    rf"|\d{{1,2}}/\d{{1,2}}/\d{{4}},? \d{{1,2}}:\d\d:\d\d(?: [AP]M)?"
    rf"|[IWEF]\d{{4}} {_CLOCK} {{1,7}}\d{{1,9}} [\w.-]{{1,80}}:\d{{1,6}}\]"
    rf"|\d{{1,9}}:[A-Z] \d\d [A-Z][a-z]{{2}} \d{{4}} {_CLOCK} [#*.-]"
    rf"|\[?{_CLOCK}\]?(?: \|)?(?=\s)"
    r"|==\d{1,9}==(?! HEAP| LEAK)"
    r"|\[ {0,8}\d{1,9}\.\d{1,9}\]|#\d{1,4} (?:\d{1,6}\.\d{1,3}(?= )|(?=ERROR))"
    r"|\d{1,4}(?::\d{1,4})?>(?=\s|[A-Za-z]:\\|\w)"
    r"|(?:\d{1,4}\|)?[A-Za-z][\w.-]{0,60} {0,30}\|(?= )"
    r"|##\[(?:error|warning)\]|::(?:error|warning)[^:]{0,200}::"
    r"|\[[A-Za-z][\w.:/-]{0,40} {0,9}\](?::| -)?(?= )|\*\d{1,9}(?= [a-z])"
    r"|\[\d{1,9}\](?= [A-Z]{3,})|\d{1,9}#\d{1,9}:(?= )"
    r"|(?:CRITICAL|SEVERE|WARN|INFO|DEBUG|ERROR)(?= {1,8}[\[(\w])(?! [A-Z]{1,6}\d)(?! \d)"
    r"|E {3,8}(?=\S)|> (?=\S)"
    r"|[\d.kMGTP :-]{40,120}(?=curl: \(\d)"
    r")[ \t]?"
)
"""What stands before a message: times, log collectors, build numbers, processes as Valgrind
and the sanitizers name them, `[logger]`, levels, and the progress meter of curl."""
_ERROR_LEVEL = re.compile(r"\b(?:ALERT|CRITICAL|EMERG|ERROR|FATAL|PANIC|SEVERE)\b", re.IGNORECASE)
"""A level by which a line tells an error in whatever words."""
_PLACE = re.compile(
    r"(?:(?:[A-Za-z]:)?[^\s:()'\"]{1,300}(?::\d{1,7}){1,2}(?::(?:in [`'][^']{1,80}':)?| -)"
    r"|(?:[A-Za-z]:)?[^:()'\"]{1,300}\(\d{1,7}(?:[,-]\d{1,7}){0,3}\) ?:)\s{1,4}(?=\S)"
)
"""A place in a file: `main.c:3:5:`, `main.cpp(3,5):`."""
_COLUMN = re.compile(r":\d{1,7}:\d{1,7}\b")
"""The line and the column of a place: what a compiler says of it is an error in any words."""
_FRAME = re.compile(
    r"\s*+(?:at .|File \"|\.\.\. \d|#\d{1,3} |goroutine \d|-->|\d{1,6} ?\||\|"
    r"|(?!\*{3} [A-Za-z])[~^\-=*_#]{3,}"
    r"|[\^~ ]{1,300}$|\S{1,300}:\d{1,6}$|from \S{1,200}:\d|note:|help:|=|\+ |##\["
    r"|npm (?:ERR!|error)(?: A complete log| {3,}at | *$))"
)
"""Frames, source excerpts and rules around a message."""
_SPEAKS = pattern("logs", "error_words", flags=0)
"""Words that errors are told with, in lower case: ignoring case costs several times as much."""
_NAMED = pattern("logs", "strong_error_words", flags=0)
"""Words by which lines of a long text are chosen."""
_SUMMARY = re.compile(
    r"(?:[-=*#_ ]{3,}|Done |Build |BUILD |make: (?!\*\*\* No rule))|.{0,60}: \*\*\*(?! No rule)"
)
_TRACEBACK = "Traceback (most recent call last)"
_RAISED = re.compile(r"\braise ([A-Z]\w{1,80})\(([\"'])([^\"'\n]{1,300})\2\)")
"""What the last line of a traceback that was cut off raises."""
_PANICKED = re.compile(r"thread '[^']{0,80}'(?: \(\d+\))? panicked at \S{1,300}:$")

_STRING = r'"(?:[^"\\\n]|\\.){1,500}"'
_CODE = r'(?:-?\d{1,12}|"[\w.-]{1,60}")'
_S = r"\s{0,20}"
_OBJECT = re.compile(
    rf'"code"{_S}:{_S}(?P<code>{_CODE}){_S},{_S}"message"{_S}:{_S}(?P<message>{_STRING})'
    rf'|"message"{_S}:{_S}(?P<said>{_STRING}){_S},{_S}"code"{_S}:{_S}(?P<after>{_CODE})'
    rf'|"(?:msg|message|error|err|detail|exception|output|reason|stderr|error_?[Mm]essage)"{_S}:{_S}(?P<alone>{_STRING})'
)
"""The members of a JSON object that tell an error: JSON-RPC 2.0 (5.1), structured logs."""


@dataclass(frozen=True, slots=True)
class ReadableLog:
    """A log without its colours, and without what it only quotes."""

    text: str
    lines: Sequence[str]
    """As a terminal shows them."""


def readable(log: str | ReadableLog) -> ReadableLog:
    """A log as it is read: once, whoever asks about it. Never raises."""
    if isinstance(log, ReadableLog):
        return log
    text = _readable(log[:LARGEST])
    return ReadableLog(text, _lines(text))


def messages(log: str | ReadableLog, limit: int = 16) -> list[Message]:
    """The lines that may be the message, most likely first, each text once. Never raises."""
    log = readable(log)
    text, lines = log.text, log.lines
    objects = list(_objects(text))
    told = {message.line for message in objects}
    scanned = [m for m in _scan(lines) if m.shape != "plain" or m.line not in told]
    scanned += _embedded(text)
    best: dict[str, Message] = {}
    for message in [*objects, *_weigh_chains(scanned)]:
        known = best.get(message.text.casefold())
        if known is None or message.weight > known.weight:
            best[message.text.casefold()] = message
    ranked = sorted(best.values(), key=lambda message: (-message.weight, message.line))
    if len(lines) == 1:
        return ranked[:limit]
    reported = (m for m in ranked if not (is_quiet(lines[m.line - 1]) or is_quiet(m.text)))
    return [*islice(reported, limit)]


def speaks_of_error(text: str) -> bool:
    """Whether a text has a word that errors are told with."""
    return _SPEAKS.search(text.lower()) is not None


def unread(log: str | ReadableLog) -> int:
    """How many lines of a log `messages` does not read, as there are too many."""
    told = sum(bool(line.strip()) for line in readable(log).lines)
    return max(0, told - CLOSELY)


def message_of(line: str) -> str:
    """The message of a single line, as `messages` would give it; the line if there is none."""
    found = messages(line, 1)
    return found[0].text if found else line


def _readable(text: str) -> str:
    """The text without colours, boxes, the escapes of web pages, and excerpts of files."""
    text = without_terminal_codes(_CARETS.sub("\x1b[", text))
    text = without_excerpts(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)
    if "\n  | " in text or text.startswith("  | ") or "\n    | " in text:
        text = _BOX.sub("", text)
    return text


_CARETS = re.compile(r"\^\[\[")
"""How some viewers show an escape."""
_ENTITIES = {"#39": "'", "#x27": "'", "apos": "'", "quot": '"', "lt": "<", "gt": ">", "amp": "&"}
_ENTITY = re.compile(f"&({'|'.join(_ENTITIES)});")
_BOX = re.compile(r"^ {1,20}(?:\| ?|\+-[+-][-+ \d]{3,80}$)", re.MULTILINE)
"""The border that Python draws around the exceptions of a group."""


def _lines(text: str) -> list[str]:
    """The lines as a terminal shows them: what a carriage return overwrites is gone."""
    return [line.rstrip().rpartition("\r")[2][:LONGEST] for line in text.split("\n")]


def _lines_to_read(lines: Sequence[str], told: Sequence[int]) -> set[int]:
    """Which of the lines that are not empty are read: `CLOSELY` of them at most.

    Half of these are the last ones. The others name an error, the later ones first; where
    too few do, the lines before the last half are read instead.
    """
    if len(told) <= CLOSELY:
        return set(told)
    half = CLOSELY // 2
    earlier = reversed(told[:-half])
    naming = (n for n in earlier if _NAMED.search(lines[n].lower()))
    chosen = {*islice(naming, half), *told[-half:]}
    others = (n for n in reversed(told) if n not in chosen)
    return chosen | set(islice(others, CLOSELY - len(chosen)))


def _without_prefix(line: str) -> str:
    for _ in range(6):
        match = _DRESS.match(line)
        if match is None or match.end() == len(line):
            break
        line = line[match.end() :]
    return line


def _scan(lines: Sequence[str]) -> Iterator[Message]:
    """A message for every line that is read and is neither empty nor a frame."""
    told = [place for place, line in enumerate(lines) if line.strip()]
    chosen = _lines_to_read(lines, told)
    in_traceback = panicked = False
    margin = 0
    for place in told:
        if place not in chosen:
            in_traceback = panicked = False
            continue
        number, line = place + 1, _without_prefix(lines[place])
        if not line.strip() or _ERROR_LEVEL.fullmatch(line.strip(" []:")):
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
            follows = _without_prefix(lines[number]) if number < len(lines) else ""
            is_error = _ERROR_LEVEL.search(prefix) is not None
            found = _classify(
                line.strip(), number=number, follows=follows, of=len(told), is_error=is_error
            )
            is_cause = prefix.endswith("[cause]: ")
            yield replace(found, shape="cause", weight=1.0) if is_cause else found
        panicked = _PANICKED.match(line.strip()) is not None
    if in_traceback and (raised := _RAISED.search(lines[told[-1]])):
        text = f"{raised[1]}: {raised[3]}"
        yield Message(line=told[-1] + 1, text=text, shape="python", weight=1.0)


def _classify(line: str, *, number: int, follows: str, of: int, is_error: bool) -> Message:
    """A line by its shape, or as plain text that speaks of an error, or does not; `is_error` says
    whether its level does.

    A line that is all there is must be the message, whatever it looks like.
    """
    place = _PLACE.match(line)
    text = line[place.end() :] if place else line
    speaks = is_error or speaks_of_error(text)
    for shape in SHAPES if speaks else ():
        match = shape.pattern.match(text)
        if match is not None and not (place and shape.name == "program"):
            return _message_of(shape, match, number=number, placed=bool(place), follows=follows)
    if speaks and place:
        text = _without_context(text)
        return Message(line=number, text=text, shape="compiler", weight=0.85)
    speaks = speaks or (place is not None and _COLUMN.search(place[0]) is not None)
    weight = 0.1 if _SUMMARY.match(text) else 0.5 if speaks else 0.2
    weight = 0.9 if of == 1 else weight + 0.3 if of <= 3 and speaks else weight
    return Message(line=number, text=_without_context(text), shape="plain", weight=weight)


def _without_context(text: str) -> str:
    """A message without what programs write behind it for machines."""
    match = _CONTEXT.search(text, 8)
    return text[: match.start()].rstrip(" ,;") if match else text


_CONTEXT = re.compile(
    r" \{ ?\"\w{1,40}\" ?:|,? \[[\w./-]{1,60} line \d{1,6}\]$|, client: \S{1,60}, server: "
    r"|: unknown(?:\.|: Are you trying .*)?$"
    r"| at character \d{1,7}$|(?: {1,3}[a-z][\w.]{0,30}=(?:[^\s\"=]{1,60}|\"[^\"]{0,60}\")){2,6}$"
)
"""Objects, `key=value` runs, nginx's list, containerd's `: unknown`, PostgreSQL's and uWSGI's
place."""


def _message_of(
    shape: Shape, match: re.Match[str], *, number: int, placed: bool, follows: str
) -> Message:
    groups = match.groupdict()
    text = _without_context((groups.get("m") or match.string).strip())
    name, weight = shape.name, shape.weight
    if name == DASH:
        name, text = "shell", f"{text}: command not found"
    elif name == "exception":
        name = _language(text, follows)
        weight = weight if ":" in text else 0.5
    elif placed and name in ("log", "pip"):
        name = "compiler"
    if follows.lstrip().startswith("at "):
        weight = min(1.0, weight + 0.05)
    return Message(line=number, text=text, shape=name, weight=weight)


def _language(message: str, follows: str) -> str:
    """Whose exception it is: by the frame that follows, and by how it is named."""
    name = message.partition(":")[0]
    frame = follows.lstrip()
    if frame.startswith("at ") and "." not in name and ".java:" not in frame:
        return "node"
    if frame.startswith("at ") or (name.count(".") >= 2 and name.endswith("Exception")):
        return "dotnet" if "." in name and name[0].isupper() else "java"
    return "python"


def _weigh_chains(found: list[Message]) -> list[Message]:
    """Of a chain of exceptions the last one is the root: it weighs 1, the others 0.8."""
    roots = [n for n, item in enumerate(found) if item.shape == "python" and item.weight == 1.0]
    causes = [n for n, item in enumerate(found) if item.shape == "java" and item.weight >= 0.9]
    inner = [n for n, item in enumerate(found) if item.shape == "cause"]
    for chain in (roots, causes, [*_wrappers(found, inner), *inner]):
        for number in chain:
            weight = 1.0 if number == chain[-1] else 0.8
            found[number] = replace(found[number], weight=weight)
    return found


def _wrappers(found: Sequence[Message], inner: Sequence[int]) -> list[int]:
    """The exceptions above the first cause that Node.js names."""
    above = found[: inner[0]] if inner else []
    return [n for n, item in enumerate(above) if item.weight >= 0.9]


def _objects(text: str) -> Iterator[Message]:
    """Errors told in JSON, on one line or over several: the last ones, if there are many."""
    line, counted = 1, 0
    for match in deque(_OBJECT.finditer(text) if '"' in text else (), CLOSELY // 2):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        code = match["code"] or match["after"]
        said = _plain(match["message"] or match["said"] or match["alone"])
        if code:
            told = f"code {_plain(code)}: {said}"
            yield Message(line=line, text=told, shape="jsonrpc", weight=1.0)
        elif speaks_of_error(said):
            yield Message(line=line, text=said, shape="log", weight=0.85)


_LINES = re.compile(r'": ?(?P<text>"(?:[^"\\\n]|\\.){1,8000}+")')
"""A member of a JSON object that may be a text of several lines: what a command printed."""


def _embedded(text: str) -> Iterator[Message]:
    """The messages of texts that a JSON object holds, each text read as a log of its own."""
    for match in _LINES.finditer(text) if "\\n" in text else ():
        if "\\n" in match["text"]:
            line = 1 + text.count("\n", 0, match.start())
            inner = _readable(_decoded(match["text"]))
            yield from (replace(message, line=line) for message in _scan(_lines(inner)))


def _plain(text: str) -> str:
    """A JSON string's value, on one line; a number as it is."""
    if text[0] != '"':
        return text
    return " ".join(_decoded(text).split())


def _decoded(text: str) -> str:
    """A JSON string's value."""
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]
