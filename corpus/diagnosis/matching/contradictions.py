"""Contradictions: whether other values in a message mean a different error.

`No module named 'requests'` is not the message of a row about `No module named 'email.utils'`,
though both have one signature. Two messages are laid side by side, word by word; where one
has a value and the other has another one, its class decides: a path or a port never tells,
the name of a module does, unless the article shows that any name will do.
"""

from collections.abc import Collection, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from pathlib import PurePath

from rapidfuzz.distance import Levenshtein

from corpus.diagnosis.signatures.values import PATH, Piece, ValueClass
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
    return ClassDistance.NEAR if _names_thing(one) and _names_thing(other) else ClassDistance.OTHER


def _names_thing(piece: Piece) -> bool:
    is_path = piece.kind is ValueClass.FREE and PATH.fullmatch(piece.text)
    return piece.kind in (ValueClass.NAME, ValueClass.DOTTED) or bool(is_path)


def lacks_thing(observed: Sequence[Piece], claimed: Sequence[Piece]) -> bool:
    """Whether a claim names a thing, such as a file or a module, and a message names none of its
    things."""
    names = [piece.text for piece in claimed if _names_thing(piece)]
    return bool(names) and not any(name in piece.text for name in names for piece in observed)


def contradictions(
    observed: Sequence[Piece], claimed: Sequence[Piece], siblings: Collection[Sequence[Piece]] = ()
) -> list[ClassDistance]:
    """The values and words of a claim that say something else than a message does there: for
    each, how near its class is.

    `siblings` are other messages of the article that mean the same: what they leave blank, or
    fill with another value of the same class, is free.
    """
    free = _free(claimed, siblings)
    few = sum(piece.kind is None for piece in claimed) <= PROGRAM_WORDS
    return [
        _class_distance(observed[here], claimed[there])
        for (here, there), values in _facing(observed, claimed)
        if not values
        or (
            (there not in free or _is_sentence(observed[here], claimed[there]))
            and _differ(observed[here], claimed[there], few=few)
        )
    ]


def same_values(observed: Sequence[Piece], claimed: Sequence[Piece]) -> int:
    """How many values are equal, times three; one that is left open counts two, and a different
    one of the same class counts one."""
    return sum(
        2 * (observed[here].text == claimed[there].text or claimed[there].kind is ValueClass.BLANK)
        + (observed[here].kind is claimed[there].kind)
        for (here, there), values in _facing(observed, claimed)
        if values
    )


def same_file_type(observed: Sequence[Piece], claimed: Sequence[Piece]) -> bool:
    """Whether both have a path with the same ending in one place: a header is no notes file."""
    return bool(_endings(observed) & _endings(claimed)) and any(
        _ending(observed[here].text) == _ending(claimed[there].text) != ""
        for (here, there), values in _facing(observed, claimed)
        if values
    )


def _endings(found: Sequence[Piece]) -> set[str]:
    return {_ending(piece.text) for piece in found if piece.kind is not None} - {""}


@lru_cache(4_096)
def _ending(value: str) -> str:
    return PurePath(value).suffix if PATH.fullmatch(value) else ""


def _free(claimed: Sequence[Piece], siblings: Collection[Sequence[Piece]]) -> set[int]:
    free: set[int] = set()
    keys = [piece.key for piece in claimed] if siblings else []
    for other in siblings:
        if [piece.key for piece in other] == keys:
            free.update(
                place
                for place, (one, two) in enumerate(zip(claimed, other, strict=True))
                if two.kind is ValueClass.BLANK or (one.text != two.text and one.kind is two.kind)
            )
    return free


def _facing(
    observed: Sequence[Piece], claimed: Sequence[Piece]
) -> Iterator[tuple[tuple[int, int], bool]]:
    """The places that face each other with something else in them, and whether both are values.

    Words count where both sides go on as one before and behind them.
    """
    steps = [*Levenshtein.opcodes([p.key for p in observed], [p.key for p in claimed])]
    for number, step in enumerate(steps):
        here, there = step.src_start, step.dest_start
        if step.tag == "equal":
            for offset in range(step.src_end - here):
                if observed[here + offset].kind is not None:
                    yield (here + offset, there + offset), True
        elif step.tag == "replace" and 0 < number < len(steps) - 1:
            for offset in range(step.src_end - here):
                if _tells(claimed[there + offset]) and _tells(observed[here + offset]):
                    yield (here + offset, there + offset), False


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
    if observed.text == claimed.text or claimed.kind is ValueClass.BLANK:
        return False
    if observed.kind is claimed.kind is ValueClass.FREE:
        return False
    return few or ValueClass.PROGRAM not in (observed.kind, claimed.kind)
