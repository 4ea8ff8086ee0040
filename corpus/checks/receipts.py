"""Receipts: what happened when a check ran.

The receipts of an article are one small JSON file beside the content, committed and
reviewed like code: sorted, one value a line, a newline at the end. There is one receipt
for each check and environment. A receipt is about the text whose hash it names; for
any other text it is stale.
"""

import json
from collections.abc import Iterable, Sequence, Sized
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.signatures.signature_parser import signature_of
from corpus.errors import DocumentError

RECEIPTS = "receipts"
"""The folder of receipts below a folder of articles."""

RUNNER = 4
"""The version of how checks are run and judged. Raise it when outcomes can differ."""
SAME_OUTPUT = "[as before]"
"""Stands for an output that an earlier step of the receipt had."""


class CheckOutcome(StrEnum):
    """What running a check came to."""

    FIXED = "fixed"
    """The error appeared, went away with the fix and stayed without it, every time."""
    NOT_FIXED = "not fixed"
    """The error appeared, and the fix did not do what it claims."""
    NOT_REPRODUCED = "not reproduced"
    """The error never appeared."""
    FLAKY = "flaky"
    """Not every repetition came to the same."""
    INCONCLUSIVE = "inconclusive"
    """It ran, and what happened tells nothing about the fix."""
    STAGED = "staged"
    """It went as it should, but the message came from the check itself."""
    VACUOUS = "vacuous"
    """The confirmation holds without the fix, or whatever the fixed program does."""
    UNVERIFIABLE = "unverifiable"
    """It could not run here."""


class RunKind(StrEnum):
    """The ways in which a check runs."""

    RED = "red"
    CONTROL = "control"
    GREEN = "green"
    EMPTY = "empty"
    """With the fix, and nothing left in the author's programs."""


_Line = Annotated[str, AfterValidator(lambda text: text.replace("\0", "\ufffd"))]
"""What becomes a column of its own: PostgreSQL's texts hold no NUL."""
_Number = Annotated[int, Field(ge=-(2**31), lt=2**31)]
_Seconds = Annotated[float, Field(allow_inf_nan=False)]
"""JSON knows no infinity, and PostgreSQL no other JSON."""


def _is_empty(value: Sized) -> bool:
    """Of what is written only where there is any, so that older receipts stay as they are."""
    return not value


class _Record(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, populate_by_name=True
    )


class StepRecord(_Record):
    """One step of a run."""

    step: str
    exit_status: _Number | None = None
    """None where the step did not end by itself."""
    seconds: _Seconds
    limit: str | None = None
    """What ended it: time, memory, files, output, answer or shell, see `isolation.session`."""
    output: str = ""
    """What it printed, values masked, shortened; `SAME_OUTPUT` for what stands before it."""


class RunRecord(_Record):
    """One run in a sandbox of its own; `times` is how many went exactly like it."""

    kind: RunKind
    times: _Number
    steps: tuple[StepRecord, ...]


class Environment(_Record):
    """Where it ran, and the programs that the steps executed, with their versions."""

    name: _Line | None = None
    """That of a root file system made for it; None on a machine as it is."""
    os: str
    kernel: str
    architecture: str
    runtimes: dict[str, str] = {}


class Isolation(_Record):
    """What kept the runs from the machine, as it really was."""

    sandbox: str
    """`bubblewrap 0.8.0`, or `none`."""
    network: str
    user: str
    files: str
    limits: str


class ObservedError(_Record):
    """An error line that red runs printed, masked: a signature that is certain."""

    template: _Line
    codes: tuple[_Line, ...] = ()
    line: _Line = ""
    """The line as it was printed, masked only where it differs from run to run."""
    program: Annotated[_Line, Field(exclude_if=_is_empty)] = ""
    """The program that wrote it first, as the kernel knows it; "" where that was not seen."""


class EnvelopeSignature(_Record):
    """A signature, in base64, and the name of the key that made it."""

    keyid: str = ""
    sig: str


class DsseEnvelope(_Record):
    """A signed statement about a receipt: a DSSE envelope as any tool for them reads it."""

    payload_type: str
    payload: str
    """The statement, in base64."""
    signatures: tuple[EnvelopeSignature, ...] = ()


