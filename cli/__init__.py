"""The `fixbook` command.

Exit codes: 0 success, 1 some articles have errors, 2 wrong usage or settings, 3 the database or
the index failed. `fixbook run` ends as the command that it runs.
"""

import sys

from cli.loading import load


def main() -> None:
    """Runs the command line.

    `fixbook run COMMAND` and `fixbook hook-event AGENT` go past the parser of options, which takes
    longer to import than all that they need.
    """
    name, *rest = *sys.argv[1:3], ""
    if name == "run" and rest[0] and (rest[0] == "--" or not rest[0].startswith("-")):
        command = sys.argv[3:] if rest[0] == "--" else sys.argv[2:]
        if command:
            load("cli.failures.wrapper:wrap")(command, json_file=None, bundle=None)
    if name == "hook-event" and not rest[0].startswith("-"):
        load("cli.failures.agents:answer_event")(rest[0])
        return
    load("cli.application:start")()
