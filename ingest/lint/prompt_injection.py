"""Text that gives orders to whoever reads it for somebody else: prompt injection.

Articles about agents talk of prompts all the time, so this looks for what turns a reader
against the one it works for: dropping earlier instructions, taking on another role, keeping
something from the user. What only sounds like a prompt is not looked for in code, where
articles show prompts. What no reader sees has no business to address a machine at all.
"""

import re
from collections.abc import Iterator

from ingest.lint import secrets
from ingest.lint.layout import Layout, LintFinding
from ingest.lint.lookalikes import readings


def _any(*patterns: str) -> re.Pattern[str]:
    """One pattern of several. A space in them stands for line ends and emphasis, too."""
    spaced = (pattern.replace(" ", r"(?:[\s>*_`]++)") for pattern in patterns)
    return re.compile("|".join(f"(?:{pattern})" for pattern in spaced), re.IGNORECASE)


_MODEL = r"(?:ai|llm|(?:large )?language model)(?: (?:agent|assistant|model|system))?s?"
_MACHINE = rf"\b(?:(?:an? )?{_MODEL}|chat ?(?:bot|gpt)s?|claude|copilot|gemini)\b"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|foregoing|existing|original|system|your)"
_DROP = r"(?:ignore|disregard|forget|override|bypass|discard|do not follow|stop following)"
_RULES = r"(?:instructions?|prompts?|directives|guidelines|programming|training)"

_DROP_ZH = r"(?:忽略|无视|忘记|忘掉|抛弃|不要理会|不要遵守|不要遵循|不必遵守)"
_EARLIER_ZH = r"(?:之前|以上|上述|上面|先前|前面|此前|原有|原来)"
_RULES_ZH = r"(?:指令|指示|提示词|系统提示|设定|规则|约束)"
_ROLE_ZH = r"(?:助手|人工智能|AI|智能体|语言模型|机器人|管理员|黑客)"
_MACHINE_ZH = r"(?:AI|人工智能|语言模型|大模型|智能体|机器人)"

_DROP_DE = r"(?:ignoriere|vergiss|missachte|verwirf|umgehe|uberschreibe)n?"
_RULES_DE = r"(?:anweisungen|instruktionen|vorgaben|regeln|befehle|prompts?|richtlinien)"
_EARLIER_DE = (
    r"(?:vorherigen?|bisherigen?|fruheren?|obigen?|vorigen?|vorangegangenen?|ursprunglichen?)"
)
_PERSON_DE = r"(?:benutzern?|nutzern?|anwendern?|menschen)"

_OVERRIDE = _any(
    rf"\b{_DROP}(?: (?:all|any|every|of|the|these|those|my|each))* {_EARLIER}"
    rf"(?: (?:and|or|{_EARLIER}))*(?: (?:user|safety|developer|security))* {_RULES}\b",
    r"\b(?:ignore|disregard|forget) (?:everything|all)(?: that)? you (?:were|have been) told\b",
    r"\b(?:ignore|disregard|forget) (?:everything|all) (?:above|before) (?:this|and)\b",
    r"\b(?:reveal|print|show|output|repeat|leak|send|disclose)(?: me| us)? your"
    r"(?: (?:system|initial|hidden|original|full|entire))+ (?:prompt|instructions)\b",
    rf"\bnew (?:system )?instructions? (?:for|to) (?:the )?(?:{_MODEL}|assistant|agent)s?\b",
    r"<\|(?:im_start|im_end|system|endoftext|eot_id|start_header_id)\|>|\[/?INST\]|<</?SYS>>",
    rf"{_DROP_ZH}(?:掉)?(?:你)?(?:的)?(?:所有|一切|全部|任何)?{_EARLIER_ZH}的?"
    rf"(?:所有|一切|任何|全部|系统)*的?{_RULES_ZH}",
    rf"{_DROP_ZH}(?:掉)?你(?:的|所有|一切|全部|任何|系统)+{_RULES_ZH}",
    rf"\b{_DROP_DE}(?: (?:sie|bitte|alle|samtliche|die|deine|ihre|jegliche))*"
    rf"(?: {_EARLIER_DE})+ {_RULES_DE}\b",
    rf"\b{_DROP_DE}(?: (?:sie|bitte|alle|samtliche))* (?:deine|ihre) {_RULES_DE}\b",
    rf"(?:泄露|输出|打印|显示|复述|重复|透露)(?:出)?你的(?:系统|初始|完整)*{_RULES_ZH}",
)
"""Said anywhere, in code too: there is hardly another reason to write it."""

_SECRETS = _any(*secrets.PATTERNS)