class Receipt(_Record):
    """What running one check came to, where, when, and for which text."""

    check: _Line
    error: str
    outcome: CheckOutcome
    reason: str
    edited: tuple[_Line, ...] = ()
    """The author's own programs that the fix edits."""
    diffs: Annotated[dict[str, _Line], Field(exclude_if=_is_empty)] = {}
    """How it edits them, as a unified diff of some lines each."""
    unneeded: Annotated[tuple[_Line, ...], Field(exclude_if=_is_empty)] = ()
    """Parts of a fix that works without which it works all the same."""
    vouches_for: dict[str, str]
    """For each language of the article the hash of the text that this is about."""
    observed: tuple[ObservedError, ...] = ()
    repetitions: _Number
    runs: tuple[RunRecord, ...] = ()
    environment: Environment
    isolation: Isolation
    ran_at: _Line
    """ISO 8601, UTC."""
    runner: _Number = RUNNER
    envelope: DsseEnvelope | None = None
    """Who says so, see `envelopes`; None if nobody signed it."""

    @property
    def place(self) -> str:
        """The environment by its name, or the system of a machine as it is."""
        return self.environment.name or self.environment.os

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the other receipts of the article."""
        return self.check, self.place

    def is_about(self, lang: str, fingerprint: str) -> bool:
        """Whether it is about the text of a language with that hash (`Check.fingerprint`)."""
        return self.vouches_for.get(lang) == fingerprint

    def says_the_same(self, other: "Receipt") -> bool:
        """Whether another run came to the same; times, kernel and wording of the output aside.

        Of programs the versions are compared that both have: which of them a step gets to execute
        while it waits for another is chance.
        """
        mine, theirs = self.environment.runtimes, other.environment.runtimes
        common = mine.keys() & theirs.keys()
        same_programs = all(mine[name] == theirs[name] for name in common)
        return same_programs and _essence(self) == _essence(other)


def _essence(receipt: Receipt) -> dict[str, object]:
    """What a receipt says. The kernel is left out: another one with the same outcome is no news."""
    essence = receipt.model_dump(
        exclude={
            "ran_at": True,
            "runs": True,
            "environment": {"kernel", "runtimes"},
            "envelope": True,
        }
    )
    essence["diffs"] = sorted(receipt.diffs)  # what a fix writes may have a date in it
    essence["observed"] = list(map(_masked_line, receipt.observed))
    essence["runs"] = [
        (run.kind, run.times, [(step.step, step.exit_status, step.limit) for step in run.steps])
        for run in receipt.runs
    ]
    return essence


def _masked_line(seen: ObservedError) -> tuple[str, Sequence[str], str]:
    """The line but for its values, by this version of the masker, which made neither receipt, and
    the program that wrote it."""
    found = signature_of(log_parser.message_of(seen.line)) if seen.line else None
    shown = found or seen
    return shown.template, shown.codes, seen.program


class ReceiptFile(_Record):
    """The receipts of one article."""

    article: str
    """Its slug: a file that was copied from another article says so."""
    receipts: Annotated[tuple[Receipt, ...], Field(default=())]


def receipt_path(folder: Path, slug: str) -> Path:
    """Where the receipts of an article are, below the folder of all receipts."""
    return folder / f"{slug}.json"


def read_receipts(path: Path) -> tuple[Receipt, ...]:
    """The receipts of a file; none where there is no file, or it is another article's.

    Raises DocumentError for a file that holds something else, and OSError.
    """
    try:
        found = read_file(path.read_bytes())
    except FileNotFoundError:
        return ()
    return found.receipts if receipt_path(path.parent, found.article) == path else ()


def read_file(text: bytes) -> ReceiptFile:
    """What the text of a file holds.

    Raises DocumentError for a text that holds something else.
    """
    try:
        return ReceiptFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise DocumentError(f"not a receipt file: {place}: {first['msg']}") from None


def write_receipts(path: Path, *, slug: str, receipts: Iterable[Receipt]) -> bool:
    """Writes the receipts of an article, if that changes the file. Says whether it did.

    Without receipts there is no file.
    """
    ordered = tuple(sorted(receipts, key=lambda receipt: receipt.key))
    if not ordered:
        existed = path.exists()
        path.unlink(missing_ok=True)
        return existed
    values = ReceiptFile(article=slug, receipts=ordered).model_dump(
        by_alias=True, mode="json", exclude_none=True
    )
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    if path.exists() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(text.encode())
    draft.replace(path)
    return True
