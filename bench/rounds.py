"""Runs of several servers in turns, so that what disturbs one disturbs all."""

from collections.abc import Mapping, Sequence

from bench.load import Asked, Load, load, middle
from bench.servers import Server

_WARM_SECONDS = 1.0
Contest = Mapping[str, tuple[Server, Sequence[Asked]]]
"""By name, who is asked and what in each round; the last is for the round before the first."""


def contest(
    contest: Contest,
    *,
    rounds: int,
    seconds: float,
    connections: int = 16,
    pinned: bool = True,
) -> dict[str, Load]:
    """The medians of each, by name."""
    for server, asked in contest.values():
        load(server.url, asked[-1], seconds=_WARM_SECONDS, connections=connections, pinned=pinned)
    loads: dict[str, list[Load]] = {name: [] for name in contest}
    for number in range(rounds):
        for name, (server, asked) in contest.items():
            what = asked[number % len(asked)]
            loads[name].append(
                load(server.url, what, seconds=seconds, connections=connections, pinned=pinned)
            )
    for name, found in loads.items():
        if any(each.failed or each.lost for each in found):
            raise RuntimeError(f"{name} answered with errors: {found}")
    return {name: middle(found) for name, found in loads.items()}
