"""The settings: environment variables, validated at start-up."""

import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.checks.public_keys import PublicKeys, public_keys
from corpus.errors import SettingsError
from corpus.search.engines.opensearch.server import FORM, Server, is_address, read_server
from corpus.text.networks import read_networks
from corpus.text.rates import Rate, read_rate


class LogFormat(StrEnum):
    """The format of log lines."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The lowest severity that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class ProxyHeader(StrEnum):
    """The header in which trusted proxies forward the client's address. Only one is read, because
    proxies pass the other one on unchecked."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"


class Access(StrEnum):
    """Who may read."""

    PUBLIC = "public"
    KEYS = "keys"
    """Whoever has an API key."""


class Gaps(StrEnum):
    """Whether errors that were not found are counted."""

    OFF = "off"
    ON = "on"


def _public_url(value: str) -> str:
    if value and not re.fullmatch(r"https?://[\w.\-\[\]:]+(?:/[\w./\-]*)?", value):
        raise ValueError("an http:// or https:// address without query or fragment")
    return value.rstrip("/")


def _edit_url(value: str) -> str:
    if value and not (re.fullmatch(r"https?://[^\s\"'<>{}]+\{path\}[^\s\"'<>{}]*", value)):
        raise ValueError("an http:// or https:// address with {path}, the path of a document")
    return value


def _search_url(value: str) -> str:
    if value not in ("whoosh", "tantivy"):
        try:
            read_server(value)
        except SettingsError as error:
            raise ValueError(f"whoosh, tantivy or {FORM}") from error
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", value):
        raise ValueError("a language tag such as en or zh")
    return value


def _branch(value: str) -> str:
    if value and (not re.fullmatch(r"[\w.+@][\w.+@/\-]*", value) or ".." in value):
        raise ValueError("the name of a branch, such as main")
    return value


def _inside(value: str) -> str:
    if Path(value).is_absolute() or ".." in Path(value).parts:
        raise ValueError("the path of a folder inside the repository")
    return value


def _signers(value: Path | None) -> Path | None:
    if value is not None and not value.is_file():
        raise ValueError("an existing file of allowed signers, as ssh-keygen reads it")
    return value


def _switch(value: object) -> object:
    if isinstance(value, str):
        if value not in ("on", "off"):
            raise ValueError("on or off")
        return value == "on"
    return value


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    return value


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value != "*" and not re.fullmatch(r"https?://[\w.\-\[\]:]+", value):
            raise ValueError("origins such as https://app.example, comma separated, or *")
    return values


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"(\*\.)?[\w\-]+(\.[\w\-]+)*|\[[0-9a-fA-F:.]+\]", value):
            raise ValueError("host names such as docs.example or *.example, comma separated")
    return tuple(value.lower() for value in values)


def _readable(read: Callable[[Any], object]) -> AfterValidator:
    """Accepts what a function reads without a ValueError."""

    def check(value: Any) -> Any:
        read(value)
        return value

    return AfterValidator(check)


_Listed = BeforeValidator(_comma_separated)
Origins = Annotated[tuple[str, ...], NoDecode, _Listed, AfterValidator(_origins)]
Proxies = Annotated[tuple[str, ...], NoDecode, _Listed, _readable(read_networks)]
Hosts = Annotated[tuple[str, ...], NoDecode, _Listed, AfterValidator(_hosts)]
KeyFiles = Annotated[tuple[Path, ...], NoDecode, _Listed, _readable(public_keys)]
Limit = Annotated[str, _readable(read_rate)]


