"""Selection: which checks to run."""

import shutil
import subprocess
from pathlib import Path

import pytest

from corpus.checks.checks import read_checks
from corpus.checks.receipts import Receipt
from corpus.errors import SettingsError
from tests.factories import make_article, make_receipt, make_translation
from tests.verify.bodies import MISSING, make_body
from verify.selection import CheckShare, Selection, changed_articles

BODY = make_body()
ARTICLE = make_article(slug="guide", translations=[make_translation(body=BODY)])
[CHECK] = read_checks(BODY).good


def receipt(**values: object) -> Receipt:
    known = {"error": MISSING, "vouches_for": {"en": CHECK.fingerprint(BODY)}, **values}
    return make_receipt(**known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "due"),
    [
        (None, True),
        (receipt(), False),
        (receipt(vouches_for={"en": "sha256:older"}), True),
        (receipt(vouches_for={"en": CHECK.fingerprint(BODY), "zh": "sha256:gone"}), True),
        (receipt(runner=1), True),
        (receipt(sandbox="none"), True),
        (receipt(ran_at="2025-06-01T00:00:00Z"), True),
    ],
)
def test_what_is_due(known: Receipt | None, due: bool) -> None:
    assert Selection(due=True, max_age=365).has(ARTICLE, CHECK, known) is due
    assert Selection().has(ARTICLE, CHECK, known)


def test_a_translation_that_states_another_fix_is_not_due() -> None:
    body = make_body(solution="`touch settings`")
    [check] = read_checks(body).good
    known = receipt(vouches_for={"en": check.fingerprint(body)})
    for fix, due in (("mkdir settings", False), ("touch settings", True)):
        translated = make_translation(lang="zh", body=make_body(solution=f"`{fix}`"))
        article = make_article(slug="guide", translations=[make_translation(body=body), translated])
        assert Selection(due=True).has(article, check, known) is due


def test_shares_are_all_of_it_and_each_check_is_in_one() -> None:
    shares = [CheckShare(number, 3) for number in (1, 2, 3)]
    names = [f"check-{number}" for number in range(60)]
    sizes = [sum(share.has("guide", name) for name in names) for share in shares]
    assert sum(sizes) == 60
    assert min(sizes) > 10


def test_what_changed_is_run_whatever_the_share() -> None:
    others = [CheckShare(n, 3) for n in (1, 2, 3) if not CheckShare(n, 3).has("guide", "example")]
    share = others[0]
    assert not Selection(share=share).has(ARTICLE, CHECK, None)
    assert not Selection(share=share, changed=frozenset({"other"})).has(ARTICLE, CHECK, None)
    assert Selection(share=share, changed=frozenset({"guide"})).has(ARTICLE, CHECK, None)
    assert Selection(changed=frozenset({"guide"})).has(ARTICLE, CHECK, None)
    assert not Selection(changed=frozenset()).has(ARTICLE, CHECK, None)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_articles_changed_by_document_or_receipt(tmp_path: Path) -> None:
    content = tmp_path / "content"
    (content / "receipts").mkdir(parents=True)
    names = ["a.md", "a.zh.md", "b.md", "a-b.md", "c.md", "receipts/c.json", "d.md"]
    for name in names:
        (content / name).write_text("old")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    for name in ("a.zh.md", "receipts/c.json"):
        (content / name).write_text("new")
    git(tmp_path, "commit", "-qam", "second")
    (content / "d.md").write_text("not committed")
    slugs = ["a", "b", "a-b", "c", "d"]
    assert changed_articles(slugs, content, "HEAD~1") == {"a", "c", "d"}
    assert changed_articles(slugs, content, "HEAD") == {"d"}
    with pytest.raises(SettingsError, match="--changed-since nowhere: "):
        changed_articles(slugs, content, "nowhere")
