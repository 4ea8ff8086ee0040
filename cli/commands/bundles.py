"""`fixbook export`, `backup` and `restore`: the corpus as documents or as one file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.open_library import open_library
from cli.options import Json
from cli.output import print_json
from corpus.bundle.archive import write_bundle
from corpus.bundle.export import export as write_documents
from corpus.bundle.restore import restore as restore_bundle
from corpus.settings import Settings, load_settings
from ingest.prepare import READER_VERSION


def export(
    folder: Annotated[
        Path | None, typer.Argument(help="A new or empty folder.", show_default=False)
    ] = None,
    *,
    bundle: Annotated[
        Path | None, typer.Option(help="Write a bundle to this file instead.")
    ] = None,
    as_json: Json = False,
) -> None:
    settings = load_settings()
    if bundle is not None and folder is None:
        _export_bundle(settings, bundle, as_json=as_json)
    elif folder is not None and bundle is None:
        _export_documents(settings, folder, as_json=as_json)
    else:
        raise typer.BadParameter("give either a folder or --bundle FILE")


def _export_documents(settings: Settings, folder: Path, *, as_json: bool) -> None:
    with open_library(settings) as library, library.reading() as reading:
        number = write_documents(
            reading.connection, folder, url=settings.address, default_lang=settings.default_lang
        )
    if as_json:
        print_json({"documents": number, "folder": str(folder)})
    else:
        print(f"{number} documents in {folder}")


def _export_bundle(
    settings: Settings, file: Path, *, as_json: bool, is_backup: bool = False
) -> None:
    with open_library(settings) as library:
        library.mend()
        made = write_bundle(
            library, file, url=settings.address, reader_version=READER_VERSION, is_backup=is_backup
        )
    if as_json:
        shown = {**made.as_dict(), "file": str(file)}
        del shown["members"]
        print_json(shown)
    else:
        print(f"{made.articles} articles of generation {made.generation} in {file}")


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.", show_default=False)],
    as_json: Json = False,
) -> None:
    _export_bundle(load_settings(), file, as_json=as_json, is_backup=True)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup or a bundle.", show_default=False)],
    as_json: Json = False,
) -> None:
    with open_library(load_settings()) as library:
        made = restore_bundle(library, file, reader_version=READER_VERSION)
    if as_json:
        print_json({"generation": made.number, "articles": made.articles, "file": str(file)})
    else:
        print(f"{made.articles} articles in generation {made.number}, restored from {file}")
