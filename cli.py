"""The `fixbook` command. A command imports what it needs when it runs, so that none waits
for another's libraries.

Exit codes: 0 good, 1 some articles are bad, 2 wrong usage or settings, 3 the database or
the index failed.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.errors import (
    BundleError,
    DocumentError,
    FixbookError,
    InvalidRequest,
    NotFound,
    SettingsError,
)
from corpus.settings import LogFormat, Settings, load_settings

if TYPE_CHECKING:
    from corpus.keys import Key
    from corpus.library import Library
    from ingest.pipeline import Options, Progress
    from ingest.report import Problem, Report

BAD_ARTICLES, USAGE, FAILED = 1, 2, 3
_LOOK_MILLISECONDS = 2_000
"""How soon an ingest that watches and has failed tries again."""
_ASKED_WRONGLY = (SettingsError, InvalidRequest, NotFound, DocumentError, BundleError)

app = typer.Typer(
    name="fixbook",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Folders and files; FIXBOOK_CONTENT_DIR by default.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Lang = Annotated[str, typer.Option(help="The language that is preferred.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"fixbook {version('fixbook')}")
        raise typer.Exit


@app.callback()
def fixbook(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """A knowledge base of fixes: Markdown articles in, exact answers out."""


def main() -> None:
    """Runs the command line; expected failures become a line and an exit code."""
    try:
        app()
    except FixbookError as error:
        print(f"fixbook: {error.message}", file=sys.stderr)
        sys.exit(USAGE if isinstance(error, _ASKED_WRONGLY) else FAILED)
    except OSError as error:
        print(f"fixbook: {error}", file=sys.stderr)
        sys.exit(FAILED)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="FIXBOOK_HOST by default.")] = None,
    port: Annotated[int | None, typer.Option(help="FIXBOOK_PORT by default.")] = None,
    workers: Annotated[int | None, typer.Option(help="FIXBOOK_WORKERS by default.")] = None,
    no_ingest: Annotated[
        bool, typer.Option("--no-ingest", help="Serve what was ingested before.")
    ] = False,
    bundle: Annotated[
        Path | None, typer.Option(help="Serve this file, which export made, and nothing else.")
    ] = None,
) -> None:
    """Ingest the content and serve it over HTTP."""
    from logging.config import dictConfig

    from api.logs import log_config

    given = {"host": host, "port": port, "workers": workers}
    with _unbundled(bundle) if bundle else nullcontext():
        settings = load_settings(**{name: set_ for name, set_ in given.items() if set_ is not None})
        dictConfig(log_config(settings))
        with _library(settings) as library:
            if bundle or no_ingest:
                library.mend()
            else:
                report = _ingest(library, [settings.content_dir], _options())
                _print_report(report, as_json=settings.log_format is LogFormat.JSON)
        from api.server import run

        run(settings)


@app.command()
def ingest(
    paths: Paths = None,
    *,
    add: Annotated[bool, typer.Option("--add", help="Keep what is not under the paths.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing unless all are good.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on at every change.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Read everything again.")] = False,
    as_json: Json = False,
) -> None:
    """Make the corpus what the paths hold."""
    settings = load_settings()
    wanted = paths or [settings.content_dir]
    options = _options(add=add, strict=strict, dry_run=dry_run, rebuild=rebuild)
    with _library(settings) as library:
        report = _ingest(library, wanted, options)
        _print_report(report, as_json=as_json)
        if watch:
            _watch(library, wanted, options, as_json=as_json)
    sys.exit(0 if report.good else BAD_ARTICLES)


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="Words, a code, a message.")],
    lang: Lang = "en",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Articles at most.")] = 10,
    as_json: Json = False,
) -> None:
    """Search the articles."""
    from api.search import item_object
    from corpus.search.answer import Request
    from corpus.search.answer import search as answer

    settings = load_settings()
    wanted = Request(q=" ".join(query), lang=lang, page_size=limit)
    with _library(settings) as library, library.reading() as reading:
        found = answer(reading, wanted)
    items = [item_object(item, url=settings.address) for item in found.items]
    if as_json:
        _print_json({"total": found.total, "items": items, "suggestion": found.suggestion})
        return
    for item in items:
        _print_item(item["title"], item["slug"], lang, item["matches"][:1])
    if found.suggestion:
        print(f"Did you mean: {found.suggestion}")
    print(f"{found.total} articles")


@app.command()
def show(
    slug: Annotated[str, typer.Argument(help="Slug, id, reference code or alias.")],
    form: Annotated[str, typer.Option("--format", help="markdown or json")] = "markdown",
    lang: Lang = "",
) -> None:
    """Print an article."""
    from api.renderers import article_object, references
    from corpus import catalog, store
    from corpus.document import render

    if form not in ("markdown", "json"):
        raise typer.BadParameter("may be markdown or json", param_hint="--format")
    settings = load_settings()
    with _library(settings) as library, library.reading() as reading:
        address = catalog.find(reading.connection, slug)
        if address is None:
            raise NotFound(f"there is no article {slug!r}")
        [entry] = store.shown(reading.connection, [address.id])
        slugs = catalog.slugs(reading.connection, references(entry))
    lang, url = lang or entry.article.languages[0], settings.address
    if form == "json":
        _print_json(article_object(entry, lang=lang, url=url, slugs=slugs))
    else:
        sys.stdout.write(render(entry.told, lang=lang, public_url=url))


@app.command()
def diagnose(
    file: Annotated[str, typer.Argument(help="A file with a log; - is standard input.")] = "-",
    lang: Lang = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="Articles at most.")] = 3,
    as_json: Json = False,
) -> None:
    """Find the articles that know the error in a log: some-command 2>&1 | fixbook diagnose"""
    from api.diagnose import LARGEST, Question, diagnosis_object

    text = _read(file, LARGEST).decode("utf-8", "replace")
    if not text.strip():
        raise typer.BadParameter("there is nothing to diagnose")
    settings = load_settings()
    question = Question(text=text, lang=lang, limit=limit)
    with _library(settings) as library, library.reading() as reading:
        found = diagnosis_object(reading, question, accept=lang or "en", url=settings.address)
    if as_json:
        _print_json(found)
        return
    print(f"{found['outcome']}: searched {found['searched']['articles']} articles")
    for match in found["matches"]:
        row = [match["error"]] if match["error"] else []
        _print_item(match["title"], match["slug"], lang or "en", row)
        print(f"    {match['outcome']} {match['score']:.2f}, line {match['line']} of the text")


@app.command()
def check(
    paths: Paths = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for warnings too.")] = False,
    as_json: Json = False,
) -> None:
    """Check documents without a database."""
    from ingest.check import check as find_problems

    settings = load_settings()
    problems = find_problems(paths or [settings.content_dir], default_lang=settings.default_lang)
    if as_json:
        _print_json({"problems": [problem.as_dict() for problem in problems]})
    else:
        _print_problems(problems)
    bad = any(strict or not problem.warning for problem in problems)
    sys.exit(BAD_ARTICLES if bad else 0)


@app.command()
def verify(
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Articles; all by default.", show_default=False)
    ] = None,
    *,
    jobs: Annotated[int, typer.Option(min=1, max=16, help="Checks that run at a time.")] = 2,
    repeat: Annotated[int, typer.Option(min=2, max=20, help="How often each run is done.")] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Keep no receipts.")] = False,
    without_sandbox: Annotated[
        bool,
        typer.Option(
            "--without-sandbox",
            help="Where bubblewrap cannot run: run what articles say on this very machine.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Run the checks of articles in a sandbox and keep receipts of what came of them."""
    from corpus.receipts import RECEIPTS
    from ingest.check import read_articles
    from verify.run import Options as How
    from verify.run import verify as run

    settings = load_settings()
    articles = read_articles([settings.content_dir], default_lang=settings.default_lang)
    chosen = [article for article in articles if not slugs or article.slug in slugs]
    if unknown := sorted(set(slugs or ()) - {article.slug for article in articles}):
        raise NotFound(f"there is no article {unknown[0]!r} in {settings.content_dir}")
    how = How(jobs=jobs, repeat=repeat, write=not dry_run, without_sandbox=without_sandbox)
    with _progress_bar("Verifying") as progress:
        folder = settings.content_dir / RECEIPTS
        report = run(chosen, receipts=folder, options=how, progress=progress)
    if as_json:
        _print_json(report.as_dict())
    else:
        for line in (*report.problems, *report.results):
            print(line)
        print(report.summary())
    sys.exit(0 if report.good else BAD_ARTICLES)


