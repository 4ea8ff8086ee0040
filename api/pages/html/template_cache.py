"""Compiled templates, kept beside the templates as Python keeps compiled modules.

To compile them takes a quarter of the start of a server, and of each of its workers.
"""

import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from os import getpid
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache


class TemplateCache(BytecodeCache):
    """A file for each template. Where none can be written, templates are compiled at each start.

    `options` is what the compiled form depends on besides the template.
    """

    def __init__(self, folder: Path, options: bytes) -> None:
        self._folder = folder
        self._options = sha256(jinja2.__version__.encode() + options).hexdigest()[:16]

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        """The file for a template."""
        return f"{cache_from_source(str(self._folder / name))}.{self._options}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Reads the file, if it is there and of the same template."""
        with suppress(OSError), Path(bucket.key).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Writes the file."""
        if sys.dont_write_bytecode:
            return
        file = Path(bucket.key)
        new = file.with_name(f"{file.name}.{getpid()}")
        with suppress(OSError):
            file.parent.mkdir(exist_ok=True)
            new.write_bytes(bucket.bytecode_to_string())
            new.replace(file)
