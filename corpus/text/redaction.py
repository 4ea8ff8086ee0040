"""What may be shown of settings and addresses: no password, and nobody's name in an address.

It is right for passwords that should have been percent-encoded and were not: whatever stands
before the last @ is hidden, rather too much than too little.
"""

import re

from pydantic import SecretStr

_NAMED = re.compile(r"(?i)(?<![a-z])([a-z]*password\s*=\s*)('[^']*'|[^&\s]*)")
"""In the query of an address, and in libpq's other form: host=a password=b."""
_NO_HOST = re.compile(r"//(?!\*\*\*@)[^/?@\[\]]*:(?!\d+(?:[/?,]|$)).*", re.DOTALL)
"""A user and a password, and the host forgotten: what stands where a port should is none."""


def without_secrets(value: object) -> str:
    """A value of a setting as it may be shown."""
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(empty)"
    if isinstance(value, tuple):
        return ", ".join(map(without_secrets, value)) or "(empty)"
    shown = _NAMED.sub(r"\1***", str(value))
    if "://" not in shown:
        return _without_start(shown) or "(empty)"
    return _NO_HOST.sub("//***", _without_user(shown))


def _without_user(address: str) -> str:
    """An address without what stands between `//` and the last `@`."""
    start, end = address.find("//"), address.rfind("@")
    return f"{address[:start]}//***{address[end:]}" if start + 1 < end else address


def _without_start(text: str) -> str:
    """What may be an address without a scheme, without all that stands before the last `@`."""
    colon, end = text.partition("/")[0].find(":"), text.rfind("@")
    return f"***{text[end:]}" if 0 <= colon < end else text