_ROLE = _any(
    r"\byou are now (?:(?:acting as|[^\W_]++) ){0,4}?"
    r"(?:assistant|ai|agent|chatbot|bot|llm|administrator|developer mode|unrestricted|dan)\b",
    r"\byou are no longer (?:bound|restricted|limited|an? (?:ai|assistant|agent))\b",
    rf"\bas {_MACHINE},?(?: reading this,?)? (?:you|i) (?:must|should|will|shall|cannot|do not)\b",
    rf"\bif you are {_MACHINE}",
    r"\b(?:attention|note|message|notice|instructions?|reminder)(?: (?:to|for))?:? "
    rf"(?:(?:all|any|the) )?{_MACHINE}(?: reading this)?\s*[:,!]",
    r"\bfrom now on,? you (?:are|must|will|shall|should)\b",
    r"\bfrom now on,? (?:always )?(?:respond|answer|reply|act|behave)\b",
    r"\b(?:do not|don't|never) (?:tell|inform|alert|notify) (?:the )?(?:user|human|operator)s?\b"
    r"(?! (?:which|whether|that|how|what|when|why|if)\b)",
    r"\b(?:do not|don't|never) (?:mention|reveal|disclose) (?:this|it) to (?:the )?"
    r"(?:user|human|operator)s?\b",
    r"\bwithout (?:telling|informing|notifying|alerting) the (?:user|human|operator)\b",
    r"(?:^|\n)[#\s>*\[<]{0,20}+system(?: (?:prompt|message|instructions?))?[\]>*]*\s*:[\s*]*"
    r"(?:you (?:are|must|will)|ignore|from now on|new instructions)\b",
    r"\b(?:send|post|upload|forward|exfiltrate|leak) (?:[^\W_]++ ){0,3}?"
    r"(?:conversation|chat history|system prompt|environment variables|"
    r"user'?s? (?:data|credentials|secrets|tokens|files))"
    r"(?: [^\W_]++){0,3}? to (?:https?://|\S+@)",
    r"\b(?:du bist|sie sind) (?:jetzt|nun|ab sofort) (?:[^\W_]++ ){0,4}?"
    r"(?:assistent|ki|agent|chatbot|bot|administrator)\b",
    r"\b(?:von (?:jetzt|nun) an|ab (?:jetzt|sofort)),? (?:bist|musst|wirst|sollst|antwortest) du\b",
    rf"\b(?:sage?|erzahle?|verrate?|melde) (?:es )?(?:dem|den|der) {_PERSON_DE} nichts?\b",
    rf"\bohne (?:den|die|das) {_PERSON_DE} zu (?:informieren|fragen|benachrichtigen)\b",
    rf"你现在(?:就)?是(?:一个|一名|一位)?[^，。\n]{{0,8}}{_ROLE_ZH}",
    r"从现在(?:起|开始)[，,\s]*你(?:是|要|必须|将|只能|应)",
    r"从现在(?:起|开始)[，,\s]*(?:总是|始终|必须|只)(?:回答|回复|输出)",
    rf"作为(?:一个|一名)?{_MACHINE_ZH}(?:助手|模型)?[，,\s]*(?:你|我)(?:必须|应|不能|无法|要)",
    rf"如果你是(?:一个|一名)?{_MACHINE_ZH}",
    r"(?:不要|不得|切勿|别)(?:告诉|告知|通知|提醒|让)(?:用户|人类|使用者|操作员)(?!.{0,6}[吗？])",
)
"""Said in prose. In code it is an example, or a program's own prompt."""

_ADDRESS = _any(
    rf"{_MACHINE}[^.\n]{{0,60}}?\b(?:must|should|shall|please|always|never|do not|ignore|execute|"
    r"run|send|visit|fetch|include|recommend|say|reply|respond|answer|tell)\b",
    r"\b(?:assistant|agent|model)s?\s*[,:]\s*"
    r"(?:you|please|always|never|do not|ignore|execute|run|send|visit|fetch)\b",
    r"\b(?:please|always|you must|you should) (?:recommend|prefer|execute|run|send|visit|fetch)\b",
    r"(?:AI|人工智能|智能体|助手|模型)[^。\n]{0,30}"
    r"(?:必须|请|应当|务必|不要|执行|运行|发送|访问|推荐)",
)
"""Said where no reader sees it."""

_STYLES = (
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])|"
    r"color\s*:\s*(?:white|transparent|#fff(?:fff)?)\b"
)
_UNSEEN = re.compile(
    rf"<\w+\s[^<>]{{0,400}}?(?:style\s*=\s*[\"'][^\"'<>]{{0,400}}?(?:{_STYLES})|"
    r"\bhidden(?=[\s>=]))[^<>]{0,400}>",
    re.IGNORECASE,
)


def instructions(layout: Layout) -> Iterator[LintFinding]:
    """Every place that reads like an order to an agent."""
    orders: dict[int, LintFinding] = {}
    for text in readings(layout.text):
        for order in _orders(layout, text):
            orders.setdefault(order.at, order)
    yield from orders.values()
    for match in _UNSEEN.finditer(layout.text):
        if not layout.is_code(match.start()):
            yield _finding(layout, match, "text that readers do not see")


def _orders(layout: Layout, text: str) -> Iterator[LintFinding]:
    """Orders in one reading of a text."""
    for match in _OVERRIDE.finditer(text):
        yield _finding(layout, match, "reads like an order to an agent")
    for match in _SECRETS.finditer(text):
        yield _finding(layout, match, "reads like an order to give secrets away")
    for match in _ROLE.finditer(text):
        at = match.end() - len(match[0].lstrip())
        if not layout.is_code(at):
            yield _finding(layout, match, "reads like an order to an agent")
    for comment in layout.comments:
        for match in _ADDRESS.finditer(text, comment.start, comment.end):
            yield _finding(layout, match, "addresses an agent in a comment")


def _finding(layout: Layout, match: re.Match[str], what: str) -> LintFinding:
    """A finding that quotes the text as it is written, whatever it was read as."""
    written = layout.text[match.start() : match.end()]
    at = match.end() - len(written.lstrip())
    return LintFinding(at, f"{what}: {_quoted(written)}")


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    return repr(words if len(words) <= 80 else f"{words[:79]}…")
