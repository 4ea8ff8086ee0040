"""What stands before a message: times, levels, hosts, log collectors, and places in files."""

import re

_CLOCK = r"\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?"
_MONTH = r"(?:[^\W\d_]{3,5}\.?|\d{1,2}月)"
"""As logs of any language abbreviate it: `Nov`, `févr.`, `11月`."""
_PREFIX = re.compile(
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
"""Times, log collectors, build numbers, processes as Valgrind and the sanitizers name them,
`[logger]`, levels, and the progress meter of curl."""
_MOST_PREFIXES = 6
"""Of one line: a collector puts its own before those of the program."""
ERROR_LEVEL = re.compile(r"\b(?:ALERT|CRITICAL|EMERG|ERROR|FATAL|PANIC|SEVERE)\b", re.IGNORECASE)
"""A level by which a line tells an error in whatever words."""
_PLACE = re.compile(
    r"(?:(?:<internal:[^\s<>]{1,300}>|(?:[A-Za-z]:)?[^\s:()'\"]{1,300})(?::\d{1,7}){1,2}"
    r"(?::(?:in [`'][^']{1,80}':)?| -)"
    r"|(?:[A-Za-z]:)?[^:()'\"]{1,300}\(\d{1,7}(?:[,-]\d{1,7}){0,3}\) ?:)\s{1,4}(?=\S)"
)
COLUMN = re.compile(r":\d{1,7}:\d{1,7}\b")
"""The line and the column of a place: what a compiler says of it is an error in any words."""


def without_prefix(line: str) -> str:
    """A line without what stands before its message; the line, if there is no more of it."""
    for _ in range(_MOST_PREFIXES):
        match = _PREFIX.match(line)
        if match is None or match.end() == len(line):
            break
        line = line[match.end() :]
    return line


def split_place(line: str) -> tuple[str, str]:
    """The place in a file that a line begins with, as in `main.c:3:5:` or `main.cpp(3,5):`, and
    the rest of the line."""
    match = _PLACE.match(line)
    return (match[0], line[match.end() :]) if match else ("", line)
