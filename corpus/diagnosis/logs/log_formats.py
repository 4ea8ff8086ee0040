"""The shapes of error lines: what programs of one kind print, and where the message is in it.

`log_parser.py` has taken off time, level and host before a line comes here. The first shape that
fits wins, so the order is from the particular to the general. `m` is the message.
"""

import re
from dataclasses import dataclass

from languages.loader import alternatives


@dataclass(frozen=True, slots=True)
class Shape:
    """Lines like `pattern`, whose message is its group `m`."""

    name: str
    weight: float
    """How much such a line looks like the message that matters, 0 to 1."""
    pattern: re.Pattern[str]


_NAME = r"[\w$]{1,80}"
_EXCEPTION = (
    rf"(?:{_NAME}(?:\.|::|\\|/)){{0,12}}[A-Z][\w$]{{0,80}}"
    r"(?:Error|Exception|Failure|Fault|Warning|Interrupt|Timeout|Expired|Exit|Panic|Overflow)"
)
_QUALIFIED = r"(?:[a-z_]\w{0,40}\.){1,6}(?:[A-Z]\w{1,60}|error|gaierror|herror)"
"""Exceptions of Python that are not named after what they are: `zipfile.BadZipFile`."""
_UNCAUGHT = r"(?:Uncaught (?:exception )?|Unhandled [\w ]{1,40}[:.] )?"
_LEVEL = rf"(?:{alternatives('logs', 'error_levels')})(?: -|[:：])"
_WARNING = rf"(?:{alternatives('logs', 'warning_levels')})(?: -|[:：])"
_CODED = r"[A-Z]{1,8}\d{2,6}\b"

DASH = "dash"
"""The shape of what dash and busybox say where other shells say `command not found`."""

_OBJECT_FILE = r"(?:[^:]{1,200}:)?(?:\(\.\w+\+0x[0-9a-f]+\): )?"
_SUMMARY = r"(?:aborting due to|could not compile|build failed|Found \d)"

