"""The public keys whose receipts are trusted, as files of PEM hold them.

Read without `cryptography`, so that no command that verifies nothing has to load it.
"""

import base64
import binascii
import re
from pathlib import Path

_PEM = re.compile(r"-----BEGIN (?P<label>[A-Z ]+)-----(?P<text>[^-]*)-----END (?P=label)-----")
_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""How the DER of an Ed25519 public key begins (RFC 8410); its 32 bytes follow."""

PublicKeys = tuple[bytes, ...]
"""The 32 bytes of each Ed25519 key."""


def public_keys(files: tuple[Path, ...]) -> PublicKeys:
    """The keys in the files, each once. Raises ValueError for a file that holds something else."""
    return tuple(dict.fromkeys(key for file in files for key in _keys(file)))


def _keys(file: Path) -> list[bytes]:
    try:
        found = [*_PEM.finditer(file.read_text("ascii"))]
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"files of Ed25519 public keys in PEM; {file}: {error}") from None
    if not found:
        raise ValueError(f"files of Ed25519 public keys in PEM; {file} holds none")
    return [_key(match, file) for match in found]


def _key(match: re.Match[str], file: Path) -> bytes:
    try:
        der = base64.b64decode("".join(match["text"].split()), validate=True)
    except binascii.Error:
        der = b""
    if match["label"] != "PUBLIC KEY" or der[:-32] != _ED25519:
        shown = match["label"].lower()
        raise ValueError(f"files of Ed25519 public keys in PEM; {file} holds another {shown}")
    return der[-32:]
