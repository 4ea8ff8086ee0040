"""Signed receipts in `check`, `ingest`, `doctor` and bundles, with real keys."""

import json
from pathlib import Path

import pytest

from corpus.bundle.archive import write_bundle
from corpus.bundle.restore import restore
from corpus.checks.receipts import Receipt, write_receipts
from corpus.checks.trust import Level
from corpus.finding import HealthState
from corpus.library import Library
from corpus.store import articles
from corpus.store.migrations.upgrade import upgrade
from ingest.check import check, content_findings
from ingest.pipeline import IngestOptions, ingest
from ingest.prepare import READER_VERSION
from tests.bundles import Members, repacked, with_members
from tests.conftest import settings_in, write_files
from tests.corpus.checks.test_trust import ROW, make_pair, receipt
from tests.factories import make_document
from tests.keys import Key

RECEIPTS = "content/receipts/guide.json"
WORTHLESS = "1: warning: receipts that count for nothing"


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return Key(tmp_path, "ci")


def published(folder: Path, kept: Receipt, *keys: Key) -> Library:
    """A library with the article and its receipt, which trusts these keys."""
    article = make_pair()
    write_files(
        folder / "content",
        {f"guide.{lang}.md": make_document(article, lang=lang) for lang in article.languages},
    )
    write_receipts(folder / RECEIPTS, slug="guide", receipts=[kept])
    library = empty(folder, *keys)
    ingest(library, [folder / "content"], options=IngestOptions())
    return library


def empty(folder: Path, *keys: Key) -> Library:
    trusted = tuple(key.public for key in keys)
    library = Library(settings_in(folder, trusted_keys=trusted))
    upgrade(library.database)
    return library


def level(library: Library) -> Level:
    """The level of the row that the receipt is about."""
    with library.reading() as reading:
        ids = list(articles.fingerprints(reading.connection))
        [entry] = articles.load(reading.connection, ids)
    library.close()
    return entry.trust("en").of(ROW).level


def test_only_what_a_trusted_key_signed_is_executed(tmp_path: Path, key: Key) -> None:
    signed = key.signer.sign(receipt(), "guide")
    assert level(published(tmp_path / "signed", signed, key)) is Level.EXECUTED
    assert level(published(tmp_path / "unsigned", receipt(), key)) is Level.NONE
    assert level(published(tmp_path / "all", receipt())) is Level.EXECUTED


def test_a_revoked_key_takes_effect_with_the_next_ingest(tmp_path: Path, key: Key) -> None:
    signed = key.signer.sign(receipt(), "guide")
    published(tmp_path, signed, key).close()
    library = empty(tmp_path, Key(tmp_path, "next"))
    report = ingest(library, [tmp_path / "content"], options=IngestOptions())
    assert [problem.message for problem in report.problems] == [
        f"receipts that count for nothing, signed by a key that is not trusted, {key.id}: missing"
    ]
    assert (report.changed, report.good) == (1, True)
    assert level(library) is Level.NONE


def test_check_and_doctor_name_what_counts_for_nothing(tmp_path: Path, key: Key) -> None:
    edited = key.signer.sign(receipt(), "guide").model_copy(update={"error": "Other"})
    library = published(tmp_path, edited, key)
    library.close()
    content = tmp_path / "content"
    problems = check([content], default_lang="en", keys=key.keys)
    [problem] = [each for each in problems if "receipts" in str(each)]
    assert str(problem) == f"{tmp_path / RECEIPTS}:{WORTHLESS}, edited after it was signed: missing"
    [finding] = content_findings(library.settings)
    assert (finding.state, finding.message) == (
        HealthState.WARNING,
        f"{content} holds 1 articles with {len(problems)} warnings",
    )


def bundle_of(library: Library, file: Path) -> Path:
    write_bundle(library, file, url="https://fixes.example", reader_version=READER_VERSION)
    library.close()
    return file


def test_signatures_travel_in_a_bundle(tmp_path: Path, key: Key) -> None:
    signed = key.signer.sign(receipt(), "guide")
    bundle = bundle_of(published(tmp_path / "one", signed), tmp_path / "signed.fixbook")
    for other, expected in ((key, Level.EXECUTED), (Key(tmp_path, "other"), Level.NONE)):
        library = empty(tmp_path / other.id, other)
        restore(library, bundle, reader_version=READER_VERSION)
        assert level(library) is expected


def test_what_a_bundle_says_of_its_receipts_is_not_believed(tmp_path: Path, key: Key) -> None:
    def forge(found: Members) -> None:
        values = json.loads(found["articles.jsonl"])
        values["evidence"][0] |= {"objection": ""}
        for coverage in values["evidence"][0]["coverage"]:
            coverage["is_current"] = True
        text = json.dumps(values).encode() + b"\n"
        with_members(found, {"articles.jsonl": text})

    stale = receipt(vouches_for={"en": "sha256:older"})
    for name, kept, keys in (("stale", stale, ()), ("unsigned", receipt(), (key,))):
        bundle = bundle_of(published(tmp_path / name, kept), tmp_path / f"{name}.fixbook")
        library = empty(tmp_path / f"{name}-restored", *keys)
        restore(library, repacked(bundle, forge), reader_version=READER_VERSION)
        assert level(library) is not Level.EXECUTED


def test_check_names_the_parts_of_a_fix_that_are_not_needed(tmp_path: Path) -> None:
    part = "touch note.txt\ntrue"
    published(tmp_path, receipt().model_copy(update={"unneeded": (part,)})).close()
    problems = check([tmp_path / "content"], default_lang="en")
    [problem] = [each for each in problems if "check missing" in str(each)]
    text = (tmp_path / "content" / "guide.en.md").read_text()
    line = text[: text.index("```bash check=missing")].count("\n") + 1
    assert str(problem).removeprefix(f"{tmp_path}/content/") == (
        f"guide.en.md:{line}: warning: check missing: "
        "the fix works without this part of it: touch note.txt\\ntrue"
    )
