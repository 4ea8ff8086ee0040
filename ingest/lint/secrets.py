"""Orders to read secrets and to send them somewhere, in English, German and Chinese.

Articles speak of keys and tokens all the time; what none of them has reason to say is to read
a secret before anything else, or to hand one to somebody. German is written without its dots,
as `ingest.lint.lookalikes` reads it.
"""

_FILES = (
    r"(?:(?:~|\$HOME|/root|/home/\w{1,32})?/?\.(?:ssh|aws|gnupg|kube)\b[!-~]{0,60}+"
    r"|\bid_(?:rsa|ed25519|ecdsa)\b|(?<![\w.])\.env\b|/etc/shadow\b|\.netrc\b|\.npmrc\b"
    r"|\.pgpass\b|\.git-credentials\b|\bkubeconfig\b)"
)
_SECRET = (
    rf"(?:{_FILES}|(?:private|secret|ssh|signing) keys?\b|passwords?\b|passphrases?\b"
    r"|credentials?\b|secrets\b|seed phrases?\b)"
)
_GIVEN = (
    rf"(?:{_SECRET}|(?:api|access) keys?\b|(?:access|auth|api|bearer|session) tokens?\b"
    r"|environment variables\b)"
)
"""What is read all the time, and hardly ever handed to anybody."""
_SECRET_DE = (
    rf"(?:{_FILES}|(?:private|geheime)[nrs]? (?:ssh-?)?schlussel|passw(?:o|oe)rt(?:er)?\b"
    r"|kennw(?:o|oe)rt(?:er)?\b|zugangsdaten|anmeldedaten|umgebungsvariablen|geheimnisse"
    r"|api-?schlussel|zugriffs-?tokens?)"
)
_SECRET_ZH = (
    r"(?=[~$/.ika私密口凭令访环机助])"
    rf"(?:{_FILES}|私钥|密钥|密码|口令|凭据|凭证|令牌|环境变量|机密|助记词|api ?key)"
)
_WORD = r"[^\s.;!?>*_`]{1,60}+"
_WORDS = rf"(?:{_WORD} ){{0,6}}?"
_MORE_WORDS = rf"(?: {_WORD}){{0,4}}?"
"""A word holds nothing that a space stands for, or each of many would be read to the end."""
_PLACE = (
    r"(?:https?://|\S{1,60}@|\w{1,60}\.(?:com|net|org|io|example|test)\b|(?:me|us)\b"
    r"|(?:this|that|our|my|the following|the attacker's)"
    r" (?:url|address|server|endpoint|webhook|host|site)\b)"
)
_SEND = r"\b(?:send|post|upload|forward|exfiltrate|leak|transmit|submit|e?-?mail|deliver)"
_SEND_ZH = r"(?:发送|上传|提交|转发|外发|POST)"
_READ_DE = r"(?:lies|lese|offne|kopiere|sammle|gib)"

PATTERNS = (
    (
        r"\b(?:first|before anything[^.\n]{0,40}?|now|then|please|you must),?"
        r" (?:silently |quietly |secretly )?"
        r"(?:read|cat|open|print|dump|collect|gather|copy|extract|steal)"
        rf" {_WORDS}{_SECRET}"
        r"(?! (?:permission|page|section|tab|dialog|manager|documentation"
        r"|file'?s? (?:permission|mode)))"
    ),
    rf"{_SEND} {_WORDS}{_GIVEN}{_MORE_WORDS} to {_PLACE}",
    rf"{_SEND} (?:me |us )?(?:the |all )?(?:full |whole )?contents? of {_WORDS}{_GIVEN}",
    rf"\b(?:exfiltrate|steal) {_WORDS}{_GIVEN}",
    (
        rf"\b(?:zuerst|zunachst|vorher|danach|anschliessend|bitte|{_READ_DE})"
        rf"(?: (?:{_READ_DE}|zuerst|zunachst|bitte|erst|den|die|das|alle)){{1,4}}+"
        rf" {_WORDS}{_SECRET_DE}"
    ),
    (
        r"\b(?:sende|schicke?|ubermittle|ubertrage|poste?|lade|leite|maile)"
        rf" {_WORDS}{_SECRET_DE}{_MORE_WORDS} (?:an|nach|auf|zu|hoch|weiter)\b"
    ),
    (
        r"(?:首先|先|然后|接着|务必|必须)[^。，\n]{0,6}(?:读取|读出|打开|收集|导出|复制|窃取)"
        rf"[^。\n]{{0,12}}?{_SECRET_ZH}"
    ),
    rf"(?:把|将)[^。，\n]{{0,12}}?{_SECRET_ZH}[^。\n]{{0,16}}?(?:{_SEND_ZH}|发|传)(?:到|至|给|往)",
    rf"(?:{_SEND_ZH}|泄露)[^。，\n]{{0,12}}?{_SECRET_ZH}[^。\n]{{0,12}}?(?:到|至|给|往)",
)
"""A space stands for line ends and emphasis too, as in `ingest.lint.prompt_injection`."""
