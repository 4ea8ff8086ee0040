"""Masks secrets and personal data in text that leaves this machine or is stored.

The shape of a message survives, so that it can still be diagnosed: a user name in a path becomes
`user`, an e-mail address `user@example.com`, a secret `***`.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator

from corpus.text.escaping import without_terminal_codes

MASK = "***"
"""What stands in place of a secret."""

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_KEY_KIND = r"(?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?"
_TOKENS = (
    r"A(?:KIA|SIA)[0-9A-Z]{16}",  # AWS
    r"gh[oprsu]_[A-Za-z0-9]{20,255}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{20,255}",
    r"gl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|agent|imt)-[A-Za-z0-9_.-]{16,255}",  # GitLab
    r"glsa_[A-Za-z0-9_]{20,100}",  # Grafana
    r"glc_[A-Za-z0-9+/=]{20,255}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,255}",  # Slack
    r"xapp-[A-Za-z0-9-]{10,255}",
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,255}",  # Stripe
    r"whsec_[A-Za-z0-9+/=]{16,255}",
    r"sk-[A-Za-z0-9_-]{20,255}",  # OpenAI, Anthropic
    r"AIza[A-Za-z0-9_-]{35}",  # Google
    r"ya29\.[A-Za-z0-9_-]{20,500}",
    r"GOCSPX-[A-Za-z0-9_-]{20,100}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[A-Za-z0-9_-]{16,500}",
    r"rubygems_[0-9a-f]{40,64}",
    r"cio[A-Za-z0-9]{32}",  # crates.io
    r"hf_[A-Za-z0-9]{20,100}",  # Hugging Face
    r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,100}",  # Docker
    r"do[opr]_v1_[0-9a-f]{64}",  # DigitalOcean
    r"SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{16,80}",  # SendGrid
    r"key-[0-9a-f]{32}",  # Mailgun
    r"shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}",  # Shopify
    r"sq0[a-z]{3}-[A-Za-z0-9_-]{20,60}",  # Square
    r"hv[bsr]\.[A-Za-z0-9_-]{20,255}",  # Vault
    r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,100}",  # Terraform Cloud
    r"lin_api_[A-Za-z0-9]{30,60}",  # Linear
    r"ntn_[A-Za-z0-9]{40,60}",  # Notion
    r"NRAK-[A-Z0-9]{27}",  # New Relic
    r"dapi[0-9a-f]{32}",  # Databricks
    r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}",  # Postman
    r"AGE-SECRET-KEY-1[0-9A-Z]{50,64}",
    r"fb_[0-9a-f]{8}_[A-Za-z0-9_-]{43}",  # Fixbook
    r"[0-9]{8,10}:AA[A-Za-z0-9_-]{32,34}",  # Telegram
)
_PASSWORD = r"pass(?:word|wd|phrase|code)|passwort|pwd|pgpass"  # noqa: S105 - a pattern
_KEYS = (
    r"(?:access|account|api|app|auth|encryption|master|private|secret|session|shared|shared[ _-]?"
    r"access|signing|storage)[ _-]?key|client[_-]?secret"
)
_NAMES = r"secret|token|credentials?|session[_-]?id|connect\.sid|otp|pin[_-]?code"
_QUOTED = r"\"[^\"\n]{0,4000}\"|'[^'\n]{0,4000}'|`[^`\n]{0,4000}`"
_ASSIGNS = r"[\w.-]{0,40}(?:\\?['\"\]`]){0,2}\s{0,10}(?:=>|:=|=|:)\s{0,10}"
_WORDS = (
    "yes|must|may|should|can|cannot|is|was|are|has|not|no|none|null|nil|true|false|undefined|required|"
    "invalid|incorrect|wrong|missing|expired|empty|too|and|or|for|from|the|a|an|in|of|to|with|"
    "expected|unexpected|authentication|string|str|int|bytes|bool|object|optional|any"
)
_NO_SECRET = (
    rf"(?!(?:{_WORDS})(?![\w-])|\*\*\*|<|\$|%|\.{{3}}|[\"'](?-i:\$\{{?[A-Z_]{{1,40}}\}}?)[/\"'])"
)
_VALUE = rf"(?P<value>{_QUOTED}|\\?\"?[^\s,;&\"'`\\]{{1,4000}})"
_STRONG = r"(?P<value>(?=[^\s\"']{0,80}[0-9])(?=[^\s\"']{0,80}[A-Za-z])[\w.+/=~!@#^&*-]{8,4000})"
"""What a secret looks like, after a word that also stands in messages: `token: …`."""
_UNITS = "service|timer|socket|mount|automount|target|scope|slice|path|device|swap"


def _assignment(match: re.Match[str]) -> str:
    """The name that a value was assigned to, and its quotes."""
    value = match["value"]
    quote = value[0] if value[0] in "\"'`" and value[-1] == value[0] else ""
    if quote and value[1:-1].lower() in ("", MASK, "none", "null"):
        return match[0]
    return f"{match['name']}{quote}{MASK}{quote}"


def _rule(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Rule:
    return re.compile(pattern), replacement


_SECRETS: tuple[Rule, ...] = (
    _rule(
        rf"(?s)-----BEGIN {_KEY_KIND}-----.*?(?:-----END {_KEY_KIND}-----|\Z)",
        f"-----BEGIN PRIVATE KEY-----{MASK}-----END PRIVATE KEY-----",
    ),
    # a block whose start was cut off
    _rule(rf"(?s)\A.{{0,8000}}(?=-----END {_KEY_KIND}-----)", MASK),
    # user and password in a URL
    _rule(r"(?<=://)[^\s/?#\"'<>@]{1,500}(?:@[^\s/?#\"'<>@]{1,200})?@(?=[\w\[])", f"{MASK}@"),
    _rule(
        r"(?i)\b(?P<name>authorization\\?['\"]?\s{0,3}[:=]\s{0,3}\\?['\"]?)[^\n'\"\\]{3,8000}",
        rf"\g<name>{MASK}",
    ),
    _rule(r"(?i)\b(?P<name>(?:bearer|basic)\s{1,3})[\w.~+/-]{16,8000}={0,2}", rf"\g<name>{MASK}"),
    _rule(
        r"(?i)\b(?P<name>cookie\\?['\"]?\s{0,3}[:=]\s{0,3}\\?['\"]?)[^\n'\"]{3,8000}",
        rf"\g<name>{MASK}",
    ),
    _rule(rf"(?<![A-Za-z0-9_])(?:{'|'.join(_TOKENS)})(?![A-Za-z0-9])", MASK),
    _rule(
        r"(?<![\w-])eyJ[\w-]{8,4000}\.[\w-]{8,8000}(?:\.[\w-]{0,2000}){0,3}", MASK
    ),  # a JSON web token
    _rule(
        r"(?i)(?<=[?&])(?P<name>(?:x-amz-)?sig(?:nature)?=)[^&\s\"']{8,4000}", rf"\g<name>{MASK}"
    ),
    _rule(r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/-]{8,200}", MASK),
    _rule(r"(?<=/api/webhooks/)\d{5,25}/[\w-]{20,100}", MASK),
    _rule(rf"(?i)(?P<name>(?:{_PASSWORD}|{_KEYS}){_ASSIGNS}){_NO_SECRET}{_VALUE}", _assignment),
    _rule(
        rf"(?i)(?P<name>(?<=[a-z0-9][_.-])(?:{_NAMES}){_ASSIGNS}|"
        rf"\b(?:{_NAMES}|auth)[\w.-]{{0,40}}=){_NO_SECRET}{_VALUE}",
        _assignment,
    ),
    _rule(
        rf"(?i)(?P<name>(?<!publickey)(?:{_NAMES}|auth)s?\\?['\"\]`]{{0,2}}\s{{0,10}}(?:=>|:=|=|:|\bis\b)"
        rf"\s{{0,10}}\\?['\"]?){_STRONG}",
        _assignment,
    ),
    _rule(
        rf"(?i)(?P<name>(?<![^\s\"'])--?(?:[a-z0-9]{{1,20}}-){{0,4}}"
        rf"(?:{_PASSWORD}|{_KEYS}|{_NAMES})[\w-]{{0,20}}[ =])"
        rf"(?!-){_NO_SECRET}{_VALUE}",
        _assignment,
    ),
    _rule(
        rf"(?i)(?P<name>\b(?:(?:{_PASSWORD})(?:\s{{1,3}}is)?"
        r"|(?<!revision )identified\s{1,3}by)\s{1,3})"
        r"(?P<value>'[^'\n]{1,400}'|\"[^\"\n]{1,400}\")",
        _assignment,
    ),
    _rule(
        r"(?P<name>(?<=\s)(?:-u|--user|--proxy-user)[ =]?['\"]?[^\s:'\"]{1,80}:)"
        r"(?P<value>[^\s'\"$*][^\s'\"]{0,400})",
        _assignment,
    ),
    _rule(
        r"(?P<name>\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|redis-cli)\b[^\n]{0,120}?\s"
        r"(?:-p|-a )['\"]?)(?P<value>[^\s'\"]{3,400})",
        _assignment,
    ),
)
"""Secrets. Before the others: what a URL holds is masked before e-mail addresses are looked for."""
_PERSONAL: tuple[Rule, ...] = (
    _rule(
        rf"(?<![\w.+%-])(?!git@)[\w.+%-]{{1,64}}@(?:[A-Za-z0-9-]{{1,63}}\.){{1,6}}"
        rf"(?!(?:{_UNITS})\b)[A-Za-z]{{2,24}}(?![\w-])",
        "user@example.com",
    ),
    _rule(r"(?P<start>/(?:home|Users)/)(?!user\b)[^/\s:\"'`<>|*?]{1,80}", r"\g<start>user"),
    _rule(
        r"(?i)(?P<start>\b[a-z]:(?:\\{1,2}|/)(?:users|documents and settings)(?:\\{1,2}|/))"
        r"[^\\/\n:\"'<>|*?]{1,80}(?=[\\/\"'\n]|\Z)",
        r"\g<start>user",
    ),
)
_CERTAIN = re.compile(
    r"(?s)-----BEGIN .*|\beyJ[\w-]{8,}\.|hooks\.slack|/api/webhooks/"
    rf"|(?<![A-Za-z0-9_])(?:{'|'.join(_TOKENS)})"
)
"""What nobody writes who does not mean it."""
_LOOKS_SECRET = re.compile(
    r"(?=.{0,200}[0-9])(?:(?=.{0,200}[A-Za-z]{3})[\w.+/=~!@#^&*:$-]{7,}+"
    r"|(?=.{0,200}[A-Za-z])[\w.+/=~!@#^&*:$-]{12,}+)|\A[\"']?[a-z-]{10,}[@\"']?\Z"
)
_EXAMPLE = re.compile(r"(?i)example|x{4}|\*{3}|\.{3}|…")
_EXAMPLE_OF_A_PERSON = re.compile(
    r"(?i)@(?:[\w-]+\.)*(?:example\.(?:com|net|org)|(?:test|example|invalid|local|localhost))\Z"
    r"|[/\\](?:alice|ann|app|bob|carol|dev|me|name|notes|other|runner|someone|user|username|you|\w)\Z"
    r"|(?-i:\A[^a-z0-9@]+@)"
)
_PROSE = re.compile(r"(?<=[a-z]) [a-z]{2}")
"""What follows a word of a sentence, and no secret."""


def without_personal_data(text: str) -> str:
    """The text without secrets, e-mail addresses, names of home folders and terminal codes."""
    text = without_terminal_codes(text)
    for pattern, replacement in (*_SECRETS, *_PERSONAL):
        text = pattern.sub(replacement, text)
    return text


def secrets_in(text: str) -> Iterator[tuple[int, str]]:
    """Where a text has what looks like a real secret and not like an example, and what it is.

    Masking hides rather too much; this is for a text that somebody wrote to be read.
    """
    for pattern, _ in _SECRETS:
        for match in pattern.finditer(text):
            value = match.groupdict().get("value") or _decode(match[0])
            is_secret = _CERTAIN.search(match[0]) or _LOOKS_SECRET.search(value)
            is_word = value.isalpha() and _PROSE.match(text, match.end())
            if is_secret and not is_word and not _EXAMPLE.search(match[0]):
                yield match.start(), match[0]


def personal_data_in(text: str) -> Iterator[tuple[int, str]]:
    """Where a text has an e-mail address or a home folder that is no example of one."""
    for pattern, _ in _PERSONAL:
        for match in pattern.finditer(text):
            is_part = text[: match.start()].endswith(("\\", "://"))  # of `\\n@app`, or of a URL
            if not is_part and not _EXAMPLE_OF_A_PERSON.search(match[0]):
                yield match.start(), match[0]


def _decode(credentials: str) -> str:
    """User and password in a URL or in a header of HTTP Basic authentication; else the text."""
    kind, _, value = credentials.rpartition(" ")
    if not kind.lower().endswith("basic"):
        return credentials.rpartition(":")[2] if credentials.endswith("@") else credentials
    try:
        return b64decode(value + "==").decode("latin-1").partition(":")[2]
    except ValueError:
        return value
