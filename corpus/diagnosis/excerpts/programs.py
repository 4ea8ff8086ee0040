"""Which lines of a text are those of a program or of its settings: they report nothing, whatever
they name.

No grammar is read: a program is told by lines that no log has, close to each other.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from corpus.diagnosis.tuning import LONGEST_LINE

_FEWEST = 5
"""Statements of a program at least."""
_WIDEST_GAP = 20
"""Lines between two statements of a program, such as its comments."""

_TARGET = r"(?:var |let |const |val |self\.|this\.|\$)?\w[\w.\[\]\"']{0,80}(?:, \w{1,40}){0,4}"
_VALUE = (
    r"(?:[\w.]{1,80};?$|[\"'`\[({$&*!]|-?\d|\w[\w.:>-]{0,80}[(\[{]"
    r"|(?:True|False|None|null|nil|true|false|new|await|not)\b)"
)
_STATEMENTS = (
    # what defines a name
    r"(?:async )?def \w+[(.]?|class \w.{0,200}[:{]$|@[\w.]{2,80}(?:\(|$)",
    r"(?:from \S{1,100} )?import [\w*({\"'., ]{1,200};?$|import .{1,200} from [\"']",
    r"#(?:include|define|ifn?def|endif|if|else|pragma)\b|require(?:_relative)? [\"']",
    r"(?:local|my|use|package|module) [\w:$@%.({]+;?$",
    # what begins a block and ends one
    r"(?:if|elif|for|while|with|except|match|case|async \w+) .{1,200}:$|(?:try|else|finally):$",
    r"(?:end|fi|done|esac)[;,)]*$|\}?\)[;,:]*$|case .{1,200} in$",
    # assignments and calls
    rf"{_TARGET}(?:: [\w\[\], .|]{{1,80}})? [-+*/|&:.?]?= {_VALUE}",
    r"(?!\d)[\w.:>$-]{1,80}\(.*\)[;,]?$",
    # ends of functions
    r"return(?:;|$| \w*[^\w ,.]| \w+;?$| .{1,200}(?:\)|\bnil|\berr)$)|raise [A-Z]\w*(?:[(.]|$)",
    r"exit \d{1,3}$|set [-+]\w{1,10}(?: \w+)?$",
    # lines of texts, and of Dockerfiles
    r"([\"']).*\\n\1[,)]*$",
    r"(?:FROM|RUN|COPY|ADD|CMD|ENTRYPOINT|ENV|WORKDIR|EXPOSE|USER|ARG) \S",
)
_STATEMENT = re.compile(rf"\s*+(?:{'|'.join(_STATEMENTS)})")
_SIGNED = re.compile(
    r"\s*+(?:(?![\"'\d]).{0,300}(?:\)|=|>|\b(?:nil|error|else|try|do)) ?\{$"
    r"|(?:struct|enum|interface|namespace|impl|if|for|while|match|switch|loop)\b.{0,200} ?\{$"
    r"|.{1,300}(?:; (?:then|do)|;;)$|(?![\"'\d]).{0,300}[\w)\]\"'?]; *(?:/[/*].*)?$)"
)
"""A statement that ends with a brace, a semicolon, or a word after one."""
_OUTPUT = re.compile(
    r"Traceback|\s*+(?:File \"|at \S|>>> |E {2,}|\d{1,6} ?[|│])"
    r"|[^a-z]{0,8}(?:error|fatal|panic|warning|failed)\b"
    r"|(?:[\w$]{1,80}[.:])*[A-Z][\w$]{0,80}(?:Error|Exception)\b(?!\w|.*[{;]$)"
    r"|[^\s:(\"']{1,200}:\d{1,7}:|(?:[\w./-]{1,60}: ){1,3}|[$%>] |\S{0,60}[@\w][$#] |```|~~~|[│┃]",
    re.IGNORECASE,
)
"""A line that a program may have printed."""
_COMMENT = re.compile(r"\s*(?:#(?!\d)|//|/\*|--|<!--|;|\(\*|[rR]?(?:\"\"\"|'''))")
_DOCUMENTED = ('"""', "'''")
_CLOSED = re.compile(r"\s*[)\]}]{1,9}[;,]?$")
_SECTION = re.compile(r"\[[A-Za-z][\w .:\"-]{1,80}\]")
_SETTING = re.compile(r"[A-Za-z][\w.-]{1,80} ?=")


def program_lines(lines: Sequence[str]) -> Iterator[int]:
    """The places of the lines of programs: from a first statement to a last one, and a comment
    that stands before. What is printed ends a program, and so does any other line that is neither
    indented nor in a documentation string."""
    told = [place for place, line in enumerate(lines) if line.strip()]
    start, statements, is_documented = 0, list[int](), False
    for number, place in enumerate(told):
        line = lines[place][:LONGEST_LINE]
        was_documented = is_documented
        is_documented ^= sum(map(line.count, _DOCUMENTED)) % 2 == 1
        is_text = was_documented or is_documented
        if not is_text and _is_statement(line):
            statements.append(number)
            continue
        is_text = is_text or bool(_COMMENT.match(line) or _CLOSED.match(line))
        is_outside = not (is_text or (line[0].isspace() and not _OUTPUT.match(line)))
        if is_outside or number - (statements[-1] if statements else start) > _WIDEST_GAP:
            yield from _program(lines, told, start, statements)
            start, statements = number + 1, []
    yield from _program(lines, told, start, statements)


def _is_statement(line: str) -> bool:
    has_signs = ";" in line or line.endswith("{")
    return bool(_STATEMENT.match(line) or (has_signs and _SIGNED.match(line)))


def _program(
    lines: Sequence[str], told: Sequence[int], start: int, statements: Sequence[int]
) -> Iterator[int]:
    if len(statements) >= _FEWEST:
        first = start if _COMMENT.match(lines[told[start]]) else statements[0]
        after = told[statements[-1] + 1 :]
        closed = takewhile(lambda place: _CLOSED.match(lines[place]), after)
        yield from range(told[first], max([told[statements[-1]], *closed]) + 1)


def setting_lines(lines: Sequence[str]) -> Iterator[int]:
    """The places of the settings of an INI file, which has several sections."""
    sections = (line for line in lines if line[:1] == "[")
    if sum(_SECTION.fullmatch(line.rstrip()) is not None for line in sections) > 1:
        yield from (place for place, line in enumerate(lines) if _SETTING.match(line))
