"""Candidates: which lines of a log and which claims are worth comparing in full.

A cheap bound by the weight of the terms that both share picks them.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import attrgetter, itemgetter

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.logs.readable_log import ReadableLog
from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures, bare
from corpus.diagnosis.signatures.signature import Signature
from corpus.diagnosis.signatures.signature_parser import LONGEST_MESSAGE, signature_of
from corpus.diagnosis.similarity import Weight, f_measure
from corpus.diagnosis.tuning import (
    BARE,
    CHARACTERS,
    CODE,
    COMPARED,
    ENOUGH,
    FEW_WORDS,
    FILLED_WORDS,
    FLOOR,
    LOOKED_UP,
    READ_AGAIN,
    SENTENCE,
    TAILS,
    TURN,
    WORD,
)
from corpus.text import codes
from corpus.text.term_weights import UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedLine:
    """A message of a log, read."""

    line: int
    """Its line in the log, from 1."""
    signature: Signature
    weight: float = 1.0
    """How much it looks like the message that matters, 0 to 1."""
    message: str = ""
    """The whole message, of which the signature may have the first part only."""


def observe(log: str | ReadableLog, limit: int = 16) -> list[ObservedLine]:
    """The messages of a log with their signatures, the most telling first.

    No more of them are read once they have so many characters together: a reader chooses them.
    """
    found: list[ObservedLine] = []
    room = CHARACTERS
    for message in log_parser.messages(log, limit):
        if (signature := signature_of(message.text)) is not None:
            line, weight, text = message.line, message.weight, message.text
            found.append(ObservedLine(line=line, signature=signature, weight=weight, message=text))
        room -= min(len(message.text), LONGEST_MESSAGE)
        if room <= 0:
            break
    return found


def looked_up(
    observed: Signature, known: Collection[str], weight: Weight
) -> tuple[Sequence[str], int]:
    """Which terms of a message to look up, and how many of them a match shares at the least.

    `known` are its terms that any claim has. What shares fewer has not the evidence that a
    match takes; of a short message a few are enough: a row with an open place has no more.
    """
    ranked = sorted(known, key=lambda term: (-weight(term), term))
    terms, others = ranked[:LOOKED_UP], ranked[LOOKED_UP:]
    enough = _EvidenceThreshold(observed, weight)
    minimum = 1
    most = min(len(terms), FILLED_WORDS if len(observed.terms) <= FEW_WORDS else LOOKED_UP)
    while minimum < most and not enough.of(terms, others, most=minimum):
        minimum += 1
    return terms, minimum


class _EvidenceThreshold:
    """Whether shared terms of a message can be the evidence for a match.

    They can by their weight, by their number, or by being all there are, which may be the
    name of an exception. Where the message has a code, that alone can be.
    """

    def __init__(self, observed: Signature, weight: Weight) -> None:
        self._weight = weight
        self._times = Counter(observed.terms)
        self._is_coded = bool(observed.codes)
        self._told = ENOUGH * weight(UNKNOWN) - _ROUNDING
        self._words = min(math.ceil(ENOUGH / WORD), len(observed.terms))

    def in_common(self, claimed: Signature) -> bool:
        """For what a claim shares."""
        if self._is_coded:
            return True
        shared = self._times.keys() & claimed.terms
        if claimed.blanks and len(shared) >= FILLED_WORDS and shared.issuperset(claimed.terms):
            return True
        if sum([self._times[term] for term in shared]) >= self._words:
            return True
        return math.fsum([self._times[t] * self._weight(t) for t in shared]) >= self._told

    def of(self, terms: Sequence[str], others: Sequence[str], *, most: int) -> bool:
        """For any `most` of some terms together with all others."""
        if self._is_coded:
            return True
        words = sorted((self._times[term] for term in terms), reverse=True)[:most]
        words += [self._times[term] for term in others]
        if sum(words) >= self._words:
            return True
        told = sorted((self._times[term] * self._weight(term) for term in terms), reverse=True)
        told[most:] = [self._times[term] * self._weight(term) for term in others]
        return sum(told) >= self._told


_ROUNDING = 1e-9


class Weights(dict[str, float]):
    """The weights of the terms of one lookup, each asked for once."""

    def __init__(self, weight: Weight) -> None:
        super().__init__()
        self._weight = weight

    def __missing__(self, term: str) -> float:
        known = self[term] = self._weight(term)
        return known


def standing(seen: ObservedLine) -> float:
    """What a match of a line is worth by what the line looks like."""
    return 0.8 + 0.2 * seen.weight


def promising(
    lines: Sequence[ObservedLine],
    shares: Sequence[Mapping[int, float]],
    articles: Sequence[IndexedSignatures],
    weights: Weights,
) -> list[tuple[float, int, int]]:
    """Places of lines and numbers of claims that share most, with a rough upper bound.

    The bound is refined for the best only: it needs the weight of every word of a claim. Of
    equals the claims come first that candidates came with first.
    """
    claims = [*chain.from_iterable(articles)]
    enough = [_EvidenceThreshold(seen.signature, weights.__getitem__) for seen in lines]
    totals = [_total(seen.signature, weights) for seen in lines]
    found: list[tuple[float, float, int, int]] = []
    for at, share in enumerate(shares):
        stands = standing(lines[at])
        bounds = {common: _bound(common, totals[at], common) for common in set(share.values())}
        found += [
            (bounds[common] * stands, common, at, number)
            for number, common in sorted(share.items())
            if bounds[common] >= FLOOR
        ]
    found.sort(key=itemgetter(0), reverse=True)
    refined: list[tuple[float, int, int]] = []
    telling = (pair for pair in found if enough[pair[2]].in_common(claims[pair[3]]))
    for _, common, at, number in islice(_in_turns(telling), 4 * COMPARED):
        seen = lines[at]
        theirs = _total(claims[number], weights) * (1.0 if seen.signature.terms else BARE)
        refined.append((_bound(common, totals[at], theirs) * standing(seen), at, number))
    refined.sort(key=itemgetter(0), reverse=True)
    return [*_verbatim(lines, articles), *_pairs_by_code(lines, claims), *refined[:COMPARED]]


def _in_turns(
    found: Iterable[tuple[float, float, int, int]],
) -> list[tuple[float, float, int, int]]:
    """The pairs, a few of each line before more of any: a line of a single word shares all that
    it has with many claims."""
    counted = Counter[int]()
    turns: list[tuple[int, tuple[float, float, int, int]]] = []
    for pair in found:
        turns.append((counted[pair[2]] // TURN, pair))
        counted[pair[2]] += 1
    turns.sort(key=itemgetter(0))
    return [pair for _, pair in turns]


def _pairs_by_code(
    lines: Sequence[ObservedLine], claims: Sequence[Signature]
) -> list[tuple[float, int, int]]:
    """The pairs that share a code which says whose it is: in any language the same error."""
    places = {
        code: at
        for at, seen in reversed([*enumerate(lines)])
        for code in seen.signature.codes
        if is_typed(code)
    }
    return [
        (math.inf, places[code], number)
        for number, claimed in enumerate(claims if places else ())
        for code in claimed.codes[:1]
        if code in places
    ][:COMPARED]


def is_typed(code: str) -> bool:
    """Whether a code says which system's it is, so that it names one error by itself."""
    return code.startswith(("errno:", "winerror:", "sqlstate:"))


