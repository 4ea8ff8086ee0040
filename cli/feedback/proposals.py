"""`fixbook proposals`."""

import getpass
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from api.responses.feedback.proposals import proposal_object
from cli.exit_codes import BAD_ARTICLES
from cli.feedback.proposal_runs import ProposalRun, choose_proposals, run_proposals
from cli.open_library import open_library
from cli.options import Json, Lang
from cli.output import print_json
from corpus.errors import Conflict, InvalidRequest
from corpus.library import Library
from corpus.proposals import review, rows
from corpus.proposals.rows import OPEN, Proposal, ProposalStatus
from corpus.proposals.submission import Submission, submit
from corpus.settings import Settings, load_settings
from corpus.text.escaping import harmless, one_line
from verify.environments.installed import environments_named
from verify.run import VerifyOptions


class ProposalAction(StrEnum):
    """The actions of `fixbook proposals`."""

    LIST = "list"
    SHOW = "show"
    ADD = "add"
    RUN = "run"
    ACCEPT = "accept"
    REJECT = "reject"


def proposals(
    action: Annotated[
        ProposalAction,
        typer.Argument(help="list, show ID, add FILE, run [ID…], accept ID or reject ID"),
    ],
    names: Annotated[
        list[str] | None, typer.Argument(help="Ids, or the file to add.", show_default=False)
    ] = None,
    *,
    in_: Annotated[
        str,
        typer.Option(
            "--in",
            help="Where to run checks: environments, comma separated; default: this machine.",
            show_default=False,
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option(help="Why it is rejected; its author reads it.", show_default=False)
    ] = "",
    slug: Annotated[str, typer.Option(help="The slug of a new article.", show_default=False)] = "",
    log: Annotated[
        Path | None,
        typer.Option(help="The output of the failure that it fixes.", show_default=False),
    ] = None,
    lang: Lang = "",
    every: Annotated[bool, typer.Option("--all", help="List those decided about, too.")] = False,
    as_json: Json = False,
) -> None:
    given, settings = names or [], load_settings()
    _check_names(action, given)
    with open_library(settings) as library:
        if action is ProposalAction.LIST:
            _list(library, every=every, as_json=as_json)
        elif action is ProposalAction.SHOW:
            _show(library, given[0], as_json=as_json)
        elif action is ProposalAction.ADD:
            _add(library, _submission(Path(given[0]), settings, lang, slug, log), as_json=as_json)
        elif action is ProposalAction.RUN:
            _run(library, given, in_, as_json=as_json)
        elif action is ProposalAction.REJECT:
            with library.database.recording() as connection:
                done = review.reject(connection, given[0], reason=reason, by=_reviewer())
            _print(done, f"{done.id} is rejected", as_json=as_json)
        else:
            accepted, written = review.accept(library, given[0], by=_reviewer())
            files = ", ".join(map(str, written)) or "nothing"
            message = f"{accepted.id} is accepted; written: {files}. Commit it, then fixbook ingest"
            _print(accepted, message, as_json=as_json)


def _check_names(action: ProposalAction, names: Sequence[str]) -> None:
    if action is ProposalAction.LIST and names:
        raise typer.BadParameter("list takes no name", param_hint="NAMES")
    one = action not in (ProposalAction.LIST, ProposalAction.RUN)
    if one and len(names) != 1:
        raise typer.BadParameter(f"{action} takes one", param_hint="NAMES")


def _submission(
    file: Path, settings: Settings, lang: str, slug: str, log: Path | None
) -> Submission:
    name, suffix = file.stem, ""
    if "." in name:
        name, _, suffix = name.rpartition(".")
    return Submission(
        document=file.read_bytes(),
        lang=lang or suffix or settings.default_lang,
        slug=slug,
        log=log.read_text("utf-8", "replace") if log else "",
        key_name=_reviewer(),
    )


def _add(library: Library, submission: Submission, *, as_json: bool) -> None:
    try:
        proposal = submit(library, submission)
    except (InvalidRequest, Conflict) as error:
        if as_json:
            print_json({"error": {"code": error.code, "message": error.message, **error.details}})
        for each in error.details.get("errors", [{"path": "document", "message": error.message}]):
            print(one_line(f"{each['path']}: {each['message']}"), file=sys.stderr)
        sys.exit(BAD_ARTICLES)
    _print(proposal, f"{proposal.id} is {proposal.status}; fixbook proposals run", as_json=as_json)


def _run(library: Library, ids: list[str], places: str, *, as_json: bool) -> None:
    """Runs checks in the sandbox; without one, it fails, for nobody has read what they do."""
    options = VerifyOptions(environments=environments_named(places, library.settings.data_dir))
    done = list(run_proposals(library, choose_proposals(library, ids), options))
    if as_json:
        print_json({"proposals": [_ran(each) for each in done]})
    for each in () if as_json else done:
        print(f"{each.proposal.id} {one_line(each.proposal.slug)}: {each.proposal.status}")
        for line in (*each.results, *each.obstacles):
            print(f"    {one_line(str(line))}")
    sys.exit(BAD_ARTICLES if any(each.obstacles for each in done) else 0)


def _ran(done: ProposalRun) -> dict[str, Any]:
    return {
        "id": done.proposal.id,
        "status": done.proposal.status,
        "results": [result.as_dict() for result in done.results],
        "obstacles": list(done.obstacles),
    }


def _list(library: Library, *, every: bool, as_json: bool) -> None:
    with library.database.reading() as connection:
        found = rows.with_status(connection, [*ProposalStatus] if every else OPEN)
    if as_json:
        print_json({"proposals": [_description(each) for each in found]})
        return
    for each in found:
        name = one_line(f"{each.slug} ({each.lang}): {each.title}")
        print(f"{each.id}  {each.status:8}  {each.received_at[:16]}  {each.key_name}  {name}")
    if not found:
        print("there are no proposals")


def _show(library: Library, id_: str, *, as_json: bool) -> None:
    with library.reading() as reading:
        proposal = rows.find(reading.connection, id_)
        changes = review.difference(proposal, review.base_of(reading.connection, proposal))
    if as_json:
        print_json({**_description(proposal), "document": proposal.document, "difference": changes})
        return
    shown = proposal_object(proposal)
    print(one_line(f"{proposal.id}  {proposal.status}  by {proposal.key_name}"))
    print(one_line(f"{proposal.slug} ({proposal.lang}), {'a change' if changes else 'new'}"))
    for title, lines in (
        ("What stands against it", shown.obstacles),
        ("Notes", shown.notes),
        (
            "Receipts",
            [f"{r.check} ({r.environment}): {r.outcome}: {r.reason}" for r in shown.receipts],
        ),
    ):
        if lines:
            print(f"\n{title}:", *(f"  {one_line(line)}" for line in lines), sep="\n")
    if proposal.reason:
        print(f"\nRejected: {harmless(proposal.reason)}")
    print(f"\n{harmless(changes or proposal.document)}")


def _description(proposal: Proposal) -> dict[str, Any]:
    """What the API says of it but for the document, and who sent it."""
    shown: dict[str, Any] = to_builtins(proposal_object(proposal))
    del shown["document"]
    return {**shown, "by": proposal.key_name}


def _print(proposal: Proposal, message: str, *, as_json: bool) -> None:
    print_json(_description(proposal)) if as_json else print(message)


def _reviewer() -> str:
    """Who uses the command line, for the log of reviews."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):  # no such user, as in some containers
        return "command line"
