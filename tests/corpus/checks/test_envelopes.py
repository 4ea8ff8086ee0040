"""Signed receipts, with real keys: what counts, and how what does not is named."""

import base64
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from corpus.checks.envelopes import Signer, signature_rule
from corpus.checks.evidence import evidence_of
from corpus.checks.explanation import entry_explanation
from corpus.checks.public_keys import PublicKeys, public_keys
from corpus.checks.receipts import (
    CheckOutcome,
    DsseEnvelope,
    EnvelopeSignature,
    Receipt,
    read_receipts,
    write_receipts,
)
from corpus.checks.trust import EntryTrust, Level
from tests.corpus.checks.test_trust import OTHER, ROW, make_pair, receipt
from tests.factories import make_entry
from tests.keys import Key


@pytest.fixture
def ours(tmp_path: Path) -> Key:
    return Key(tmp_path, "ours")


@pytest.fixture
def theirs(tmp_path: Path) -> Key:
    return Key(tmp_path, "theirs")


def row(kept: Receipt, keys: PublicKeys, anchor: str = ROW) -> EntryTrust:
    """What is known of the row that a receipt is about."""
    article = make_pair()
    evidence = evidence_of([kept], article, signatures=signature_rule(keys))
    return replace(make_entry(article), evidence=evidence).trust("en").of(anchor)


def objection(kept: Receipt, keys: PublicKeys) -> str:
    return evidence_of([kept], make_pair(), signatures=signature_rule(keys))[0].objection


def test_a_signed_receipt_counts(ours: Key) -> None:
    signed = ours.signer.sign(receipt(), "guide")
    assert row(signed, ours.keys).level is Level.EXECUTED
    assert row(signed, ()).level is Level.EXECUTED


def test_what_is_not_signed_counts_only_where_no_keys_are_trusted(ours: Key) -> None:
    assert row(receipt(), ()).level is Level.EXECUTED
    unsigned = row(receipt(), ours.keys)
    assert unsigned.level is Level.NONE
    assert entry_explanation(unsigned, "en") == (
        "Nobody states that this was verified, and no run shows it. "
        "The receipt of the check missing counts for nothing: not signed."
    )
    assert entry_explanation(unsigned, "zh") == (
        "没有人声明经过验证，也没有运行结果。检查 missing 的结果不予采信：not signed。"
    )
    assert "counts for nothing" not in entry_explanation(row(receipt(), ours.keys, OTHER), "en")


def test_one_of_the_keys_is_enough_and_a_revoked_one_is_not(ours: Key, theirs: Key) -> None:
    signed = ours.signer.sign(receipt(), "guide")
    assert objection(signed, (*theirs.keys, *ours.keys)) == ""
    assert objection(signed, theirs.keys) == f"signed by a key that is not trusted, {ours.id}"


def test_a_forged_signature_is_named(ours: Key, theirs: Key) -> None:
    signed = theirs.signer.sign(receipt(), "guide").envelope
    assert signed is not None
    claimed = EnvelopeSignature(keyid=ours.id, sig=signed.signatures[0].sig)
    forged = signed.model_copy(update={"signatures": (claimed,)})
    kept = receipt().model_copy(update={"envelope": forged})
    assert objection(kept, ours.keys) == "its signature is forged"


EDITS = {
    "outcome": (receipt(CheckOutcome.NOT_FIXED), {"outcome": CheckOutcome.FIXED}),
    "system": (receipt(), {"environment": receipt(os="Debian 13").environment}),
    "text": (receipt(vouches_for={"en": "sha256:aa"}), {"vouches_for": receipt().vouches_for}),
    "time": (receipt(), {"ran_at": "2026-11-23T14:00:00Z"}),
    "runs": (receipt(), {"runs": receipt().runs[:2]}),
    "file edited": (receipt(), {"edited": ("app.py",)}),
}


@pytest.mark.parametrize(("honest", "edit"), EDITS.values(), ids=EDITS)
def test_an_edited_receipt_counts_for_nothing(
    honest: Receipt, edit: dict[str, object], ours: Key
) -> None:
    edited = ours.signer.sign(honest, "guide").model_copy(update=edit)
    assert objection(edited, ours.keys) == "edited after it was signed"
    assert objection(edited, ()) == "edited after it was signed"
    assert row(edited, ours.keys).level is Level.NONE


