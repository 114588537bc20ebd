"""Settings, all from the environment, read once at the start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from noctis_gateway.storage import Bucket, Storage, Tree, storage_at

REPOSITORY = Path(__file__).resolve().parents[3]
"""Where the defaults of the paths begin: the gateway runs from its place in the repository."""


class SettingsError(Exception):
    """A setting that is missing or wrong, with what to do about it."""


def _names(value: object) -> object:
    if not isinstance(value, str):
        return value
    return frozenset(name.strip().lower().rstrip(".") for name in value.split(",") if name.strip())


def _place(value: object) -> object:
    return Path(value).resolve() if isinstance(value, str | Path) else value


def _storage(value: object) -> object:
    return storage_at(value) if isinstance(value, str | Path) else value


def _pairs(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if not all(left.strip() and right.strip() for left, _, right in pairs):
        raise ValueError("must be TITLE=FACILITY,TITLE=FACILITY")
    return {left.strip().upper(): right.strip().upper() for left, _, right in pairs}


def _origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    origins = frozenset(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
    if not all(re.fullmatch(r"https?://[^/\s*]+", origin) for origin in origins):
        raise ValueError("must be origins such as https://noctis-pro.com, by comma")
    return origins


Names = Annotated[frozenset[str], NoDecode, BeforeValidator(_names)]
Origins = Annotated[frozenset[str], NoDecode, BeforeValidator(_origins)]
Pairs = Annotated[dict[str, str], NoDecode, BeforeValidator(_pairs)]
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
Place = Annotated[Path, BeforeValidator(_place)]
Stored = Annotated[Storage, BeforeValidator(_storage)]


class Settings(BaseSettings):
    """What one gateway runs with. The alias of a field is its variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    token: SecretStr = Field(alias="NOCTIS_FASTAPI_TOKEN")
    """The first service token: full scope."""
    storage: Stored = Field(Tree(REPOSITORY / "media/dicom/received"), alias="NOCTIS_STORAGE")
    """The receiver's storage: a folder, or an object store by its URL; event paths are relative to it."""
    database: Place = Field(REPOSITORY / "media/gateway/index.sqlite", alias="NOCTIS_GATEWAY_DATABASE")
    """The SQLite file of the index, where there is no `database_url`."""
    database_url: SecretStr | None = Field(None, alias="DATABASE_URL")
    """Another database for the index: `postgresql://user:password@host/name`."""
    receiver: Literal["none", "child", "systemd"] = Field("none", alias="NOCTIS_RECEIVER")
    """Who runs the receiver that `/control` steers: nobody here, this gateway, or systemd."""
    receiver_program: str = Field("noctis-dicom-rx", alias="NOCTIS_RECEIVER_PROGRAM")
    receiver_config: Place | None = Field(None, alias="NOCTIS_RECEIVER_CONFIG")
    """The receiver's TOML file."""
    receiver_unit: Annotated[str, Field(pattern=r"^[A-Za-z0-9@._-]+\.service$")] = Field(
        "noctis-pro-dicom-rust.service", alias="NOCTIS_RECEIVER_UNIT"
    )
    receiver_status_url: Address | None = Field(None, alias="NOCTIS_RECEIVER_STATUS_URL")
    """The receiver's status page: `http://127.0.0.1:11180`."""
    dbus_address: str | None = Field(None, alias="NOCTIS_DBUS_ADDRESS")
    """Another bus than the system's."""
    wasm_root: Place = Field(REPOSITORY / "static/wasm", alias="NOCTIS_WASM_ROOT")
    """The folder that holds one folder for each built version of the npm package."""
    page_root: Place = Field(REPOSITORY / "examples/viewer", alias="NOCTIS_PAGE_ROOT")
    """The folder of the example page."""
    tokens_file: Place | None = Field(None, alias="NOCTIS_TOKENS_FILE")
    """More service tokens, as hashes; read again when it changes."""
    read_access: Literal["closed", "loopback", "open"] = Field("closed", alias="NOCTIS_READ_ACCESS")
    """Who may read without a token or session: nobody, clients on this machine, or everyone."""
    rate_per_s: Annotated[float, Field(gt=0, le=1e6)] = Field(300.0, alias="NOCTIS_RATE_PER_S")
    """Reads a second of each token, session or address; ten times as many at once."""
    facilities: Pairs = Field({}, alias="NOCTIS_FACILITIES")
    """Calling AE titles and the facilities that they belong to; a title without one is a facility of its own."""
    session_url: Address | None = Field(None, alias="NOCTIS_SESSION_URL")
    """Where Django says whose a session is."""
    session_cookie: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")] = Field(
        "sessionid", alias="NOCTIS_SESSION_COOKIE"
    )
    session_ttl_s: Annotated[float, Field(ge=0, le=3600)] = Field(30.0, alias="NOCTIS_SESSION_TTL_S")
    """How long Django's word about a session holds."""
    django_url: Address | None = Field(None, alias="NOCTIS_DJANGO_URL")
    """Where events are forwarded to: `http://127.0.0.1:8001/api/dicom/ingest`."""
    django_secret: SecretStr | None = Field(None, alias="NOCTIS_DJANGO_SECRET")
    """Key of the signatures of what is sent to Django."""
    django_api_key: SecretStr | None = Field(None, alias="NOCTIS_DJANGO_API_KEY")
    """Service API key that goes with it."""
    cors_origins: Origins = Field(frozenset(), alias="NOCTIS_CORS_ORIGINS")
    """Origins of other pages that may read, such as `https://noctis-pro.com`."""
    allowed_hosts: Names = Field(frozenset(), alias="NOCTIS_ALLOWED_HOSTS")
    """Names, besides localhost and IP addresses, by which this gateway may be addressed."""
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+$")] | None = Field(None, alias="NOCTIS_PUBLIC_URL")
    """Where clients reach the gateway, for the addresses in DICOMweb answers; else as each request says."""
    accel_redirect: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_-]+)+$")] | None = Field(
        None, alias="NOCTIS_ACCEL_REDIRECT"
    )
    """An internal location of nginx over the storage root, to which whole objects are handed over."""
    keep_events_days: Annotated[float, Field(ge=0, le=36500)] = Field(90.0, alias="NOCTIS_KEEP_EVENTS_DAYS")
    """How long events are remembered after they came; 0: for ever."""
    keep_dead_letters_days: Annotated[float, Field(ge=0, le=36500)] = Field(
        365.0, alias="NOCTIS_KEEP_DEAD_LETTERS_DAYS"
    )
    """How long dead letters wait for a decision; 0: for ever."""
    header_processes: Annotated[int, Field(ge=1, le=64)] = Field(2, alias="NOCTIS_HEADER_PROCESSES")
    """Processes that read DICOM headers."""
    heartbeat_s: Annotated[float, Field(ge=0.1, le=3600)] = Field(15.0, alias="NOCTIS_HEARTBEAT_S")
    """Seconds of silence after which an event stream carries a comment."""

    @field_validator("token")
    @classmethod
    def _is_given(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("is empty")
        return SecretStr(value.get_secret_value().strip())

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"postgres(ql)?(\+psycopg)?://", value.get_secret_value()):
            raise ValueError("must begin with postgresql://; for SQLite leave it out and set NOCTIS_GATEWAY_DATABASE")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `from_env` hands over, so that a test needs no change of the process's own environment."""
        return (init_settings,)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; raises `SettingsError` when one is missing or wrong. An empty one is not set."""
        names = [str(field.alias) for field in cls.model_fields.values()]
        given = {name: environ[name] for name in names if environ.get(name, "").strip()}
        if "NOCTIS_FASTAPI_TOKEN" not in given:
            raise SettingsError(
                "NOCTIS_FASTAPI_TOKEN is not set. Give the gateway and the receiver the same secret, for example "
                'export NOCTIS_FASTAPI_TOKEN="$(openssl rand -hex 32)"'
            )
        try:
            settings = cls.model_validate(given)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            texts = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems]
            raise SettingsError("; ".join(texts)) from None
        if (settings.session_url or settings.django_url) and not settings.django_secret:
            raise SettingsError("NOCTIS_DJANGO_SECRET is not set: what is sent to Django is signed with it")
        if settings.accel_redirect and isinstance(settings.storage, Bucket):
            raise SettingsError("NOCTIS_ACCEL_REDIRECT hands over files: it cannot be used with an object store")
        return settings

    def facility(self, calling_aet: str) -> str:
        """Whose objects come from this title."""
        title = calling_aet.strip().upper()
        return self.facilities.get(title, title)
