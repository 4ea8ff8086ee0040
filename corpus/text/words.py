"""The words of a query: what stands at each place, and which of it says something."""

from functools import cache
from pathlib import Path

from corpus.text import codes
from corpus.text.analysis import Kind, Token, terms, tokenize

STOP_WORDS = Path(__file__).with_name("stop_words.txt")
_QUOTES = "'\"`‘’“”「」"


class Word:
    """What stands at one place of a query: a word, or an identifier with its parts."""

    def __init__(self, first: Token, text: str) -> None:
        self.tokens = [first]
        self.end = first.end
        self.written = text[first.start : first.end].casefold()
        around = text[first.start - 1 : first.start], text[first.end : first.end + 1]
        self.quoted = all(mark and mark in _QUOTES for mark in around)

    @property
    def whole(self) -> str:
        """The term of all of it."""
        return self.tokens[0].term

    @property
    def is_plain(self) -> bool:
        """Whether it is an ordinary word, no code, no identifier."""
        return [token.kind for token in self.tokens] == [Kind.WORD]

    @property
    def is_lettered_code(self) -> bool:
        """Whether it is a code that is spelled in letters: `ECONNREFUSED`."""
        first = self.tokens[0]
        return first.kind is Kind.CODE and first.term.isalpha()

    @property
    def is_stop_word(self) -> bool:
        """Whether it says nothing about what is asked."""
        return len(self.tokens) == 1 and self.whole in stop_words()

    @property
    def is_value(self) -> bool:
        """Whether it is in quotes, a version, or a number that does not say what it counts."""
        kinds = {token.kind for token in self.tokens}
        return self.quoted or (Kind.CODE not in kinds and bool(kinds & {Kind.NUMBER, Kind.VERSION}))

    @property
    def is_code(self) -> bool:
        """Whether only the very same thing will do."""
        return any(
            token.kind is Kind.CODE and codes.is_code(token.term) and len(token.term) > 3
            for token in self.tokens
        )

    def readings(self) -> list[str]:
        """The terms for all of it, the one that says most first: `exit:137`, then `137`."""
        first = self.tokens[0]
        same = {t.term for t in self.tokens if (t.start, t.end) == (first.start, first.end)}
        return sorted(same, key=lambda term: (":" not in term, term))

    def parts(self) -> tuple[str, ...]:
        """The terms of what it is made of."""
        readings = self.readings()
        return tuple(dict.fromkeys(t.term for t in self.tokens if t.term not in readings))


def read_words(text: str) -> list[Word]:
    """The words of a text in order, each once."""
    words: list[Word] = []
    for token in tokenize(text):
        if words and token.start < words[-1].end and token.kind is not Kind.CJK:
            words[-1].tokens.append(token)
        else:
            words.append(Word(token, text))
    unique = {word.whole: word for word in words}
    return list(unique.values())


@cache
def stop_words() -> frozenset[str]:
    """The terms of `stop_words.txt`, read once."""
    lines = STOP_WORDS.read_text("utf-8").splitlines()
    return frozenset(terms(" ".join(line for line in lines if not line.startswith("#"))))