def test_a_receipt_that_was_copied_counts_for_nothing(ours: Key) -> None:
    of_another = ours.signer.sign(receipt(), "another")
    assert objection(of_another, ours.keys) == "copied: it was signed for another#missing"
    other = ours.signer.sign(receipt().model_copy(update={"check": "other"}), "guide")
    renamed = other.model_copy(update={"check": "missing"})
    assert objection(renamed, ours.keys) == "copied: it was signed for guide#other"
    assert objection(renamed, ()) == "copied: it was signed for guide#other"
    lent = receipt().model_copy(update={"envelope": other.envelope})
    assert objection(lent, ours.keys) == "copied: it was signed for guide#other"


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ("", "signed with a statement that cannot be read"),
        ("W10=", "signed with a statement that cannot be read"),
        ("no base64", "signed with a statement that cannot be read"),
    ],
)
def test_a_statement_that_is_none(payload: str, why: str, ours: Key) -> None:
    envelope = DsseEnvelope(payload_type="text/plain", payload=payload)
    kept = receipt().model_copy(update={"envelope": envelope})
    assert objection(kept, ()) == why
    assert objection(kept, ours.keys) == "signed by a key that is not trusted, none"


def test_the_envelope_is_one_that_other_tools_verify(ours: Key, tmp_path: Path) -> None:
    envelope = ours.signer.sign(receipt(), "guide").envelope
    assert envelope is not None
    payload = base64.b64decode(envelope.payload)
    statement = json.loads(payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert statement["subject"][0]["name"] == "guide#missing"
    assert statement["predicate"]["result"] == "PASSED"
    assert statement["predicate"]["passedTests"] == ["missing"]
    assert [each["name"] for each in statement["predicate"]["configuration"]] == [
        "guide.en",
        "guide.zh",
    ]
    kind = b"application/vnd.in-toto+json"
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    signature.write_bytes(base64.b64decode(envelope.signatures[0].sig))
    verify = [
        "/usr/bin/openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-rawin",
        "-inkey",
        str(ours.public),
    ]
    subprocess.run([*verify, "-sigfile", str(signature), "-in", str(message)], check=True)


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (CheckOutcome.FIXED, {"result": "PASSED", "passedTests": ["missing"]}),
        (CheckOutcome.NOT_FIXED, {"result": "FAILED", "failedTests": ["missing"]}),
        (CheckOutcome.NOT_REPRODUCED, {"result": "FAILED", "failedTests": ["missing"]}),
        (CheckOutcome.FLAKY, {"result": "WARNED", "warnedTests": ["missing"]}),
    ],
)
def test_the_result_is_the_outcome(
    outcome: CheckOutcome, result: dict[str, object], ours: Key
) -> None:
    envelope = ours.signer.sign(receipt(outcome), "guide").envelope
    assert envelope is not None
    predicate = json.loads(base64.b64decode(envelope.payload))["predicate"]
    del predicate["configuration"]
    assert predicate == result


def test_a_signature_survives_the_file_and_signing_again_changes_nothing(
    ours: Key, tmp_path: Path
) -> None:
    signed = ours.signer.sign(receipt(), "guide")
    write_receipts(tmp_path / "guide.json", slug="guide", receipts=[signed])
    [kept] = read_receipts(tmp_path / "guide.json")
    assert kept == signed
    assert objection(kept, ours.keys) == ""
    assert ours.signer.sign(kept, "guide") == kept


def test_a_file_may_hold_several_keys(ours: Key, theirs: Key) -> None:
    theirs.public.write_bytes(ours.public.read_bytes() + theirs.public.read_bytes())
    assert public_keys((theirs.public, ours.public)) == (*ours.keys, *theirs.keys)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "holds none"),
        (b"ssh-ed25519 AAAA", "holds none"),
        (b"\xff", "can't decode"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "another public key"),
        (b"-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----", "another public key"),
    ],
)
def test_a_file_without_a_public_key(content: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=f"Ed25519 public keys in PEM; .*{why}"):
        public_keys((file,))


def test_a_private_key_is_no_public_key(ours: Key) -> None:
    with pytest.raises(ValueError, match="holds another private key"):
        public_keys((ours.private,))
    with pytest.raises(ValueError, match="No such file"):
        public_keys((ours.private.with_name("none"),))


def test_only_an_ed25519_private_key_signs(ours: Key, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pem"
    pem = (Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    locked.write_bytes(Ed25519PrivateKey.generate().private_bytes(*pem))
    for file in (locked, ours.public):
        with pytest.raises(ValueError, match="holds no Ed25519 private key in PEM"):
            Signer(file)
