"""Signature parser: reads the signature of a message, from left to right."""

import re
from dataclasses import dataclass, field

from corpus.diagnosis.signatures.masking import (
    BLANK,
    QUOTES,
    is_small,
    values_and_tokens,
    without_markup,
)
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.text import analysis, codes
from corpus.text.analysis import Kind, Token

LONGEST_MESSAGE = 400
"""Characters of a message that are read; the rest is rarely part of the message."""
TERMS = 40
"""Terms of a signature at most."""
_WITHOUT_QUOTES = str.maketrans(dict.fromkeys(QUOTES, " "))
_LEADING = re.compile(r"(?:(curl): )?\([0-9]{1,5}\)(?= )")
"""A number in parentheses that a message starts with is its code: `curl: (28) Timed out`."""
_FLAG = re.compile(r"-{1,2}[A-Za-z]{1,3}(?=<)")
"""What is one word with the value that an author left open: `-l<name>`."""
_PART_END, _CLAUSE_END = re.compile(": "), re.compile("[:;.,] ")
_ANNOUNCERS = frozenset(
    ("code", "errno", "error", "exit", "fatal", "http", "signal", "sqlstate", "status", "warn")
)


def signature_of(
    line: str, *, origin: Origin = Origin.OBSERVED, anchor: str = ""
) -> Signature | None:
    """The signature of one message, or None where nothing of it is invariant.

    What an article claims may have blanks (`%s`, `<name>`, `{x}`, `...`), and in a quote or
    a symptom emphasis (`*name*`); an observed line has values only.
    """
    source = message_text(line)
    text = without_markup(source, origin)
    draft = _read(text, origin)
    if not draft.terms and not draft.codes and text != (bare := text.translate(_WITHOUT_QUOTES)):
        draft = _read(bare, origin)
    if not draft.terms and not draft.codes:
        return None
    is_observed, ends = origin is Origin.OBSERVED, tuple(dict.fromkeys(draft.ends))
    return Signature(
        template=draft.template,
        terms=tuple(draft.terms[:TERMS]),
        codes=tuple(dict.fromkeys(draft.codes)),
        hints=tuple(dict.fromkeys(draft.hints)),
        gaps=tuple(draft.gaps),
        blanks=tuple(draft.blanks),
        colons=ends if is_observed else (),
        ends=() if is_observed else ends,
        text=source,
        origin=origin,
        anchor=anchor,
    )


def message_text(line: str) -> str:
    """The text of a message as in its signature."""
    return " ".join(line[:LONGEST_MESSAGE].split())


@dataclass(slots=True)
class _Draft:
    """A signature under construction, while its message is read from left to right."""

    template: str = ""
    terms: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Of the parts of an observed line, or of the clauses of a claim."""

    def gap(self, kind: str) -> None:
        self.template += f"<{kind}>"
        self.gaps.append(len(self.terms))

    def drop_announcers(self) -> None:
        """A code comes: the words that only announce it (`exit code`, `error`) say no more."""
        while self.terms and self.terms[-1] in _ANNOUNCERS and self.gaps[-1:] != [len(self.terms)]:
            self.terms.pop()


def _read(text: str, origin: Origin) -> _Draft:
    """The draft of a message: its values, then the words and numbers that are left."""
    draft = _Draft()
    is_claim = origin is not Origin.OBSERVED
    ending = _CLAUSE_END if is_claim else _PART_END
    leading = _LEADING.match(text)
    end = 0
    for start, stop, item in values_and_tokens(text, origin):
        draft.template += text[end:start]
        if ending.search(text, end, start):
            draft.ends.append(len(draft.terms))
        end = stop
        if is_claim and _FLAG.match(text, start):
            draft.template += text[start:stop]
        elif isinstance(item, Token):
            is_code = leading is not None and stop == leading.end() - 1
            _add_token(draft, item, text[start:stop], is_code=is_code)
            if is_code and leading and leading[1]:
                draft.codes[-1] = f"{leading[1]}:{draft.codes[-1]}"
        else:
            _add_value(draft, item)
    draft.template = re.sub(r"(?<!\s)\s++(?=[:;,.)])", "", draft.template + text[end:]).strip()
    return draft


def _add_value(draft: _Draft, match: re.Match[str]) -> None:
    kind = match.lastgroup or "any"
    draft.gap(kind)
    if kind == "any":
        draft.blanks.append(draft.gaps[-1])
    if kind == "name":
        draft.hints.append(analysis.stem(match.group()))
    if kind == "dotted":
        draft.hints += [token.term for token in analysis.words(match.group())]
    inside = match.group()[1:-1]
    if (kind != "str" and match.group()[0] != "<") or BLANK.search(inside):
        return
    words = analysis.words(inside)
    draft.hints += [token.term for token in words] or inside.split()
    if len(words) == 1 and _is_bare_code(inside):
        draft.codes.append(words[0].term)


def _is_bare_code(text: str) -> bool:
    """Whether a quoted value is a code and not, say, an environment variable."""
    return codes.is_symbol(text) and ("_" not in text or text.startswith("E"))


def _add_token(draft: _Draft, token: Token, written: str, *, is_code: bool) -> None:
    """Adds a word, a code, or a number that is only a value."""
    if is_code or (token.kind is Kind.CODE and not is_small(written)):
        draft.drop_announcers()
        draft.template += written
        draft.codes.append(token.term)
    elif token.kind in (Kind.NUMBER, Kind.CODE, Kind.VERSION):
        draft.gap("version" if token.kind is Kind.VERSION else "num")
        draft.hints.append(token.term)
    else:
        is_pair = token.kind is Kind.CJK and bool(draft.terms) and len(written) > 1
        overlaps = is_pair and draft.template.endswith(written[0])
        draft.template += written[overlaps:]
        draft.terms.append(token.term)
