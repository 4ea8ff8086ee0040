"""Contradictions: whether other values in a message mean a different error.

`No module named 'requests'` is not the message of a row about `No module named 'email.utils'`,
though both have one signature. Two messages are laid side by side, word by word; where one
has a value and the other has another one, its class decides: a path or a port never tells,
the name of a module does, unless the article shows that any name will do.
"""

from collections.abc import Collection, Iterator, Sequence
from enum import IntEnum

from rapidfuzz.distance import Levenshtein

from corpus.diagnosis.matching.examples import fills
from corpus.diagnosis.signatures.signature import Signature
from corpus.diagnosis.signatures.values import Piece, ValueClass, file_type, pieces_of
from corpus.diagnosis.tuning import PROGRAM_WORDS, SENTENCE
from corpus.text.words import stop_words


class ClassDistance(IntEnum):
    """How near the classes of two values are, the nearest first."""

    SAME = 0
    NEAR = 1
    """Names, dotted names and paths: `models` and `shop.models`, `server` and `/srv/server`."""
    OTHER = 2


def _class_distance(one: Piece, other: Piece) -> ClassDistance:
    if one.kind is other.kind:
        return ClassDistance.SAME
    is_near = one.names_thing and other.names_thing
    return ClassDistance.NEAR if is_near else ClassDistance.OTHER


def lacks_thing(observed: Signature, claimed: Signature) -> bool:
    """Whether a claim names a thing, such as a file or a module, and a message names none of its
    things."""
    names = [piece.text for piece in pieces_of(claimed) if piece.names_thing]
    seen = [piece.text for piece in pieces_of(observed)]
    return bool(names) and not any(name in text for name in names for text in seen)


def contradictions(
    observed: Signature, claimed: Signature, siblings: Collection[Signature] = ()
) -> list[ClassDistance]:
    """The values and words of a claim that say something else than a message does there: for
    each, how near its class is.

    `siblings` are other messages of the article that mean the same: what they leave blank, or
    fill with another value of the same class, is free.
    """
    said = pieces_of(claimed)
    free = _free(said, siblings)
    few = sum(piece.kind is None for piece in said) <= PROGRAM_WORDS
    return [
        _class_distance(one, other)
        for one, other, place in _facing(pieces_of(observed), said)
        if one.kind is None
        or other.kind is None
        or ((place not in free or _is_sentence(one, other)) and _differ(one, other, few=few))
    ]


def same_values(observed: Signature, claimed: Signature) -> int:
    """How many values are equal, times three; one that is left open counts two, and a different
    one of the same class counts one."""
    return sum(
        2 * (one.text == other.text or other.kind is ValueClass.BLANK) + (one.kind is other.kind)
        for one, other in _facing_values(pieces_of(observed), pieces_of(claimed))
    )


def same_file_type(observed: Signature, claimed: Signature) -> bool:
    """Whether both have a path with the same ending in one place: a header is no notes file."""
    if "." not in observed.text or "." not in claimed.text:
        return False
    seen, said = pieces_of(observed), pieces_of(claimed)
    return bool(_file_types(seen) & _file_types(said)) and any(
        file_type(one.text) == file_type(other.text) != ""
        for one, other in _facing_values(seen, said)
    )


def _file_types(found: Sequence[Piece]) -> set[str]:
    return {file_type(piece.text) for piece in found if piece.kind is not None} - {""}


def _free(claimed: Sequence[Piece], siblings: Collection[Signature]) -> set[int]:
    free: set[int] = set()
    keys = [piece.key for piece in claimed] if siblings else []
    for other in map(pieces_of, siblings):
        if [piece.key for piece in other] == keys:
            free.update(
                place
                for place, (one, two) in enumerate(zip(claimed, other, strict=True))
                if two.kind is ValueClass.BLANK or (one.text != two.text and one.kind is two.kind)
            )
    return free


def _facing(
    observed: Sequence[Piece], claimed: Sequence[Piece]
) -> Iterator[tuple[Piece, Piece, int]]:
    """The values that face each other, and the words that do so and differ; with the place in the
    claim.

    Words count where both sides go on as one before and behind them.
    """
    steps = [*Levenshtein.opcodes([p.key for p in observed], [p.key for p in claimed])]
    for number, step in enumerate(steps):
        is_inner = step.tag == "replace" and 0 < number < len(steps) - 1
        places = range(step.dest_start, step.dest_end)
        for one, place in zip(observed[step.src_start : step.src_end], places, strict=False):
            other = claimed[place]
            is_value = step.tag == "equal" and one.kind is not None
            if is_value or (is_inner and _tells(other) and _tells(one)):
                yield one, other, place


def _facing_values(
    observed: Sequence[Piece], claimed: Sequence[Piece]
) -> Iterator[tuple[Piece, Piece]]:
    for one, other, _ in _facing(observed, claimed):
        if one.kind is not None and other.kind is not None:
            yield one, other


def _tells(piece: Piece) -> bool:
    if piece.kind is None:
        return piece.text not in stop_words()
    return piece.kind not in (ValueClass.FREE, ValueClass.BLANK)


def _is_sentence(observed: Piece, claimed: Piece) -> bool:
    """Whether a message of its own stands where the claim has a name, whichever it is."""
    is_one, was_one = (piece.kind is ValueClass.PHRASE for piece in (observed, claimed))
    return is_one and not was_one and len(observed.text.split()) >= SENTENCE


def _differ(observed: Piece, claimed: Piece, *, few: bool) -> bool:
    """Whether a different value in the message is evidence against the claim."""
    if observed.text == claimed.text:
        return False
    if claimed.kind is ValueClass.BLANK:  # `vtable for <class>` is not any value
        return " " in claimed.text and not fills(observed.text, claimed.text)
    is_free = observed.kind is claimed.kind is ValueClass.FREE
    return not is_free and (few or ValueClass.PROGRAM not in (observed.kind, claimed.kind))