def second_readings(observed: Sequence[ObservedLine]) -> list[ObservedLine]:
    """What the most telling lines say behind their colons, and broken lines as one."""
    again: dict[str, ObservedLine] = {}
    for seen in observed[:READ_AGAIN]:
        for text in _parts(seen, observed):
            again.setdefault(text, seen)
    signed = ((seen, signature_of(text)) for text, seen in again.items())
    return [replace(seen, signature=signature) for seen, signature in signed if signature]


_EXCEPTION = re.compile(r"[\w.$]{0,80}[a-z](?:Error|Exception|Warning): ")


def names_exception(message: str) -> bool:
    """Whether a message begins with the name of an exception."""
    return _EXCEPTION.match(message) is not None


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


_CAUSE = re.compile(r': | caused \\{0,8}"')
"""What stands before a cause: a colon, or the quote of an older runc."""


def _with_next_lines(seen: ObservedLine, observed: Sequence[ObservedLine]) -> list[str]:
    """A line with the one that follows, and with the two: a narrow window breaks messages."""
    texts = {each.line: each.signature.text for each in observed}
    joined = [seen.signature.text]
    for line in (seen.line + 1, seen.line + 2):
        if line not in texts:
            break
        joined.append(f"{joined[-1]} {texts[line]}")
    return joined[1:]