_TABLE: tuple[tuple[str, float, str], ...] = (
    ("java", 0.9, r"Caused by: (?P<m>.+)"),
    ("java", 0.85, r'Exception in thread "[^"]{0,80}" (?P<m>.+)'),
    ("npm", 0.8, r"npm (?:ERR!|error) (?P<m>code \S.*)"),
    ("npm", 0.3, r"npm (?:ERR!|error) (?P<m>(?:path|syscall|errno|dest|file|cwd|command) .+)"),
    ("npm", 0.9, r"npm (?:ERR!|error) (?P<m>\S.+)"),
    ("rust", 1.0, r"error\[[A-Z]\d{3,5}\]: .+"),
    ("rust", 0.9, r"thread '[^']{0,80}'(?: \(\d+\))? panicked at '(?P<m>.+)', \S+:\d+:\d+$"),
    ("go", 1.0, r"panic: (?P<m>.+)"),
    ("go", 0.9, r"fatal error: (?P<m>(?:all goroutines|concurrent map|stack overflow).*)"),
    ("curl", 1.0, r"curl: \(\d{1,3}\) .+"),
    ("docker", 1.0, r"(?:docker: )?(?P<m>Error response from daemon: .+)"),
    ("docker", 0.95, r"(?:ERROR: )?(?P<m>failed to (?:solve|build)(?: with \S+ \S+)?: .+)"),
    ("linker", 0.3, r"collect2: (?P<m>.+)"),
    ("linker", 0.3, r"\S{1,200}: error: (?P<m>linker command failed.+)"),
    ("linker", 0.95, rf"(?:LINK|[^:]{{1,200}}) ?: (?:fatal )?error (?P<m>{_CODED}: .+)"),
    ("linker", 0.95, rf"{_OBJECT_FILE}(?P<m>undefined reference to .+)"),
    ("linker", 0.95, r"(?:\S{0,200}[/-])?(?:ld|lld)(?:\.\w+)?: (?:error: )?(?P<m>.+)"),
    ("linker", 0.9, r"(?P<m>(?:Undefined symbols|duplicate symbol).+)"),
    ("postgresql", 1.0, r"(?:psql: error: .{0,300}?)?(?:ERROR|FATAL|PANIC):  (?P<m>.+)"),
    ("postgresql", 1.0, r"(?P<m>SQLSTATE\[\w{5}\].+)"),
    ("postgresql", 0.3, r"(?:DETAIL|HINT|STATEMENT|LINE \d+|CONTEXT|QUERY): +(?P<m>.+)"),
    ("postgresql", 1.0, r"psql: (?:error: )?(?P<m>.+)"),
    ("pip", 0.95, r"ERROR: (?P<m>.+)"),
    (DASH, 0.95, r"(?:\S{0,80}/)?(?:da|a)?sh: (?:\d{1,6}: )?(?P<m>[^\s:/\[]{1,80}): not found$"),
    ("shell", 0.95, r"(?:-?(?:ba|z|da|k|fi|c)?sh|\S{1,100}\.sh): (?:line )?(?:\d+: ?)?(?P<m>.+)"),
    ("shell", 0.95, r"\S{1,100}: line \d{1,6}: (?P<m>.+)"),
    ("shell", 0.95, r"(?P<m>.{1,200} is not recognized as (?:an internal|the name|a name) .+)"),
    ("systemd", 0.9, r"\S{1,200}\.service: (?:Main p|P)rocess exited, code=\w+, (?P<m>status=.+)"),
    ("git", 0.95, r"fatal: (?P<m>.+)"),
    ("git", 0.8, r"remote: (?:error: |fatal: |ERROR: )?(?P<m>\S.+)"),
    ("git", 0.8, r" ?! (?P<m>\[(?:remote )?rejected\].+)"),
    ("make", 0.3, r"\S{0,100}make(?:\[\d+\])?: (?P<m>.+)"),
    ("exception", 0.9, rf"{_UNCAUGHT}(?P<m>{_EXCEPTION}(?: \[\w+\])?(?: ?: .*|$))"),
    ("exception", 0.9, rf"{_UNCAUGHT}(?P<m>{_QUALIFIED}: .+)"),
    ("node", 0.9, r"(?:Uncaught )?(?P<m>Error(?: \[\w+\])?: .+)"),
    ("node", 0.6, r"(?P<m>code: '[A-Z][A-Z0-9_]+'),?$"),
    ("compiler", 0.3, rf"(?:error: )?(?P<m>{_SUMMARY}.+)"),
    ("compiler", 0.95, rf"(?:fatal |internal )?(?:compiler )?error (?P<m>{_CODED}.+)"),
    ("compiler", 0.7, rf"warning (?P<m>{_CODED}.+)"),
    ("log", 0.9, r"(?:[A-Z]\w{1,15} )?(?:[Ff]atal|[Ii]nternal) error: {1,2}(?P<m>.+)"),
    ("log", 0.9, rf"{_LEVEL} ?(?P<m>.+)"),
    ("log", 0.6, rf"{_WARNING} ?(?P<m>.+)"),
    ("log", 0.3, r"(?:note|help|info|hint): (?P<m>.+)"),
    ("log", 0.9, r'.{0,300}?\b(?:err|error)="?(?P<m>(?:[^"\\]|\\.){3,500})'),
    ("log", 0.8, r'.{0,300}?\bmsg="(?P<m>(?:[^"\\]|\\.){3,500})'),
    ("program", 0.85, r"[a-z][\w.+-]{1,30}: (?:\[[a-z]{4,6}\] )?(?P<m>\S.+ .+)"),
)
SHAPES = tuple(Shape(name, weight, re.compile(pattern)) for name, weight, pattern in _TABLE)
"""All shapes, the particular ones first."""
_RAISED = re.compile(f"{_EXCEPTION}: ")


def names_exception(message: str) -> bool:
    """Whether a message begins with the name of an exception."""
    return _RAISED.match(message) is not None
