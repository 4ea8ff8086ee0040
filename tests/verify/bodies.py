"""Makes the bodies of articles with one check: say only what the test is about."""

MISSING = "ls: cannot access 'settings': No such file or directory"
"""The error of a check that says nothing else."""


def make_body(
    *,
    error: str = MISSING,
    setup: str = "",
    reproduce: str = "ls settings",
    fix: str = "touch settings",
    confirm: str = "test -e settings",
    cleanup: str = "",
    language: str = "bash",
    attributes: str = "",
    solution: str = "Make the file",
) -> str:
    """A body with an error table of one row and the check `example` for it.

    `attributes` are added to the reproduce block. A step without code is left out.
    """
    steps = {
        "setup": setup,
        "reproduce": reproduce,
        "fix": fix,
        "confirm": confirm,
        "cleanup": cleanup,
    }
    blocks = [
        f"```{language} check=example step={step}"
        f"{' ' + attributes if attributes and step == 'reproduce' else ''}\n{code}\n```\n"
        for step, code in steps.items()
        if code
    ]
    table = f"| Error | Cause | Solution |\n|---|---|---|\n| `{error}` | Unknown | {solution} |\n"
    return "\n".join(["A file is not there.\n", "## Error table\n", table, "## Checks\n", *blocks])