@app.command()
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
    from corpus.export import export as write

    with _library(settings) as library, library.reading() as reading:
        number = write(
            reading.connection, folder, url=settings.address, default_lang=settings.default_lang
        )
    if as_json:
        _print_json({"documents": number, "folder": str(folder)})
    else:
        print(f"{number} documents in {folder}")


def _export_bundle(settings: Settings, file: Path, *, as_json: bool) -> None:
    from corpus.bundle import write_bundle
    from ingest.prepare import READER_VERSION

    with _library(settings) as library:
        library.mend()
        made = write_bundle(library, file, url=settings.address, reader_version=READER_VERSION)
    if as_json:
        _print_json({**made.model_dump(by_alias=True, exclude={"members"}), "file": str(file)})
    else:
        print(f"{made.articles} articles of generation {made.generation} in {file}")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look at settings, data, database, index, content and machine, and say what to do."""
    from corpus.doctor import examine
    from corpus.finding import State
    from ingest.doctor import content_findings

    settings = load_settings()
    findings = []
    for finding in chain(examine(settings, os.environ), content_findings(settings)):
        findings.append(finding)
        if not as_json:
            print(finding, flush=True)
    if as_json:
        _print_json({"findings": [finding.as_dict() for finding in findings]})
    bad = {finding.about for finding in findings if finding.state is State.BAD}
    sys.exit(FAILED if bad - {"content"} else BAD_ARTICLES if bad else 0)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to be written.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Write the published corpus into one file, while servers go on. It is a bundle."""
    _export_bundle(load_settings(), file, as_json=as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup or a bundle.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Make the corpus what a backup holds, while servers go on. API keys stay as they are."""
    from corpus.restore import restore as run
    from ingest.prepare import READER_VERSION

    with _library(load_settings()) as library:
        made = run(library, file, reader_version=READER_VERSION)
    if as_json:
        _print_json({"generation": made.number, "articles": made.articles, "file": str(file)})
    else:
        print(f"{made.articles} articles in generation {made.number}, restored from {file}")


@app.command()
def mcp(
    bundle: Annotated[
        Path | None, typer.Option(help="Serve this file, which export made, and nothing else.")
    ] = None,
) -> None:
    """Serve an agent on standard input and output, by the Model Context Protocol."""
    import asyncio
    from logging.config import dictConfig

    from api.logs import log_config
    from api.mcp.server import serve_stdio

    with _unbundled(bundle) if bundle else nullcontext():
        settings = load_settings()
        dictConfig(log_config(settings))
        with _library(settings) as library:
            library.mend()
            asyncio.run(serve_stdio(library))


class KeyAction(StrEnum):
    """What can be done with API keys."""

    LIST = "list"
    ADD = "add"
    REVOKE = "revoke"


@app.command()
def keys(
    action: Annotated[KeyAction, typer.Argument(help="list, add NAME or revoke NAME")],
    name: Annotated[str, typer.Argument(help="Whose key it is.", show_default=False)] = "",
    *,
    as_json: Json = False,
) -> None:
    """Make, list and revoke API keys, whose holders may ask more often."""
    from corpus import keys as ring

    if bool(name) == (action is KeyAction.LIST):
        raise typer.BadParameter("list takes no name, add and revoke take one", param_hint="NAME")
    with _library(load_settings()) as library:
        if action is KeyAction.LIST:
            with library.database.reading() as connection:
                _print_keys(ring.listed(connection), as_json=as_json)
            return
        with library.database.writing(patient=True) as connection:
            if action is KeyAction.REVOKE:
                ring.revoke(connection, name)
            token = ring.add(connection, name) if action is KeyAction.ADD else ""
    if as_json:
        _print_json({"name": name, **({"key": token} if token else {"revoked": True})})
    elif token:
        print(token)
        print("It is not shown again. Send it as: Authorization: Bearer <key>", file=sys.stderr)
    else:
        print(f"the key of {name} is revoked; servers know within seconds")


@app.command()
def openapi() -> None:
    """Print the OpenAPI specification."""
    from api.specification import standalone

    _print_json(standalone(), indent=2)


# What the commands share


@contextmanager
def _unbundled(file: Path) -> Iterator[None]:
    """What a bundle holds, as the settings of this process and of those that it starts."""
    from corpus.bundle import unpacked
    from corpus.search.engines import embedded
    from ingest.prepare import READER_VERSION

    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(0))  # uvicorn passes it on when it is done
    with unpacked(file, reader_version=READER_VERSION) as (folder, manifest):
        os.environ |= {
            "FIXBOOK_DATA_DIR": str(folder),
            "FIXBOOK_DATABASE_URL": "",
            "FIXBOOK_DATABASE_READ_URL": "",
            "FIXBOOK_SEARCH_URL": embedded(manifest.engine, load_settings().search_url),
            "FIXBOOK_DEFAULT_LANG": manifest.default_lang,
        }
        yield


@contextmanager
def _library(settings: Settings) -> "Iterator[Library]":
    """The library, its tables in their newest form."""
    from corpus.library import Library

    library = Library(settings)
    try:
        if not library.database.is_current():
            from corpus.upgrade import upgrade

            upgrade(library.database)
        yield library
    finally:
        library.close()


def _read(file: str, limit: int) -> bytes:
    """The first bytes of a file or of standard input."""
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            return source.read(limit)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None


def _options(**given: bool) -> "Options":
    from ingest.pipeline import Options

    return Options(**given)


def _ingest(library: "Library", paths: list[Path], options: "Options") -> "Report":
    from ingest.pipeline import ingest as run

    with _progress_bar("Ingesting") as progress:
        return run(library, paths, options=options, progress=progress)


@contextmanager
def _progress_bar(what: str) -> "Iterator[Progress]":
    """A bar where somebody watches, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _watch(library: "Library", paths: list[Path], options: "Options", *, as_json: bool) -> None:
    import watchfiles

    done = False  # what was written before anybody watched is not to be missed
    looks = watchfiles.watch(*paths, yield_on_timeout=True, rust_timeout=_LOOK_MILLISECONDS)
    for changes in looks:
        if changes or not done:
            done = _ingest_again(library, paths, options, as_json=as_json)


def _ingest_again(
    library: "Library", paths: list[Path], options: "Options", *, as_json: bool
) -> bool:
    """False where it failed: what stood in the way may be gone the next time."""
    try:
        _print_report(_ingest(library, paths, options), as_json=as_json)
    except FixbookError as error:
        print(f"fixbook: {error.message}", file=sys.stderr, flush=True)
        return False
    return True


def _print_report(report: "Report", *, as_json: bool = False) -> None:
    if as_json:
        _print_json(report.as_dict())
        return
    _print_problems(report.problems)
    print(report.summary(), flush=True)
    if report.advice:
        print(f"fixbook: {report.advice}", file=sys.stderr)


def _print_problems(problems: "list[Problem]") -> None:
    for problem in sorted(problems):
        print(problem, file=sys.stderr)


def _print_json(value: Any, indent: int | None = None) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=indent, default=list), flush=True)


def _print_keys(keys: "list[Key]", *, as_json: bool) -> None:
    if as_json:
        _print_json({"keys": [{"name": key.name, "createdAt": key.created_at} for key in keys]})
        return
    for key in keys:
        print(f"{key.name}  {key.created_at}")
    if not keys:
        print("there are no keys")


def _print_item(titles: dict[str, str], slug: str, lang: str, rows: list[dict[str, Any]]) -> None:
    print(titles.get(lang) or next(iter(titles.values())))
    print(f"    {slug}")
    for row in rows:
        print(f"    {row.get('error') or row.get('text')}")
        if row.get("cause") or row.get("solution"):
            print(f"    cause: {row['cause']}\n    fix: {row['solution']}")


if __name__ == "__main__":
    main()