_CLOSING = re.compile(
    r"(?:, )?(?:error: )?(?:the )?(?:process|command|script|job)?.{0,40}\bexit(?:ed)?\b.{0,24}?"
    r"\b[12]\.?|code ELIFECYCLE|failed to push some refs\b.*|code: '[A-Z_]+',?"
    r"|errno:? -?\d+,?|syscall:? .*|aborted(?: \(core dumped\))?"
    r"|\*\*\* \[.{1,200}\] Error [12]",
    re.IGNORECASE,
)


def closes_every_log(message: str) -> bool:
    """Whether any failing log may end with that line: by itself it tells nothing."""
    return _CLOSING.fullmatch(message.strip("`'\" ")) is not None


_WRAPPER = re.compile(
    r"(?:failed to solve: )?(?:process \".{1,400}\" did not complete successfully"
    r"|executor failed running .{1,400}): exit code: \d{1,3}"
    r"|(?:fatal: )?could not read from remote repository\.?|throw err?;.*"
    r"|status=\d{1,3}/failure|failed with result 'exit-code'\.?"
    r"|.{0,80}command .{1,300} returned non-zero exit status \d{1,3}\.?"
    r"|(?:error: )?subprocess-exited-with-error|failed building wheel for .*"
    r"|\[remote rejected\] .{1,200} \((?:pre-receive|update) hook declined\)",
    re.IGNORECASE,
)


def wraps_another(message: str) -> bool:
    """Whether a line says only that something failed which has said why in other lines."""
    return closes_every_log(message) or _WRAPPER.fullmatch(message) is not None


def _verbatim(
    lines: Sequence[ObservedLine], articles: Sequence[IndexedSignatures]
) -> list[tuple[float, int, int]]:
    """The pairs that are the same word for word, which no bound leaves out."""
    places = {bare(seen.signature): at for at, seen in reversed([*enumerate(lines)])}
    having = _having(places.keys(), articles, attrgetter("by_text"))
    pairs = [(number, at) for text, at in places.items() for number in having.get(text, ())]
    return [(math.inf, at, number) for number, at in sorted(pairs)]


def _total(signature: Signature, weights: Weights) -> float:
    return sum([weights[term] for term in signature.terms])


def _bound(common: float, observed: float, claimed: float) -> float:
    """The F-measure of two sums of weights that have `common` in common."""
    recall, precision = common / max(claimed, common), common / max(observed, common)
    return f_measure(recall, precision)


def shared_weights(
    lines: Sequence[ObservedLine], articles: Sequence[IndexedSignatures], weights: Weights
) -> list[Mapping[int, float]]:
    """For each line, by the number of a claim, the weight of what they share."""
    wanted = {term for seen in lines for term in _keys(seen.signature)}
    having = _having(wanted, articles, attrgetter("by_key"))
    return [_shared_weights(seen.signature, having, weights) for seen in lines]


def _having(
    wanted: AbstractSet[str],
    articles: Sequence[IndexedSignatures],
    index: Callable[[IndexedSignatures], Mapping[str, Sequence[int]]],
) -> Mapping[str, list[int]]:
    """For each key the numbers of the claims that an index has it for, through all articles."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    first = 0
    for article in articles:
        places = index(article)
        for key in places.keys() & wanted:
            having[key] += [first + place for place in places[key]]
        first += len(article)
    return having


def _keys(signature: Signature) -> Iterable[str]:
    """What a signature is looked up by, each once: its terms, and its codes without namespace.

    In their order, for sums of floats depend on it.
    """
    return dict.fromkeys((*signature.terms, *map(codes.value, signature.codes)))


def _shared_weights(
    observed: Signature, having: Mapping[str, list[int]], weights: Weights
) -> dict[int, float]:
    """For each claim that shares anything, the weight of what it shares."""
    shared: defaultdict[int, float] = defaultdict(float)
    values = set(map(codes.value, observed.codes))
    for term in _keys(observed):
        told = weights[term] * (CODE if term in values else 1.0)
        for number in having.get(term, ()):
            shared[number] += told
    return shared
