"""Hooks of coding agents: a failed tool call in, advice in the agent's own format out.

The formats are those of the agents' documentation: `docs/failures.md` says where. An event that is
not understood gets no answer, because a hook must never disturb the agent.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from cli.failures.advice import advice
from cli.failures.wrapper import diagnosis

_LARGEST_EVENT = 4 * 1024 * 1024
_BUDGET = 2_000
"""Bytes of advice: an agent pays for each of them."""
_COMMAND = "fixbook hook-event"

Event = Mapping[str, Any]


def _claude_code_error(event: Event) -> object:
    is_failure = event.get("hook_event_name") == "PostToolUseFailure"
    return event.get("error") if is_failure and not event.get("is_interrupt") else None


def _cursor_error(event: Event) -> object:
    if event.get("hook_event_name") == "postToolUseFailure":
        return event.get("error_message") if not event.get("is_interrupt") else None
    if event.get("hook_event_name") != "postToolUse":
        return None
    output = event.get("tool_output")
    result = json.loads(output) if isinstance(output, str) else output
    if not isinstance(result, Mapping) or not result.get("exitCode"):
        return None
    return "\n".join(str(result.get(name) or "") for name in ("stdout", "stderr", "output"))


def _copilot_error(event: Event) -> object:
    error = event.get("error")
    return error.get("message") if isinstance(error, Mapping) else error


ERRORS: Mapping[str, Callable[[Event], object]] = {
    "claude-code": _claude_code_error,
    "cursor": _cursor_error,
    "copilot": _copilot_error,
}
"""By agent: the output of a failed tool call in an event, or something that is no text."""

CONFIGURATIONS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "claude-code": (
        ".claude/settings.json",
        {
            "hooks": {
                "PostToolUseFailure": [
                    {
                        "matcher": "Bash",
                        "hooks": [
                            {"type": "command", "command": f"{_COMMAND} claude-code", "timeout": 5}
                        ],
                    }
                ]
            }
        },
    ),
    "cursor": (
        ".cursor/hooks.json",
        {
            "version": 1,
            "hooks": {  # which of them a failed command comes with depends on the version
                event: [{"command": f"{_COMMAND} cursor", "matcher": "Shell", "timeout": 5}]
                for event in ("postToolUse", "postToolUseFailure")
            },
        },
    ),
    "copilot": (
        ".github/hooks/fixbook.json",
        {
            "version": 1,
            "hooks": {
                "postToolUseFailure": [
                    {"type": "command", "bash": f"{_COMMAND} copilot", "timeoutSec": 5}
                ]
            },
        },
    ),
}
"""By agent: the file of its configuration, and what to put there."""


def answer_event(agent: str) -> None:
    """Reads an event from standard input, and answers it only if the error is surely known."""
    try:
        event = json.loads(sys.stdin.buffer.read(_LARGEST_EVENT))
        error = ERRORS[agent](event)
        text = error.encode("utf-8", "replace") if isinstance(error, str) else b""
        found = diagnosis(text, bundle=None)
        lines = advice(found) if found else []
    except Exception:  # noqa: BLE001 - silence, whatever is wrong
        return
    if lines:
        shown = "\n".join(lines).encode()[:_BUDGET].decode("utf-8", "ignore")
        print(json.dumps(_answer(agent, shown), ensure_ascii=False))


def _answer(agent: str, text: str) -> dict[str, Any]:
    if agent == "claude-code":
        said = {"hookEventName": "PostToolUseFailure", "additionalContext": text}
        return {"hookSpecificOutput": said}
    return {"additional_context" if agent == "cursor" else "additionalContext": text}
