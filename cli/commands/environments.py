"""`fixbook environments`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corpus.settings import load_settings
from verify.environments import definitions, installed


class EnvironmentAction(StrEnum):
    """The actions of `fixbook environments`."""

    LIST = "list"
    ADD = "add"
    REMOVE = "remove"


def environments(
    action: Annotated[
        EnvironmentAction, typer.Argument(help="list, add NAME [SOURCE] or remove NAME")
    ],
    name: Annotated[str, typer.Argument(help="Its name.", show_default=False)] = "",
    source: Annotated[
        Path | None,
        typer.Argument(
            help="A definition (.toml), an image in an OCI layout (a folder or a tar archive), or "
            "a folder with a root file system; default: the shipped definition of that name.",
            show_default=False,
        ),
    ] = None,
    *,
    mirror: Annotated[
        str | None,
        typer.Option(
            help="The mirror of Debian; default: the one that apt uses here.", show_default=False
        ),
    ] = None,
) -> None:
    if bool(name) == (action is EnvironmentAction.LIST):
        raise typer.BadParameter("list takes no name, add and remove take one", param_hint="NAME")
    data_dir = load_settings().data_dir
    if action is EnvironmentAction.LIST:
        _print_environments(data_dir)
    elif action is EnvironmentAction.ADD:
        installed.add(name, source, data_dir=data_dir, mirror=mirror)
        print(f"{name} was added")
    else:
        installed.remove(name, data_dir=data_dir)
        print(f"{name} was removed")


def _print_environments(data_dir: Path) -> None:
    known = {each.name: each.root for each in installed.installed(data_dir)}
    for name, root in known.items():
        print(f"{name}: {root.description()}, in {root.folder}")
    for name in definitions.shipped_definitions():
        if name not in known:
            print(f"{name}: not added")
