"""Keeping: the corpus as files, backups, API keys, and how all of it is."""

import os
import sys
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import BAD_ARTICLES, FAILED
from cli.open_library import opened
from cli.options import Json
from cli.output import print_json
from corpus.settings import Settings, load_settings

if TYPE_CHECKING:
    from corpus.store.api_keys import Key


def export(
    folder: Annotated[
        Path | None,
        typer.Argument(help="An empty folder, or one to be made.", show_default=False),
    ] = None,
    *,
    bundle: Annotated[
        Path | None, typer.Option(help="Instead of a folder: one file that can be served.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write every article out as a document, to be ingested elsewhere, or all as one file."""
    settings = load_settings()
    if bundle is not None and folder is None:
        _export_bundle(settings, bundle, as_json=as_json)
    elif folder is not None and bundle is None:
        _export_documents(settings, folder, as_json=as_json)
    else:
        raise typer.BadParameter("either a folder or --bundle FILE")


def _export_documents(settings: Settings, folder: Path, *, as_json: bool) -> None:
    from corpus.bundle.export import export as write

    with opened(settings) as library, library.reading() as reading:
        number = write(
            reading.connection, folder, url=settings.address, default_lang=settings.default_lang
        )
    if as_json:
        print_json({"documents": number, "folder": str(folder)})
    else:
        print(f"{number} documents in {folder}")


def _export_bundle(settings: Settings, file: Path, *, as_json: bool) -> None:
    from corpus.bundle.archive import write_bundle
    from ingest.prepare import READER_VERSION

    with opened(settings) as library:
        library.mend()
        made = write_bundle(library, file, url=settings.address, reader_version=READER_VERSION)
    if as_json:
        shown = {**made.as_dict(), "file": str(file)}
        del shown["members"]
        print_json(shown)
    else:
        print(f"{made.articles} articles of generation {made.generation} in {file}")


def doctor(as_json: Json = False) -> None:
    """Look at settings, data, database, index, content and machine, and say what to do."""
    from corpus.doctor.examination import examine
    from corpus.finding import HealthState
    from ingest.check import content_findings

    settings = load_settings()
    findings = []
    for finding in chain(examine(settings, os.environ), content_findings(settings)):
        findings.append(finding)
        if not as_json:
            print(finding, flush=True)
    if as_json:
        print_json({"findings": [finding.as_dict() for finding in findings]})
    bad = {finding.about for finding in findings if finding.state is HealthState.BAD}
    sys.exit(FAILED if bad - {"content"} else BAD_ARTICLES if bad else 0)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to be written.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Write the published corpus into one file, while servers go on. It is a bundle."""
    _export_bundle(load_settings(), file, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup or a bundle.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Make the corpus what a backup holds, while servers go on. API keys stay as they are."""
    from corpus.bundle.restore import restore as run
    from ingest.prepare import READER_VERSION

    with opened(load_settings()) as library:
        made = run(library, file, reader_version=READER_VERSION)
    if as_json:
        print_json({"generation": made.number, "articles": made.articles, "file": str(file)})
    else:
        print(f"{made.articles} articles in generation {made.number}, restored from {file}")


class KeyAction(StrEnum):
    """What can be done with API keys."""

    LIST = "list"
    ADD = "add"
    REVOKE = "revoke"


def keys(
    action: Annotated[KeyAction, typer.Argument(help="list, add NAME or revoke NAME")],
    name: Annotated[str, typer.Argument(help="Whose key it is.", show_default=False)] = "",
    *,
    as_json: Json = False,
) -> None:
    """Make, list and revoke API keys, whose holders may ask more often."""
    from corpus.store import api_keys as ring

    if bool(name) == (action is KeyAction.LIST):
        raise typer.BadParameter("list takes no name, add and revoke take one", param_hint="NAME")
    with opened(load_settings()) as library:
        if action is KeyAction.LIST:
            with library.database.reading() as connection:
                _print_keys(ring.listed(connection), as_json=as_json)
            return
        with library.database.writing(patient=True) as connection:
            if action is KeyAction.REVOKE:
                ring.revoke(connection, name)
            token = ring.add(connection, name) if action is KeyAction.ADD else ""
    if as_json:
        print_json({"name": name, **({"key": token} if token else {"revoked": True})})
    elif token:
        print(token)
        print("It is not shown again. Send it as: Authorization: Bearer <key>", file=sys.stderr)
    else:
        print(f"the key of {name} is revoked; servers know within seconds")


def _print_keys(keys: "list[Key]", *, as_json: bool) -> None:
    if as_json:
        print_json({"keys": [{"name": key.name, "createdAt": key.created_at} for key in keys]})
        return
    for key in keys:
        print(f"{key.name}  {key.created_at}")
    if not keys:
        print("there are no keys")
