"""The changes that an ingest has to make: units that changed, and those that are gone."""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.store.units import KnownUnit
from ingest.discover import Sources, Unit
from ingest.prepare import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """The difference between the files and the published units."""

    changed: tuple[Unit, ...]
    """Changed and new units."""
    removed: tuple[KnownUnit, ...]
    staying: tuple[KnownUnit, ...]
    """What is published and neither changed nor gone."""
    unchanged: int
    """The number of unchanged units."""


def diff(sources: Sources, known: Mapping[str, KnownUnit], *, add: bool, rebuild: bool) -> Diff:
    """Compares units by name and fingerprint.

    With `add` nothing counts as gone, with `rebuild` everything that was found as changed.
    """
    found = {unit.name for unit in sources.units}
    changed = [unit for unit in sources.units if rebuild or _has_changed(unit, known)]
    gone = {name for name in known if not add and name not in found and not sources.may_hold(name)}
    moving = gone.union(unit.name for unit in changed)
    return Diff(
        changed=tuple(changed),
        removed=tuple(known[name] for name in known if name in gone),
        staying=tuple(unit for name, unit in known.items() if name not in moving),
        unchanged=len(sources.units) - len(changed),
    )


def _has_changed(unit: Unit, known: Mapping[str, KnownUnit]) -> bool:
    before = known.get(unit.name)
    return before is None or before.fingerprint != fingerprint(unit)
