"""Settings, read only here at the edge: ``SALEX_*`` in the environment, ``salex.toml``, defaults.

Inner rooms take plain arguments and never read the environment.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from corpus.catalogue.copies import read_alone
from corpus.catalogue.failpoints import VARIABLE as FAIL_AT
from corpus.documents.authorities import ORGANISATIONS_FILE, use_organisations
from corpus.errors import EvidenceError
from corpus.taxonomy import DEFAULT_FILE
from index.vectors.profile import PACKAGED_MULTILINGUAL

SETTINGS_FILE: Final = "salex.toml"
"""Read from the working folder if it is there."""
PREFIX: Final = "SALEX_"
_REACHED_AT: Final = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
"""The local address of a server that listens on all addresses."""


class SettingsInvalid(EvidenceError):
    """A setting is unknown or has a value that cannot be used."""


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


def _mail_address(value: str) -> str:
    name, address = parseaddr(value)
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", address) or formataddr((name, address)) != value:
        raise ValueError("must be an address such as e@example.org or Evidence <e@example.org>")
    return value


def _networks(value: str) -> str:
    for part in value.split(","):
        try:
            ipaddress.ip_network(part.strip() if value != "*" else "::/0")
        except ValueError as error:
            raise ValueError(
                f"must be addresses or networks with commas between: {error}"
            ) from None
    return value


class Settings(BaseSettings):
    """Every setting of the program.

    Attributes:
        data_folder: where the catalogue, the originals and the index are kept.
        model: a sentence-transformers model by name or folder; ``None`` uses the packaged one.
        multilingual_model: the second encoder, for stages and for questions not in English:
            ``use-multilingual-v3`` is the packaged one; otherwise a sentence-transformers model by
            name or folder, or empty for none.
        precision: of the packaged model; ``auto`` multiplies bytes where the processor does so
            exactly (VNNI) and is float32 elsewhere; ``bfloat16`` runs it on sentence-transformers.
        taxonomy_file: the network's vocabularies.
        organisations_file: the names of organisations as the network writes them.
        look_file: the network's colours and logo; ``None`` keeps the usual ones.
        host: the address the server listens on; ``127.0.0.1`` is reachable from this machine only.
        port: the TCP port the server listens on.
        base_url: the public address of the server, for absolute links; ``None`` keeps links
            relative to the server.
        read_only: take no changes: the data folder is a copy that ``salex copy`` keeps up to date.
        write_url: the address of the server that takes changes, named to those who send some.
        anonymous_reading: whether people who are not signed in may read; writing always needs a
            role.
        sign_in_minutes: how long a one-time link works.
        session_days: how long people stay signed in.
        contact: a mail or web address shown to readers and sent to the sites documents come from.
        demand: count searches that find little, without a person, an address or a time of day.
        demand_days: how many days such counts are kept.
        access_log: write a line for each request to standard error, without the query string.
        check_minutes: how often a running server checks that the catalogue's file is sound.
        workers: how many processes answer requests.
        requests_at_once: how many readers' requests are answered at the same time, by all
            processes together; ``None`` is one for each processor, in each process at least 2 and
            at most 8.
        requests_waiting: how many requests of one sort may wait for their turn, in all processes
            together; the next one is refused with 503.
        requests_per_minute: how many requests without a key one network address may send; 0 is no
            limit.
        key_requests_per_minute: how many requests one API key may send; 0 is no limit.
        mail_from: the address that e-mail is sent from; ``None`` sends none.
        smtp_host: the mail server that takes e-mail.
        smtp_port: its TCP port.
        smtp_security: how the connection is encrypted; ``none`` is for a server on this machine.
        smtp_user: who signs in there; ``None`` does not sign in.
        smtp_password: with what.
        plugins: the distributions whose extractors, exporters and encoders may run.
        engine: where the passages are: in files on this machine, or in Qdrant.
        engine_url: the address of Qdrant.
        engine_key: the key that it wants to see; ``None`` for none.
        engine_key_file: a file with that key, instead.
        engine_timeout_s: how long a search waits for it before keywords alone answer.
        engine_collection: what the collections of this repository are named after there.
        engine_exact: whether it compares every vector, instead of following a graph.
        trusted_proxies: addresses or networks, with commas between them, whose X-Forwarded-For
            names the client; ``*`` trusts everyone.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=SETTINGS_FILE, extra="forbid", frozen=True
    )

    data_folder: Path = Path("data")
    model: str | None = None
    multilingual_model: str = PACKAGED_MULTILINGUAL
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    taxonomy_file: Path = DEFAULT_FILE
    organisations_file: Path = ORGANISATIONS_FILE
    look_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    base_url: Annotated[str, AfterValidator(_web_address)] | None = None
    read_only: bool = False
    write_url: Annotated[str, AfterValidator(_web_address)] | None = None
    contact: str | None = None
    anonymous_reading: bool = True
    sign_in_minutes: int = Field(default=30, ge=1, le=24 * 60)
    session_days: int = Field(default=14, ge=1, le=90)
    demand: bool = True
    demand_days: int = Field(default=365, ge=1, le=3650)
    access_log: bool = False
    check_minutes: int = Field(default=60, ge=1, le=7 * 24 * 60)
    workers: int = Field(default=1, ge=1, le=16)
    requests_at_once: int | None = Field(default=None, ge=1, le=16)
    requests_waiting: int = Field(default=1000, ge=1, le=10_000)
    requests_per_minute: int = Field(default=600, ge=0, le=1_000_000)
    key_requests_per_minute: int = Field(default=600, ge=0, le=1_000_000)
    mail_from: Annotated[str, AfterValidator(_mail_address)] | None = None
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    plugins: tuple[str, ...] = ()
    engine: Literal["local", "qdrant"] = "local"
    engine_url: Annotated[str, AfterValidator(_web_address)] = "http://127.0.0.1:6333"
    engine_key: SecretStr | None = None
    engine_key_file: Path | None = None
    engine_timeout_s: int = Field(default=5, ge=1, le=300)
    engine_collection: str = Field(default="salex", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    engine_exact: bool = False
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = "127.0.0.1,::1"

    @property
    def server_address(self) -> str:
        """Return the address at which people reach the server, for links sent to them."""
        return self.base_url or address_of(self.host, self.port)

    @property
    def catalogue_path(self) -> Path:
        """Return the SQLite file of the catalogue."""
        return self.data_folder / "catalogue.sqlite"

    @property
    def originals_folder(self) -> Path:
        """Return the folder of the original files."""
        return self.data_folder / "originals"

    @property
    def index_folder(self) -> Path:
        """Return the folder of the derived files."""
        return self.data_folder / "index"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources of settings, strongest first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def address_of(host: str, port: int) -> str:
    """Return a server's web address; if it listens on all addresses, the local one."""
    reached = _REACHED_AT.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def load_settings() -> Settings:
    """Read the settings from the environment and from ``salex.toml`` in the working folder.

    Raises:
        SettingsInvalid: it names each invalid setting and how to write it.
    """
    settings = _read(Settings)
    unknown = _unknown_variables(os.environ)
    if unknown:
        raise _invalid(_no_setting(name, PREFIX) for name in unknown)
    use_organisations(settings.organisations_file)
    read_alone(settings.catalogue_path, on=settings.read_only)
    return settings


def load_settings_of(path: Path) -> Settings:
    """Read the settings from another file than that in the working folder; paths stay as written.

    Raises:
        SettingsInvalid: it names each invalid setting and how to write it.
    """

    class There(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    return _read(There)


def _read(settings: type[Settings]) -> Settings:
    try:
        return settings()
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(f"{SETTINGS_FILE} is not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid(f"{SETTINGS_FILE} is not UTF-8: {error}") from error
    except ValidationError as error:
        raise _invalid(_fault(dict(e)) for e in error.errors()) from error


def _invalid(faults: Iterable[str]) -> SettingsInvalid:
    return SettingsInvalid(
        f"The settings cannot be used: {'; '.join(faults)}. Correct {SETTINGS_FILE} or the "
        f"{PREFIX}... environment variables."
    )


def _fault(error: dict[str, object]) -> str:
    location = error["loc"]
    name = ".".join(str(part) for part in location) if isinstance(location, tuple) else ""
    if error["type"] == "extra_forbidden":
        return _no_setting(name)
    return f"{name}: {error['msg']}"


def _unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return variables that look like settings but are not; case is ignored, as for settings."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {FAIL_AT}
    names = (name for name in environment if name.upper().startswith(PREFIX))
    return sorted(name for name in names if name.upper() not in known)


def _no_setting(name: str, prefix: str = "") -> str:
    """Say that there is no such setting, and name the nearest one or all of them."""
    near = difflib.get_close_matches(name.lower().removeprefix(prefix.lower()), _names(), 1)
    known = [prefix + (n.upper() if prefix else n) for n in near or _names()]
    return f"there is no setting {name!r}; " + (
        f"did you mean {known[0]!r}" if near else f"there are {', '.join(known)}"
    )


def _names() -> list[str]:
    return list(Settings.model_fields)
