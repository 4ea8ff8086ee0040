"""Removes passwords from settings, and user names from URLs.

Passwords that should have been percent-encoded are removed too: everything before the last @ is
hidden, to be on the safe side.
"""

import re

from pydantic import SecretStr

_NAMED = re.compile(r"(?i)(?<![a-z])([a-z]*password\s*=\s*)('[^']*'|[^&\s]*)")
"""In the query of a URL, and in libpq's keyword form: host=a password=b."""
_NO_HOST = re.compile(r"//(?!\*\*\*@)[^/?@\[\]]*:(?!\d+(?:[/?,]|$)).*", re.DOTALL)
"""User and password without a host: what looks like the port is not one."""


def without_secrets(value: object) -> str:
    """The value of a setting, without secrets."""
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(empty)"
    if isinstance(value, tuple):
        return ", ".join(map(without_secrets, value)) or "(empty)"
    shown = _NAMED.sub(r"\1***", str(value))
    if "://" not in shown:
        return _without_start(shown) or "(empty)"
    return _NO_HOST.sub("//***", _without_user(shown))


def _without_user(address: str) -> str:
    """A URL without everything between `//` and the last `@`."""
    start, end = address.find("//"), address.rfind("@")
    return f"{address[:start]}//***{address[end:]}" if start + 1 < end else address


def _without_start(text: str) -> str:
    """A text that may be a URL without a scheme, without everything before the last `@`."""
    colon, end = text.partition("/")[0].find(":"), text.rfind("@")
    return f"***{text[end:]}" if 0 <= colon < end else text
