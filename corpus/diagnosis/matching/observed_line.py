"""Observed lines: the messages of a log with their signatures, and second readings of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.logs.readable_log import ReadableLog
from corpus.diagnosis.matching.summary_lines import closes_every_log
from corpus.diagnosis.signatures.signature import Signature
from corpus.diagnosis.signatures.signature_parser import LONGEST_MESSAGE, signature_of
from corpus.diagnosis.tuning import CHARACTERS, READ_AGAIN, SENTENCE, TAILS

_CAUSE = re.compile(r': | caused \\{0,8}"')
"""What stands before a cause: a colon, or the quote of an older runc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedLine:
    """A message of a log, read."""

    line: int
    """Its line in the log, from 1."""
    signature: Signature
    weight: float = 1.0
    """How much it looks like the message that matters, 0 to 1."""
    tells_error: bool = True
    """Whether the log says that it is about an error."""
    message: str = ""
    """The whole message, of which the signature may have the first part only."""

    @property
    def standing(self) -> float:
        """What a match of the line is worth by what the line looks like."""
        return 0.8 + 0.2 * self.weight


def observe(log: str | ReadableLog, limit: int = 16) -> list[ObservedLine]:
    """The messages of a log with their signatures, the most telling first.

    No more of them are read once they have so many characters together: a reader chooses them.
    """
    found: list[ObservedLine] = []
    room = CHARACTERS
    for message in log_parser.messages(log, limit):
        if (signature := signature_of(message.text)) is not None:
            seen = ObservedLine(
                line=message.line,
                signature=signature,
                weight=message.weight,
                tells_error=message.tells_error,
                message=message.text,
            )
            found.append(seen)
        room -= min(len(message.text), LONGEST_MESSAGE)
        if room <= 0:
            break
    return found


def second_readings(observed: Sequence[ObservedLine]) -> list[ObservedLine]:
    """What the most telling lines say behind their colons, and broken lines as one."""
    again: dict[str, ObservedLine] = {}
    for seen in observed[:READ_AGAIN]:
        for text in _parts(seen, observed):
            again.setdefault(text, seen)
    signed = ((seen, signature_of(text)) for text, seen in again.items())
    return [replace(seen, signature=signature) for seen, signature in signed if signature]


def _parts(seen: ObservedLine, observed: Sequence[ObservedLine]) -> list[str]:
    """A line together with the next ones, and its parts behind colons."""
    text = seen.signature.text
    if closes_every_log(text):
        return []
    whole = seen.message or text
    parts = _CAUSE.split(whole)
    if '\\"' in parts[-1]:
        parts[-1] = parts[-1].rstrip('\\"')
    tails = [": ".join(parts[at:]) for at in range(max(1, len(parts) - TAILS), len(parts))]
    return [*_with_next_lines(seen, observed), *map(_without_quotes, tails)]


def _without_quotes(tail: str) -> str:
    """A message without the quotes around all of it."""
    is_quoted = len(tail) > 1 and tail[0] == tail[-1] and tail[0] in "\"'"
    return tail[1:-1] if is_quoted and len(tail.split()) >= SENTENCE else tail


def _with_next_lines(seen: ObservedLine, observed: Sequence[ObservedLine]) -> list[str]:
    """A line with the one that follows, and with the two: a narrow window breaks messages."""
    texts = {each.line: each.signature.text for each in observed}
    joined = [seen.signature.text]
    for line in (seen.line + 1, seen.line + 2):
        if line not in texts:
            break
        joined.append(f"{joined[-1]} {texts[line]}")
    return joined[1:]
