"""Chains of exceptions: of several that caused one another, the root is the message."""

from dataclasses import replace

from corpus.diagnosis.logs.message import Message

_WRAPPER = 0.8
"""The weight of an exception that another one caused; the root weighs 1."""


def weigh_chains(found: list[Message]) -> list[Message]:
    """The messages, in the order of the log, weighed by their places in chains of exceptions: the
    last one of a chain is the root. Node.js names the causes below the first exception."""
    roots = [n for n, item in enumerate(found) if item.shape == "python" and item.weight == 1.0]
    causes = [n for n, item in enumerate(found) if item.shape == "java" and item.weight >= 0.9]
    inner = [n for n, item in enumerate(found) if item.shape == "cause"]
    above = found[: inner[0]] if inner else []
    wrappers = [n for n, item in enumerate(above) if item.weight >= 0.9]
    for chain in (roots, causes, [*wrappers, *inner]):
        for number in chain:
            weight = 1.0 if number == chain[-1] else _WRAPPER
            found[number] = replace(found[number], weight=weight)
    return found


def exception_language(message: str, follows: str) -> str:
    """Whose exception it is: by the frame that follows, and by how it is named."""
    name = message.partition(":")[0]
    frame = follows.lstrip()
    if frame.startswith("at ") and "." not in name and ".java:" not in frame:
        return "node"
    if frame.startswith("at ") or (name.count(".") >= 2 and name.endswith("Exception")):
        return "dotnet" if "." in name and name[0].isupper() else "java"
    return "python"
