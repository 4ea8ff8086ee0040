"""Real keys that sign receipts."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from corpus.checks.envelopes import Signer, key_id
from corpus.checks.public_keys import public_keys


class Key:
    """A pair of keys, in two files."""

    def __init__(self, folder: Path, name: str) -> None:
        key = Ed25519PrivateKey.generate()
        self.private, self.public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
        pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.private.write_bytes(key.private_bytes(*pem))
        told = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.public.write_bytes(told)
        self.signer = Signer(self.private)
        self.keys = public_keys((self.public,))
        self.id = key_id(self.keys[0])
