"""The words of a query, and what each of them is."""

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

from corpus.text import codes
from corpus.text.analysis import Kind, Token, terms, tokenize

STOP_WORDS = Path(__file__).with_name("stop_words.txt")
_QUOTES = "'\"`‘’“”「」"


class Word:
    """One position of a query: a word, or an identifier with its parts."""

    def __init__(self, first: Token, text: str) -> None:
        self.tokens = [first]
        self.end = first.end
        self.written = text[first.start : first.end].casefold()
        around = text[first.start - 1 : first.start], text[first.end : first.end + 1]
        self.quoted = all(mark and mark in _QUOTES for mark in around)

    @property
    def whole(self) -> str:
        """The term of the whole."""
        return self.tokens[0].term

    @property
    def is_plain(self) -> bool:
        """Whether it is an ordinary word, not a code or an identifier."""
        return [token.kind for token in self.tokens] == [Kind.WORD]

    @property
    def is_lettered_code(self) -> bool:
        """Whether it is a code without digits: `ECONNREFUSED`."""
        first = self.tokens[0]
        return first.kind is Kind.CODE and first.term.isalpha()

    @property
    def is_stop_word(self) -> bool:
        """Whether it is a stop word."""
        return len(self.tokens) == 1 and self.whole in stop_words()

    @property
    def is_value(self) -> bool:
        """Whether it is in quotes, a version, or a number that does not say what it counts."""
        kinds = {token.kind for token in self.tokens}
        return self.quoted or (Kind.CODE not in kinds and bool(kinds & {Kind.NUMBER, Kind.VERSION}))

    @property
    def is_code(self) -> bool:
        """Whether only an exact match counts."""
        return any(
            token.kind is Kind.CODE and codes.is_code(token.term) and len(token.term) > 3
            for token in self.tokens
        )

    def is_overlapping(self, after: "Word") -> bool:
        """Whether the next word begins inside of this one, as pieces of Chinese do."""
        return self.tokens[0].start < after.tokens[0].start < self.end

    @cached_property
    def readings(self) -> Sequence[str]:
        """The terms of the whole, the most specific first: `exit:137`, then `137`."""
        first = self.tokens[0]
        same = {t.term for t in self.tokens if (t.start, t.end) == (first.start, first.end)}
        return sorted(same, key=lambda term: (":" not in term, term))

    @cached_property
    def parts(self) -> Sequence[str]:
        """The terms of its parts."""
        return tuple(dict.fromkeys(t.term for t in self.tokens if t.term not in self.readings))


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