class Settings(BaseSettings):
    """The settings, each read from `FIXBOOK_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="FIXBOOK_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    content_dir: Path = Field(Path("content"), description="The folder of articles.")
    sync_repository: str = Field(
        "", repr=False, description="The content's git repository, from which `sync` fetches."
    )
    sync_branch: Annotated[str, AfterValidator(_branch)] = Field(
        "", description="Its branch; by default, the one that it checks out itself."
    )
    sync_folder: Annotated[str, AfterValidator(_inside)] = Field(
        ".", description="The folder of articles in it."
    )
    sync_signers: Annotated[Path | None, AfterValidator(_signers)] = Field(
        None, description="A file of allowed signers, of which one must have signed the commit."
    )
    data_dir: Path = Field(Path("data"), description="The folder of the database and the index.")
    database_url: str = Field(
        "", repr=False, description="SQLite in DATA_DIR, or postgresql://user@host/name."
    )
    database_read_url: str = Field(
        "", repr=False, description="A read replica of the PostgreSQL database."
    )
    database_pool: int = Field(
        8, ge=1, le=200, description="PostgreSQL connections of each serving process, at most."
    )
    search_url: Annotated[str, AfterValidator(_search_url)] = Field(
        "whoosh",
        repr=False,
        description="The search engine: whoosh or tantivy, in DATA_DIR, or opensearch://host/name.",
    )
    search_user: str = Field("", description="The OpenSearch user, if not in SEARCH_URL.")
    search_password: SecretStr = Field(SecretStr(""), description="The password of SEARCH_USER.")
    search_ca: Path | None = Field(None, description="CA certificates for OpenSearch.")
    search_shards: int = Field(
        1, ge=1, le=64, description="Primary shards of new OpenSearch indexes."
    )
    search_replicas: int = Field(
        1, ge=0, le=16, description="Replicas of each shard of an OpenSearch index."
    )
    search_timeout: float = Field(3.0, gt=0, le=60, description="Seconds to wait for OpenSearch.")
    vectors: Path | None = Field(
        None, description="A folder with a static model of word vectors, as Model2Vec saves it."
    )
    trusted_keys: KeyFiles = Field(
        (), description="Files of public keys, comma separated: only receipts they signed count."
    )
    receipt_age: int | None = Field(
        None, ge=1, le=3650, description="Days after which a receipt no longer counts."
    )
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        "", description="The public address; by default, that of each request."
    )
    edit_url: Annotated[str, AfterValidator(_edit_url)] = Field(
        "", description="Where a document is edited, as in https://host/edit/main/{path}."
    )
    default_lang: Annotated[str, AfterValidator(_language)] = Field(
        "en", description="The language of files that do not name one."
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="The number of serving processes.")
    access: Access = Field(
        Access.PUBLIC, description="Who may read: public, or keys: whoever has an API key."
    )
    gaps: Gaps = Field(
        Gaps.OFF,
        description="Whether the masked signatures of errors that were not found are counted: "
        "off or on.",
    )
    rate_limit: Limit = Field(
        "100/minute", description="Requests allowed per client, as in 100/minute, or off."
    )
    key_rate_limit: Limit = Field("1000/minute", description="Requests allowed per API key.")
    trusted_proxies: Proxies = Field(
        (), description="Addresses and networks of trusted proxies, comma separated."
    )
    proxy_header: ProxyHeader = Field(
        ProxyHeader.X_FORWARDED_FOR,
        description="Their header with the client's address: x-forwarded-for or forwarded.",
    )
    trusted_hosts: Hosts = Field(
        (), description="Accepted Host names, comma separated; others get 400."
    )
    cors_origins: Origins = Field((), description="Origins whose pages may read, comma separated.")
    otel: Annotated[bool, BeforeValidator(_switch)] = Field(
        False, description="on: spans and metrics go where the OTEL_ variables say; or off."
    )
    log_format: LogFormat = Field(LogFormat.TEXT, description="text or json.")
    log_level: LogLevel = Field(LogLevel.INFO, description="debug, info, warning or error.")

    @property
    def rate(self) -> Rate | None:
        """The rate limit of a client; None if there is none."""
        return read_rate(self.rate_limit)

    @property
    def key_rate(self) -> Rate | None:
        """The rate limit of an API key; None if clients without a key are not limited either."""
        return read_rate(self.key_rate_limit) if self.rate else None

    @property
    def public_keys(self) -> PublicKeys:
        """The keys of which one must have signed a receipt for it to count; none: any will do."""
        return public_keys(self.trusted_keys)

    @property
    def database(self) -> str:
        """The database URL, with its default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'fixbook.db'}"

    @property
    def search_server(self) -> Server | None:
        """The OpenSearch cluster that `search_url` names, if it names one."""
        if not is_address(self.search_url):
            return None
        named = read_server(self.search_url)
        return replace(
            named,
            user=named.user or self.search_user,
            password=named.password or self.search_password.get_secret_value(),
            ca=self.search_ca,
            shards=self.search_shards,
            replicas=self.search_replicas,
            timeout=self.search_timeout,
        )

    @property
    def address(self) -> str:
        """The address of the service, where there is no request to take it from."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def index_dir(self) -> Path:
        """The folder that holds one index folder per generation."""
        return self.data_dir / "index"


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` win over the environment.

    Raises SettingsError, which names the variable and its allowed values.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # checked by pydantic itself
    except ValidationError as error:
        complaints = (
            f"FIXBOOK_{str(problem['loc'][0]).upper()}: {_allowed_values(problem['msg'])}"
            for problem in error.errors()
        )
        raise SettingsError("; ".join(complaints)) from None


def _allowed_values(message: str) -> str:
    return (
        f"may be {message.removeprefix('Value error, ')}" if "Value error" in message else message
    )
