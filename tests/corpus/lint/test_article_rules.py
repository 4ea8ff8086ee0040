"""What articles in our own format keep to; other Markdown is not asked."""

from pathlib import Path

import pytest

from corpus.document.article import Article, QuestionAnswer
from ingest.check import check
from tests.conftest import write_files
from tests.factories import make_article, make_document, make_metadata, make_translation

ROW = "| `pump: E7` | The valve is shut | Open it: `pumpctl open 3` |"
LINKED = "\n\nFor boats see [the other](art_Other0000001)."


def body(*rows: str, before: str = "", after: str = "") -> str:
    table = "\n".join(["| Error | Cause | Solution |", "|---|---|---|", *rows])
    return f"{before}\n\n## Error table\n\n{table}{after}".strip()


def article(*rows: str, before: str = "", after: str = "", question: str = "") -> Article:
    questions = [QuestionAnswer(question=question, answer="Yes.")] if question else []
    text = body(*rows, before=before, after=after)
    return make_article(translations=[make_translation(body=text or "Text.", questions=questions)])


def other(*rows: str, after: str = "") -> Article:
    return make_article(
        slug="other",
        metadata=make_metadata(id="art_Other0000001"),
        translations=[make_translation(body=body(*rows, after=after))],
    )


def found(folder: Path, **files: str) -> list[str]:
    """The problems of documents, by the names of their files."""
    write_files(folder, {f"{name.replace('_', '.')}.md": text for name, text in files.items()})
    problems = check([folder], default_lang="en")
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]


def of_row(folder: Path, cause: str, solution: str) -> list[str]:
    lines = found(folder, a=make_document(article(f"| `pump: E7` | {cause} | {solution} |")))
    assert all(line.startswith("a.md:13: warning: the ") for line in lines)
    return [line.removeprefix("a.md:13: warning: the ") for line in lines]


@pytest.mark.parametrize(
    ("cause", "solution"),
    [
        ("The valve is shut", "Open the valve"),
        ("`valve` is shut", "Delete `.decode(…)`"),
        ("Nothing listens there", "`git pull --rebase`"),
        ("The same column appears twice", "Rename one of them"),
        ("阀门关着", "打开阀门"),
        ("A cat has the wire", "Make sure that npm scripts and go modules are there"),
        ("The branch is old", "Careful: `git reset --hard` discards your changes"),
        ("The folder has contents", "Careful, all of it goes: `rm -r build`"),
        ("It is full", "`git branch -d topic`, then `docker ps`"),
    ],
)
def test_rows_that_can_be_followed(tmp_path: Path, cause: str, solution: str) -> None:
    assert of_row(tmp_path, cause, solution) == []


@pytest.mark.parametrize(
    ("cause", "solution", "message"),
    [
        ("Shut", "Open the valve", "cause of 'pump: E7' is no clause: 'Shut'"),
        ("The valve is shut", "`GRANT`", "solution of 'pump: E7' is no clause: 'GRANT'"),
        ("The valve is shut", "—", "solution of 'pump: E7' is no clause: '—'"),
        ("被截", "打开阀门", "cause of 'pump: E7' is no clause: '被截'"),
        (
            "Node.js: the same",
            "Open the valve",
            "cause of 'pump: E7' needs another row to be understood: 'Node.js: the same'",
        ),
        (
            "The valve is shut",
            "Add the key as above",
            "solution of 'pump: E7' needs another row to be understood: 'Add the key as above'",
        ),
        (
            "阀门关着",
            "Node.js：同上",
            "solution of 'pump: E7' needs another row to be understood: 'Node.js：同上'",
        ),
        (
            "The valve is shut",
            "Run git pull and `git push`",
            "solution of 'pump: E7' has 'git pull' not in code style",
        ),
        (
            "The valve is shut",
            "Try it with --force",
            "solution of 'pump: E7' has '--force' not in code style",
        ),
        (
            "The row has children",
            "Delete them first, or `ON DELETE CASCADE`",
            (
                "solution of 'pump: E7' has 'ON DELETE CASCADE', which removes what refers to it as"
                " well; it has no warning"
            ),
        ),
        (
            "The branch is old",
            "`git push origin HEAD:main`",
            (
                "solution of 'pump: E7' has 'git push origin HEAD:main', which puts it on the main"
                " branch; it has no warning"
            ),
        ),
    ],
)
def test_rows_that_cannot(tmp_path: Path, cause: str, solution: str, message: str) -> None:
    assert of_row(tmp_path, cause, solution) == [message]


def test_the_fix_comes_before_line_40(tmp_path: Path) -> None:
    story = "Text.\n\n" * 20
    late = "a.md:40: warning: no fix before line 40"
    assert found(tmp_path, a=make_document(article(ROW, before=story))) == [late]
    fixed = f"{story[:70]}## How to fix it\n\nOpen it.\n\n{story}"
    assert found(tmp_path, a=make_document(article(ROW, before=fixed))) == []
    reproduced = fixed.replace("How to fix it", "Reproduce and fix")
    assert found(tmp_path, a=make_document(article(ROW, before=reproduced))) == [late]
    assert found(tmp_path, a=make_document(article(ROW, after=f"\n\n{story}"))) == []


def test_a_question_ends_with_a_question_mark(tmp_path: Path) -> None:
    assert found(tmp_path, a=make_document(article(ROW, question="Is it `E7`?"))) == []
    assert found(tmp_path, a=make_document(article(ROW, question="是 E7 吗？"))) == []
    assert found(tmp_path, a=make_document(article(ROW, question="It is E7."))) == [
        "a.md:17: warning: the question 'It is E7.' has no question mark"
    ]


def test_both_languages_have_the_same_rows(tmp_path: Path) -> None:
    two = "| `pump: E8` | The valve is open | Shut the valve |"
    english, chinese = make_document(article(ROW, two)), make_document(article(ROW, two))
    assert found(tmp_path, a=english, a_zh=chinese) == []
    assert found(tmp_path, a=english, a_zh=chinese.replace("E8", "E9")) == [
        "a.zh.md:1: warning: the row 'pump: E8' of the original is missing",
        "a.zh.md:14: warning: the original has no row 'pump: E9'",
    ]


def test_a_row_of_two_articles_says_which_is_for_what(tmp_path: Path) -> None:
    here = make_document(article(ROW, after="\n\nFor cars see [this](connection-refused)."))
    there = make_document(other(ROW))
    assert found(tmp_path, here=here, there=there) == [
        "here.md:13: warning: other has the row 'pump: E7' too, and no link says which is for what",
        (
            "there.md:13: warning: connection-refused has the row 'pump: E7' too, and no link says"
            " which is for what"
        ),
    ]
    here = make_document(article(ROW, after=LINKED))
    there = make_document(other(ROW, after="\n\nFor cars see [this](art_PortClosed01)."))
    assert found(tmp_path, here=here, there=there) == []


def test_related_articles_are_there(tmp_path: Path) -> None:
    made = make_article(metadata=make_metadata(related_ids=["art_Nowhere00001"]))
    assert found(tmp_path, a=make_document(made)) == [
        "a.md:1: warning: the related article 'art_Nowhere00001' is not there"
    ]


def test_other_markdown_is_not_asked(tmp_path: Path) -> None:
    table = body("| `pump: E7` | Shut | `rm -r build` |", before="Text.\n\n" * 20)
    assert found(tmp_path, a=f"# A\n\n{table}\n") == []
