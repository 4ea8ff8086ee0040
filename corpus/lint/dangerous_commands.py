"""Finds dangerous commands without a warning near them.

Shell commands are looked for everywhere, for prose is followed as well; statements and
settings only in code, for in prose they are more often named than advised.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from corpus.lint.layout import Layout, LineSpan, LintFinding
from corpus.lint.vocabulary import any_of

_FLAG = r"(?:-[a-z-]{1,30}\s{1,9})"
_RECURSIVE = rf"(?={_FLAG}{{0,4}}?(?:-[a-z]{{0,9}}r[a-z]{{0,9}}|--recursive)\s)"
_RM = rf"\brm\s{{1,9}}{_RECURSIVE}{_FLAG}{{1,5}}+[\"']?"
_OPTIONS = r"(?:-\S{1,60}\s{1,9}){0,4}"
_END = r"(?=[\"']?(?:\s|$|[;&|)`#]))"
_SYSTEM = r"/(?:bin|boot|dev|etc|home|lib(?:32|64)?|opt|proc|root|sbin|srv|sys|usr|var|var/lib)"
_SHELL = r"(?:ba|z|da|k)?sh"
_INTERPRETER = (
    rf"(?:{_SHELL}\b|(?:python[\d.]{{0,5}}|perl|ruby|node|php)(?=\s{{0,9}}(?:-?\s*$|[;&)`#\"'])))"
)
"""What runs its input; with an option, as `python -m json.tool`, it may only read it."""
_SECRETS = (
    r"(?:\.env\b|id_(?:rsa|ed25519|ecdsa)\b|\.(?:ssh|aws|gnupg|kube)/|/etc/shadow\b|\.netrc\b|"
    r"\.npmrc\b|\.pgpass\b|\.git-credentials\b)"
)
_FETCHED = r"[\"']?(?:<\(|\$\()\s*(?:curl|wget)\b"
_FETCHING = r"\b(?:urlopen|urlretrieve|(?:requests|httpx|https?)\.get|fetch)\b"
_ALL = r"[\"']?(?:/|~/?|\$HOME/?)[\"']?"
_REMOVING = r"(?:-delete\b|-exec\s{1,9}(?:sudo\s{1,9})?rm\b)"
_LEASE = r"[^\n]{0,99}--force-(?:with-lease|if-includes)"
_FAR_MORE = "removes far more than one folder"
_UNREAD = "runs what a server sends, unread"
_GIVES_AWAY = "sends secrets away"
_LOSES_DATA = "removes data for good"
_LOSES_VOLUMES = "removes volumes with their data"
_LOSES_WORK = "discards work that is saved nowhere else"
_TRUSTS_ALL = "talks to whoever answers, certificate or not"

_COMMANDS: Sequence[tuple[str, str]] = (
    (rf"{_RM}(?:/|~/?|\.\.?/?|\*|/\*|~/\*|\./\*){_END}", _FAR_MORE),
    (rf"{_RM}{_SYSTEM}(?:/\*?)?{_END}", "removes a folder of the system"),
    (rf"{_RM}\$(?:HOME\b|\{{HOME\}})[\"']?(?:/\*?)?{_END}", "removes the home folder"),
    (
        rf"{_RM}\$(?:\w+|\{{\w+\}}|\(\w+\))[\"']?/",
        "removes from the root if the variable is empty (${name:?} would refuse)",
    ),
    (r"\brm\s[^\n|;]{0,99}--no-preserve-root", "removes everything"),
    (r"\bdd\s[^\n|;]{0,99}\bof=/dev/(?!null\b|zero\b|stdout\b|tty)\w+", "overwrites a device"),
    (r"\bmkfs(?:\.\w+)?\s[^\n|;`]{0,99}/dev/\w+", "makes a disk empty"),
    (r"\bwipefs\s+(?:-a|--all)\b|\bshred\s[^\n|;`]{0,99}/dev/\w+", "makes a disk empty"),
    (r">\s*/dev/(?:sd|hd|vd|nvme|mmcblk|disk)\w*", "overwrites a disk"),
    (r":\s*\(\s*\)\s*\{\s*:\s*\|\s*:\s*&\s*\}\s*;\s*:", "starts processes without end"),
    (r"\bkill\s+(?:-9|-KILL|-s\s+(?:SIG)?KILL)\s+(?:--\s+)?-1\b", "ends all that one may end"),
    (
        r"\bchmod\s+(?:(?:-R|--recursive)\s+(?:0?777|a[+=]rwx)|0?777\s+-R)\b",
        "lets everybody change everything",
    ),
    (
        rf"\b(?:chown|chmod|chgrp)\s+(?:-R|--recursive)\s+\S+\s+(?:/|{_SYSTEM}/?){_END}",
        "changes the files of the system",
    ),
    (
        rf"\bgit\s{{1,9}}{_OPTIONS}push\b(?!{_LEASE})[^\n|;&`]{{0,99}}?\s(?:--force|-f)(?![\w-])",
        "overwrites what others have pushed",
    ),
    (
        rf"\b(?:curl|wget)\b[^\n|`]{{0,99}}\|\s{{0,9}}(?:sudo\s{{1,9}}{_OPTIONS})?{_INTERPRETER}",
        _UNREAD,
    ),
    (rf"(?<!\S)(?:{_SHELL}|eval|source|\.)\s{{1,9}}(?:-c\s{{1,9}})?{_FETCHED}", _UNREAD),
    (rf"\b(?:exec|eval)\s{{0,9}}\([^\n]{{0,99}}?{_FETCHING}", _UNREAD),
    (
        rf"\bbase64\s{{1,9}}(?:-d|--decode)\b[^\n|`]{{0,99}}\|\s{{0,9}}{_INTERPRETER}",
        "runs what nobody can read",
    ),
    (r"/dev/tcp/|\bn(?:c|cat)\s[^\n|;]{0,99}-e\s{1,9}\S{0,30}sh\b", "opens a shell to others"),
    (rf"\bcurl\s[^\n|`]{{0,99}}@[\"']?[^\s\"']{{0,60}}{_SECRETS}", _GIVES_AWAY),
    (
        rf"\b(?:cat|base64|tar)\s[^\n|`]{{0,99}}?{_SECRETS}[^\n`]{{0,99}}?\|\s{{0,9}}(?:curl|nc|ncat)\b",
        _GIVES_AWAY,
    ),
    (r"\b(?:env|printenv)\s{0,9}\|\s{0,9}(?:curl|nc|ncat)\b", _GIVES_AWAY),
    (rf"\bfind\s{{1,9}}(?:-[HLP]\s{{1,9}})?{_ALL}\s[^\n|;`]{{0,199}}?{_REMOVING}", _FAR_MORE),
    (rf"\brmtree\s{{0,9}}\(\s{{0,9}}[\"'](?:/|~|{_SYSTEM})[\"']", _FAR_MORE),
    (r"\b(?:iwr|irm|invoke-webrequest|invoke-restmethod)\b[^\n|`]{0,99}\|\s*iex\b", _UNREAD),
    (r"\b(?:iex|invoke-expression)\b[^\n`]{0,99}\b(?:iwr|irm|downloadstring)\b", _UNREAD),
    (r"\bdocker\s+system\s+prune\b[^\n;&|`]{0,99}--volumes", _LOSES_VOLUMES),
    (r"\bdocker\s+volume\s+prune\s[^\n;&|`]{0,99}(?:-a\b|--all)", _LOSES_VOLUMES),
    (
        r"\bdocker(?:-|\s+)compose\s[^\n;&|`]{0,99}\bdown\s[^\n;&|`]{0,99}(?:-v\b|--volumes)",
        _LOSES_VOLUMES,
    ),
    (rf"\bdropdb\s{{1,9}}{_OPTIONS}\w++|\bredis-cli\b[^\n`]{{0,99}}\bFLUSHALL\b", _LOSES_DATA),
    (r"\bkubectl\s+delete\s+(?:ns|namespaces?|pvc?)\s+\S+", "removes what runs, with its data"),
    (r"\bkubectl\s+delete\b[^\n;|`]{0,99}\s--all\b", "removes what runs"),
    (r"\bterraform\s+destroy\b[^\n;|`]{0,99}-auto-approve", "removes what runs, with its data"),
    (
        rf"\bRemove-Item\b(?=[^\n;|]{{0,99}}-Recurse)[^\n;|`]{{0,99}}\s[\"']?(?:[a-z]:\\?|/|~|\*){_END}",
        _FAR_MORE,
    ),
    (r"\bformat\s+[a-z]:(?=\s|$)", "makes a disk empty"),
    (r"\b(?:del|rd|rmdir)\s+(?:/\w\s{1,9}){0,4}/s\s{1,9}(?:/\w\s{1,9}){0,4}[a-z]:\\", _FAR_MORE),
)
"""Patterns to look for everywhere, and what they do."""

_IN_CODE: Sequence[tuple[str, str]] = (
    (r"\bDROP\s+(?:DATABASE|SCHEMA|TABLE)\s+(?:IF\s+EXISTS\s+)?[\"`\[]?(?P<name>\w+)", _LOSES_DATA),
    (r"\bTRUNCATE\s+(?:TABLE\s+)[\"`\[]?(?P<name>\w+)|\.dropDatabase\(\)", _LOSES_DATA),
    (
        r"\bDELETE\s+FROM\s+[\"`\[]?(?P<name>\w++)[\w.\"`\]]*\s*+[;\"']",
        "removes every row, for it has no WHERE",
    ),
    (r"\bcurl\s(?:[^\n|;`]{0,99}\s)?(?:(?-i:-k)\b|--insecure\b)", _TRUSTS_ALL),
    (r"\bwget\s[^\n|;`]{0,99}--no-check-certificate", _TRUSTS_ALL),
    (r"\bverify\s*=\s*False\b|\bssl\._create_unverified_context|\bCERT_NONE\b", _TRUSTS_ALL),
    (
        r"\b(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)\b[\"']?(?:\s*+[=:]\s*+|\s++)[\"']?0",
        _TRUSTS_ALL,
    ),
    (r"\brejectUnauthorized[\"']?\s*:\s*false|\bInsecureSkipVerify\s*:\s*true", _TRUSTS_ALL),
    (r"\b(?:sslVerify|strict-ssl)(?:\s+|\s*=\s*)[\"']?false", _TRUSTS_ALL),
    (r"\bGIT_SSL_NO_VERIFY\s*=\s*[\"']?(?:1|true)|\bStrictHostKeyChecking[\s=]+no\b", _TRUSTS_ALL),
)
"""Patterns to look for in code, and what they do."""

_IN_ROWS: Sequence[tuple[str, str]] = (
    (r"\bON\s+DELETE\s+CASCADE\b", "removes what refers to it as well"),
    (r"\bexecutescript\b", "commits first, and takes no parameters"),
    (
        r"\bgit\s[^\n`]{0,99}\bpush\s[^\n;`]{0,99}\bHEAD:(?:main|master)\b",
        "puts it on the main branch",
    ),
    (r"\bgit\s[^\n`]{0,99}\b(?:reset\s+--hard|clean\s+-\w*f|branch\s+(?-i:-D))\b", _LOSES_WORK),
    (
        r"\bgit\s+(?:restore\s+|checkout\s+--\s+)\.(?!\w)|\bgit\s+stash\s+(?:drop|clear)\b",
        _LOSES_WORK,
    ),
    (r"\brm\s+-\w*r", "removes folders with all that is in them"),
    (
        r"\bchmod\s+(?:-R\s+)?0?777\b|\bdocker\s[^\n;`]{0,99}--privileged\b",
        "gives away every protection",
    ),
    (r"\b--break-system-packages\b", "may break programs of the system"),
    (r"\bdocker\s+(?:system|volume)\s+(?:prune|rm)\b", _LOSES_VOLUMES),
    (r"\bterraform\s+force-unlock\b", "lets two runs change one state"),
)
"""Patterns to look for in a row of an error table, which many see without its article."""

_DOWNLOAD = re.compile(r"\b(?:curl|wget)\s[^\n|]{0,300}(?:\n[^\n]{1,200}){0,2}", re.IGNORECASE)
"""A download and what is done next: two more lines, unless one is empty."""
_KEPT_AS = re.compile(
    r"(?:(?<=\s-o)|(?<=\s-O)|(?<=--output)|(?<=--output-document)|(?<=>))[\s=\"']{0,4}([\w./~-]{1,99})"
    r"|(?<=/)([\w.-]{2,99})(?=[\"'\s;&)]|$)"
)
_RUN = re.compile(
    r"(?:(?<![\w./-])(?:(?:ba|z|da|k)?sh|python[\d.]{0,5}|perl|ruby|node|php|source|\.)\s{1,9}"
    r"(?:-\w{1,20}\s{1,9}){0,3}|(?<![\w./~])(?=\./))[\"']?([\w./~-]{1,99})"
)
_CREATE = re.compile(r"\bCREATE((?:\s++\w++){0,8}\s++[\"`\[]?\w++)", re.IGNORECASE)
_WARNING = any_of("warning")
"""A word by which a section shows that its author knows what the command does."""


def _compile(table: Sequence[tuple[str, str]]) -> Sequence[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern, re.IGNORECASE | re.MULTILINE), what) for pattern, what in table]


_ANYWHERE, _CODE_ONLY = _compile(_COMMANDS), _compile(_IN_CODE)
_ROWS_ONLY = _compile(_IN_ROWS)


def unwarned_command(solution: str) -> str:
    """The first dangerous command in the solution of a row, and what it does, or ""."""
    if _WARNING.search(solution):
        return ""
    matches = (
        f"{' '.join(match[0].split())!r}, which {what}"
        for pattern, what in (*_ANYWHERE, *_CODE_ONLY, *_ROWS_ONLY)
        if (match := pattern.search(solution))
    )
    return next(matches, "")


def dangers(layout: Layout) -> Iterator[LintFinding]:
    """Every dangerous command in a section without a word of warning."""
    warnings = [match.start() for match in _WARNING.finditer(layout.text)]
    created = _creations(layout.text)
    for match, what in _matches(layout):
        section = layout.section(match.start())
        before = bisect_left(warnings, section.start), bisect_left(warnings, match.start())
        after = bisect_left(warnings, match.end()), bisect_left(warnings, section.end)
        is_warned_of = before[0] < before[1] or after[0] < after[1]
        if not is_warned_of and not _is_made(created, section, match):
            command = " ".join(match[0].split())
            yield LintFinding(match.start(), f"{command!r} {what}; its section has no warning")


def _matches(layout: Layout) -> Iterator[tuple[re.Match[str], str]]:
    for pattern, what in _ANYWHERE:
        for match in pattern.finditer(layout.text):
            yield match, what
    for match in _DOWNLOAD.finditer(layout.text):
        if _runs_download(match[0]):
            yield match, _UNREAD
    for pattern, what in _CODE_ONLY:
        for match in pattern.finditer(layout.text):
            if layout.is_code(match.start()):
                yield match, what


def _runs_download(lines: str) -> bool:
    """Whether what is downloaded in these lines is run in them, by its name."""
    names = {(name or other).rpartition("/")[2] for name, other in _KEPT_AS.findall(lines)}
    return any(run[1].rpartition("/")[2] in names for run in _RUN.finditer(lines))


def _creations(text: str) -> Mapping[str, Sequence[int]]:
    """Where each name is created, or said to be: the words after each CREATE."""
    found: dict[str, list[int]] = defaultdict(list)
    for match in _CREATE.finditer(text):
        for word in re.findall(r"\w+", match[1].lower()):
            found[word].append(match.start())
    return found


def _is_made(created: Mapping[str, Sequence[int]], section: LineSpan, match: re.Match[str]) -> bool:
    """Whether the section itself created what it removes."""
    places = created.get((match.groupdict().get("name") or "").lower(), ())
    return bisect_left(places, section.start) < bisect_left(places, section.end)
