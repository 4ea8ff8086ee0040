"""What may be shown of settings and addresses: no password, and nobody's name in an address.

It is right for passwords that should have been percent-encoded and were not: whatever stands
before the last @ is hidden, rather too much than too little.
"""

import re

from pydantic import SecretStr

_NAMED = re.compile(r"(?i)([a-z]*password\s*=\s*)('[^']*'|[^&\s]*)")
"""In the query of an address, and in libpq's other form: host=a password=b."""
_BEFORE_HOST = re.compile(r"//.*@", re.DOTALL)
_NO_SCHEME = re.compile(r"^[^/]*:.*@", re.DOTALL)
_NO_HOST = re.compile(r"//(?!\*\*\*@)[^/?@\[\]]*:(?!\d+(?:[/?,]|$)).*", re.DOTALL)
"""A user and a password, and the host forgotten: what stands where a port should is none."""


def without_secrets(value: object) -> str:
    """A value of a setting as it may be shown."""
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(empty)"
    if isinstance(value, tuple):
        return ", ".join(map(without_secrets, value)) or "(empty)"
    shown = _NAMED.sub(r"\1***", str(value))
    if "://" in shown:
        shown = _NO_HOST.sub("//***", _BEFORE_HOST.sub("//***@", shown))
    else:
        shown = _NO_SCHEME.sub("***@", shown)
    return shown or "(empty)"
