"""Signed receipts: an in-toto test result about a receipt, in a DSSE envelope, by Ed25519.

The envelope travels inside its receipt, so it is wherever the receipt is. It names the article
and the check, and has the hash of everything that the receipt says.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from corpus.checks.evidence import SignatureRule
from corpus.checks.public_keys import PublicKeys
from corpus.checks.receipts import CheckOutcome, DsseEnvelope, EnvelopeSignature, Receipt

_PAYLOAD_TYPE = "application/vnd.in-toto+json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
_RESULTS: Mapping[CheckOutcome, tuple[str, str]] = {
    CheckOutcome.FIXED: ("PASSED", "passedTests"),
    CheckOutcome.NOT_FIXED: ("FAILED", "failedTests"),
    CheckOutcome.NOT_REPRODUCED: ("FAILED", "failedTests"),
}
_UNCLEAR = ("WARNED", "warnedTests")


class Signer:
    """A private key, and the receipts that are signed with it."""

    def __init__(self, file: Path) -> None:
        """Raises ValueError for a file that holds no Ed25519 private key, and OSError."""
        key = _private_key(file)
        self._key = key
        self._id = key_id(key.public_key().public_bytes_raw())

    def sign(self, receipt: Receipt, slug: str) -> Receipt:
        """A receipt of an article with its envelope. The same receipt gets the same one."""
        payload = _encode(_statement(receipt, slug))
        signature = EnvelopeSignature(
            keyid=self._id, sig=_base64(self._key.sign(_signature_input(payload)))
        )
        envelope = DsseEnvelope(
            payload_type=_PAYLOAD_TYPE, payload=_base64(payload), signatures=(signature,)
        )
        return receipt.model_copy(update={"envelope": envelope})


def _private_key(file: Path) -> Ed25519PrivateKey:
    with suppress(ValueError, TypeError, UnsupportedAlgorithm):
        key = load_pem_private_key(file.read_bytes(), password=None)
        if isinstance(key, Ed25519PrivateKey):
            return key
    raise ValueError(f"{file} holds no Ed25519 private key in PEM without a password")


def key_id(key: bytes) -> str:
    """What a public key is called."""
    return hashlib.sha256(key).hexdigest()[:16]


def signature_rule(keys: PublicKeys) -> SignatureRule:
    """What signatures say where these keys are trusted."""
    return partial(_objection, keys=keys)


def _objection(receipt: Receipt, slug: str, keys: PublicKeys) -> str:
    """Without keys anybody's receipts count, but none that was changed after it was signed."""
    if receipt.envelope is None:
        return "not signed" if keys else ""
    payload = _decode(receipt.envelope.payload)
    if keys and (against := _key_objection(receipt.envelope, payload, keys)):
        return against
    return _statement_objection(payload, receipt, slug)


def _key_objection(envelope: DsseEnvelope, payload: bytes, keys: PublicKeys) -> str:
    message = _signature_input(payload)
    for signature in envelope.signatures:
        if any(_verifies(key, _decode(signature.sig), message) for key in keys):
            return ""
    names = [signature.keyid for signature in envelope.signatures]
    if set(names) & set(map(key_id, keys)):
        return "its signature is forged"
    return f"signed by a key that is not trusted, {', '.join(names) or 'none'}"


def _statement_objection(payload: bytes, receipt: Receipt, slug: str) -> str:
    """What the statement says against its being about this receipt."""
    try:
        stated = json.loads(payload)
        [subject] = stated["subject"]
        kind, name, digest = stated["predicateType"], subject["name"], subject["digest"]["sha256"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return "signed with a statement that cannot be read"
    if kind != _TEST_RESULT:
        return "signed with a statement that is no test result"
    if name != _name(receipt, slug):
        return f"copied: it was signed for {name}"
    return "" if digest == _digest(receipt) else "edited after it was signed"


def _statement(receipt: Receipt, slug: str) -> dict[str, Any]:
    result, tests = _RESULTS.get(receipt.outcome, _UNCLEAR)
    return {
        "_type": _STATEMENT,
        "subject": [{"name": _name(receipt, slug), "digest": {"sha256": _digest(receipt)}}],
        "predicateType": _TEST_RESULT,
        "predicate": {
            "result": result,
            "configuration": [
                {"name": f"{slug}.{lang}", "digest": {"fixbookText": text.rpartition(":")[2]}}
                for lang, text in sorted(receipt.vouches_for.items())
            ],
            tests: [receipt.check],
        },
    }


def _name(receipt: Receipt, slug: str) -> str:
    return f"{slug}#{receipt.check}"


def _digest(receipt: Receipt) -> str:
    values = receipt.model_dump(by_alias=True, mode="json", exclude={"envelope"})
    return hashlib.sha256(_encode(_without_empty(values))).hexdigest()


def _without_empty(value: Any) -> Any:
    """Without what is empty, so that fields of later versions leave hashes as they are."""
    if isinstance(value, dict):
        kept = ((key, _without_empty(each)) for key, each in value.items())
        return {key: each for key, each in kept if each not in (None, "", [], {})}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _signature_input(payload: bytes) -> bytes:
    """What is signed: the pre-authentication encoding of DSSE."""
    kind = _PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _verifies(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _decode(text: str) -> bytes:
    """Nothing for what is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
