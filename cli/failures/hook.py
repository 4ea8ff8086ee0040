"""`fixbook hook` and `fixbook hook-event`."""

import json
import sys
from typing import Annotated

import typer

from cli.failures.agents import CONFIGURATIONS, answer_event
from cli.failures.shells import SHELLS


def hook(
    program: Annotated[
        str, typer.Argument(help="bash, zsh, fish, claude-code, cursor or copilot.")
    ],
) -> None:
    if program in SHELLS:
        print(SHELLS[program], end="")
    elif program in CONFIGURATIONS:
        file, content = CONFIGURATIONS[program]
        print(json.dumps(content, indent=2))
        print(f"put this into {file}", file=sys.stderr)
    else:
        known = ", ".join([*SHELLS, *CONFIGURATIONS])
        raise typer.BadParameter(f"may be {known}", param_hint="PROGRAM")


def hook_event(
    agent: Annotated[str, typer.Argument(help="claude-code, cursor or copilot.")] = "",
) -> None:
    answer_event(agent)
