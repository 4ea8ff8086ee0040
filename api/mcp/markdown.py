"""The answers of the tools as Markdown, for agents that read nothing else.

They are written from the same values as the structured content. What an article says is
quoted; what is said about it is in plain sentences of ours, around it and never inside.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus.document.sections import is_summary

_LONGEST_LINE = 400
"""Characters of a title, a cause or a solution in a list."""
_SHOWN_MATCHES = 3

Data = Mapping[str, Any]


def call(tool: str, **arguments: str) -> str:
    """A call as it can be made; what is empty is left out."""
    given = ", ".join(f"{name}={_quoted(value)}" for name, value in arguments.items() if value)
    return f"{tool}({given})"


def search_text(data: Data, *, lang: str) -> str:
    """A page of results; `data` is a `Found`."""
    total, items = data["pagination"]["total"], data["items"]
    lines = [_counted(total, "article matches", "articles match") + "."]
    if not items:
        lines = ["No article matches."]
    elif total > len(items):
        lines = [f"{lines[0][:-1]}; the best {len(items)}:"]
    if data["outcome"] == "related":
        lines.append("None is surely about this; these are the nearest.")
    for number, item in enumerate(items, start=1):
        lines += ["", *_result(number, item, lang)]
    if data["suggestion"]:
        lines += ["", f"Did you mean: {_line(data['suggestion'])}"]
    return "\n".join([*lines, "", f"Next: {data['nextStep']}"])


def diagnosis_text(data: Data, *, lang: str) -> str:
    """A diagnosis; `data` is a `Diagnosed`."""
    searched = _counted(data["searched"]["articles"], "article was", "articles were")
    filtered = data["searched"]["filters"]["domain"]
    where = f", only those of the domain {filtered[0]} counted" if filtered else ""
    lines = [f"Outcome: {data['outcome']}. {searched} searched{where}."]
    lines += _unmatched(data) if not data["matches"] else []
    for number, match in enumerate(data["matches"], start=1):
        lines += ["", *_diagnosed(number, match, lang=lang, seen=data["signatures"])]
    return "\n".join([*lines, "", f"Next: {data['nextStep']}"])


def article_head(shown: Data, room: int) -> str:
    """What comes before an excerpt: title, summary, what is known of the fixes."""
    updated = f", updated {shown['updatedAt'][:10]}" if shown["updatedAt"] else ""
    others = [lang for lang in shown["languages"] if lang != shown["lang"]]
    also = f" (also {', '.join(others)})" if others else ""
    wants_summary = not shown["section"] or is_summary(shown["section"])
    summary = [f"> {_line(shown['summary'])}"] if wants_summary and shown["summary"] else []
    facts = [
        *([shown["notice"]] if shown.get("notice") else []),
        f"Article {_code(shown['slug'])}, language {shown['lang']}{also}{updated}.",
        _trust(shown["trust"]),
    ]
    head = f"# {_line(shown['title'])[:_LONGEST_LINE]}"[:room]
    for line in (*summary, *facts):
        if len(head) + len(line) + 2 <= room:
            head += f"\n\n{line}" if line in summary or line is facts[0] else f"\n{line}"
    return head


def article_foot(sections: Sequence[Data], *, left: int, room: int) -> str:
    """What comes after an excerpt: what was cut, and the sections that can be asked for."""
    cut = [f"Left out here: {left:,} characters."] if left else []
    if not sections:
        return f"{cut[0]} A larger max_characters gives more." if cut else ""
    text = " ".join([*cut, "Sections to ask for, with their characters:"])
    for number, section in enumerate(sections, start=1):
        entry = f" {_code(section['anchor'])} {section['characters']:,}"
        rest = len(sections) - number
        tail = len(f", and {rest} more.") if rest else 1
        if len(text) + len(entry) + tail > room:
            return f"{text.rstrip(',')} and {rest + 1} more."
        text += entry + ("," if rest else ".")
    return text


def _result(number: int, item: Data, lang: str) -> Iterator[str]:
    updated = f", updated {item['updatedAt'][:10]}" if item["updatedAt"] else ""
    yield f"{number}. **{_line(_in(item['title'], lang))}**"
    yield f"   Article {_code(item['slug'])}, domain {item['domain']}{updated}."
    if item["verificationStatus"] == "deprecated":
        yield "   The article is deprecated."
    yield f"   {_trust(item['trust'])}"
    if summary := _line(_in(item["summary"], lang)):
        yield f"   {summary}"
    for match in item["matches"][:_SHOWN_MATCHES]:
        yield f"   - {match['kind']}: {_line(match['text'])}"
        yield from _cause_and_solution(match, "     ")
    for excerpts in list(item["highlights"].values())[:1]:
        yield f"   - text: {_line(' … '.join(excerpts))}"


def _diagnosed(number: int, match: Data, *, lang: str, seen: Sequence[Data]) -> Iterator[str]:
    line = next((one["text"] for one in seen if one["line"] == match["line"]), match["signature"])
    yield f"{number}. **{_line(_in(match['title'], lang))}**"
    yield f"   Article {_code(match['slug'])}, {match['outcome']} ({match['score']:.2f})."
    yield f"   Line {match['line']} of the text: {_code(_line(line))}"
    error = match["error"]
    yield f"   Known error: {_code(_line(error['error'] if error else match['signature']))}"
    if error:
        yield from _cause_and_solution(error, "   ")
    if match["verificationStatus"] == "deprecated":
        yield "   The article is deprecated."
    yield f"   {_trust(match['trust'])}"


def _unmatched(data: Data) -> list[str]:
    if not data["signatures"]:
        return ["No line of the text looks like an error message."]
    lines = [f"- line {one['line']}: {_code(_line(one['text']))}" for one in data["signatures"][:5]]
    return ["No article knows an error of this text. The lines that were looked up:", *lines]


def _cause_and_solution(row: Data, indent: str) -> Iterator[str]:
    if row.get("cause"):
        yield f"{indent}Cause: {_line(row['cause'])}"
    if row.get("solution"):
        yield f"{indent}Solution: {_line(row['solution'])}"


def _trust(trust: Data) -> str:
    return f"Trust: {trust['level']}. {trust['explanation']}"


def _in(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or next(iter(texts.values()), "")


def _line(text: str) -> str:
    """On one line, and not for ever."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …"


def _code(text: str) -> str:
    """A code span; text with backticks takes longer marks (CommonMark 0.31, section 6.1)."""
    if "`" not in text:
        return f"`{text}`"
    marks = "``"
    while marks in text:
        marks += "`"
    return f"{marks} {text} {marks}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
