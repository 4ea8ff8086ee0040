"""Documents to propose: a good one, whose check comes to `fixed` in a sandbox within a second."""

from collections.abc import Sequence

from corpus.document.article import Status, VerificationRecord
from tests.factories import make_article, make_document, make_metadata, make_translation

TITLE = "cat cannot find the notes of a project"
ERROR = "cat: notes.txt: No such file or directory"
REPRODUCE = "cat notes.txt"
FIX = "printf 'first line\\n' > notes.txt"
CONFIRM = "grep -qx 'first line' notes.txt"
ROWS = (
    (ERROR, "The file was never written in this folder", "Write it: `printf '…' > notes.txt`"),
    ("cat: drafts: Is a directory", "A folder has the name", "List it with `ls drafts`"),
)
LEAD = """\
The program was told to read a file by a relative name, and the folder that it runs in has no such
file. Either somebody forgot to write it, or the program was started somewhere else. Look first
where you are with `pwd`, then what is there with `ls`, and write the file only if it is really
missing, for a second copy in the wrong folder makes the next search longer than this one was."""


def proposal_body(
    *,
    lead: str = LEAD,
    rows: Sequence[tuple[str, str, str]] = ROWS,
    reproduce: str = REPRODUCE,
    fix: str = FIX,
    confirm: str = CONFIRM,
    more: str = "",
) -> str:
    """The body of a document with one check, about the first row."""
    table = "\n".join(f"| `{error}` | {cause} | {solution} |" for error, cause, solution in rows)
    blocks = [
        f'```bash check=notes step=reproduce exit=1 error="{rows[0][0]}"\n{reproduce}\n```',
        f"```bash check=notes step=fix\n{fix}\n```",
        f"```bash check=notes step=confirm\n{confirm}\n```",
    ]
    head = "| Error | Cause | Solution |\n|---|---|---|"
    checks = "\n\n".join(blocks)
    return (
        f"{lead}\n\n{more}\n\n## Error table\n\n{head}\n{table}\n\n## Reproduce and fix\n\n{checks}"
    )


def proposed(
    *,
    title: str = TITLE,
    summary: str = "A file is missing in the folder that a program runs in: write it there.",
    slug: str = "cat-notes-missing",
    id_: str = "art_CatNotes0001",
    status: Status = Status.PENDING,
    confidence: int = 0,
    records: Sequence[VerificationRecord] = (),
    aliases: Sequence[str] = (),
    lang: str = "en",
    body: str = "",
) -> str:
    """A document that the gate lets through, unless something is wrong with what is given."""
    article = make_article(
        slug=slug,
        metadata=make_metadata(
            id=id_,
            keywords=("notes", "cat"),
            status=status,
            confidence=confidence,
            records=records,
            aliases=aliases,
        ),
        translations=[
            make_translation(lang=lang, title=title, summary=summary, body=body or proposal_body())
        ],
    )
    return make_document(article, lang=lang)
