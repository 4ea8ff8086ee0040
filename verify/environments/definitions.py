"""Definitions of environments: a Debian suite and its packages, in a small file of TOML."""

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import SettingsError

_SHIPPED = Path(__file__).parent
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,40}")
_WORD = r"^[a-z0-9][a-z0-9.+-]*$"


class EnvironmentDefinition(BaseModel):
    """What `mmdebstrap` is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str = Field(pattern=_WORD)
    packages: tuple[str, ...] = ()


def checked_name(name: str) -> str:
    """The name of an environment, which is a folder's too.

    Raises SettingsError for any other.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} is no name of an environment: it may hold a-z, 0-9 and . _ -, "
            "at most 41 characters"
        )
    return name


def shipped_definitions() -> list[str]:
    """The names that can be added without more."""
    return sorted(path.stem for path in _SHIPPED.glob("*.toml"))


def shipped_definition(name: str) -> Path:
    """The file that defines an environment.

    Raises SettingsError if none does.
    """
    path = _SHIPPED / f"{checked_name(name)}.toml"
    if not path.exists():
        known = ", ".join(shipped_definitions())
        raise SettingsError(f"no definition of {name!r}: name a source, or one of {known}")
    return path


def read_definition(path: Path) -> EnvironmentDefinition:
    """What a file defines.

    Raises SettingsError for a file that defines none.
    """
    try:
        values = tomllib.loads(path.read_text())
        definition = EnvironmentDefinition.model_validate(values)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise SettingsError(f"{path}: {place}: {first['msg']}") from None
    if wrong := [name for name in definition.packages if not re.match(_WORD, name)]:
        raise SettingsError(f"{path}: packages: {wrong[0]!r} is no name of a package")
    return definition
