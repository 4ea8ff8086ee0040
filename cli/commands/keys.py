"""`fixbook keys`."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from cli.open_library import open_library
from cli.options import Json
from cli.output import print_json
from corpus.settings import load_settings
from corpus.store import api_keys
from corpus.store.api_keys import Key, Scope


class KeyAction(StrEnum):
    """The actions of `fixbook keys`."""

    LIST = "list"
    ADD = "add"
    REVOKE = "revoke"


def keys(
    action: Annotated[KeyAction, typer.Argument(help="list, add NAME or revoke NAME")],
    name: Annotated[str, typer.Argument(help="Who the key is for.", show_default=False)] = "",
    *,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What the new key allows; by default read.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    if bool(name) == (action is KeyAction.LIST):
        raise typer.BadParameter("list takes no name, add and revoke take one", param_hint="NAME")
    if scope and action is not KeyAction.ADD:
        raise typer.BadParameter("goes with add only", param_hint="--scope")
    with open_library(load_settings()) as library:
        if action is KeyAction.LIST:
            with library.database.reading() as connection:
                _print_keys(api_keys.all_keys(connection), as_json=as_json)
            return
        with library.database.writing(patient=True) as connection:
            if action is KeyAction.REVOKE:
                api_keys.revoke(connection, name)
            token = (
                api_keys.add(connection, name, scope or [Scope.READ])
                if action is KeyAction.ADD
                else ""
            )
    if as_json:
        print_json({"name": name, **({"key": token} if token else {"revoked": True})})
    elif token:
        print(token)
        print("It is not shown again. Send it as: Authorization: Bearer <key>", file=sys.stderr)
    else:
        print(f"the key of {name} is revoked; servers refuse it within seconds")


def _print_keys(keys: list[Key], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "keys": [
                    {"name": key.name, "createdAt": key.created_at, "scopes": sorted(key.scopes)}
                    for key in keys
                ]
            }
        )
        return
    for key in keys:
        print(f"{key.name}  {key.created_at}  {' '.join(sorted(key.scopes))}")
    if not keys:
        print("there are no keys")
