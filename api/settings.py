"""The settings: the only reader of the environment, one table of names, defaults and help."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest import N_, NOBODY, OFFICER, BanhaError, Viewer
from ingest.readers.opened import DEFAULT_LIMITS, MEGABYTE

Language = Literal["vi", "en"]
LogLevel = Literal["debug", "info", "warning", "error"]
PREFIX = "BANHA_"
LEXICAL_ONLY = "none"
DEFAULT_PORT = 8_080
LARGEST_FILE_MB = DEFAULT_LIMITS.max_bytes // MEGABYTE
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class BadSetting(BanhaError):
    """A variable of the environment holds something that cannot be used."""


class Settings(BaseSettings):
    """What can be set from outside; the fields are the table that README repeats."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    data: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("banha", appauthor=False),
        description="Folder of everything: database, derived indexes, converted model.",
    )
    model: str | None = Field(
        default=None,
        description="Folder of a sentence-transformers model; `none` works by words only.",
    )
    model_cache: Path | None = Field(
        default=None,
        description="Folder in which the embedded model is converted, to share it between data folders.",
    )
    keep_contacts: bool = Field(
        default=False,
        description="Whether phone numbers and e-mail addresses are stored instead of masked.",
    )
    lang: Language = Field(default="vi", description="Language of messages and pages: `vi` or `en`.")
    log_level: LogLevel = Field(
        default="warning", description="What is logged to standard error: debug, info, warning or error."
    )
    http_viewer: Literal["officer", "nobody"] | None = Field(
        default=None,
        description="For whom the web page answers, as long as there are no accounts: `officer` sees everything, "
        "`nobody` what is public.",
    )
    explore: bool = Field(
        default=False,
        description="Whether chance gives the last place of lists on the web page to one of the ten below.",
    )
    allowed_hosts: str = Field(
        default="",
        description="Names besides its addresses to which `banha serve` answers, with commas between them.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Address of the OpenID Connect provider by which people with an account may sign in.",
    )
    oidc_client_id: str | None = Field(default=None, description="What that provider calls this server.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret that the provider gave to this server."
    )
    oidc_name: str = Field(
        default="", description="What people call the provider; stands on the button to sign in. Else its host."
    )
    audit_anchor: Path | None = Field(
        default=None,
        description="File that anchors the audit log, best on another disk; else in the data folder.",
    )
    max_upload_mb: int = Field(
        default=LARGEST_FILE_MB,
        ge=1,
        le=LARGEST_FILE_MB,
        description="Largest file that the web page and the HTTP API take, in MB; at most what is read at all.",
    )

    public_url: str = Field(
        default="",
        description="Address under which people reach the server, for links in alerts; e-mails need it.",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="Server that sends e-mails: `smtps://`, `smtp://` (STARTTLS) or `smtp+plain://` (not encrypted), "
        "then `user:password@host:port`.",
    )
    mail_from: str = Field(default="", description="Sender of e-mails, as `Ba Nhà <bao-tin@so.vn>`.")
    mail_to: str = Field(default="", description="Address for alerts as long as there are no accounts.")
    webhook_hosts: str = Field(
        default="",
        description="Names of this computer or network to which webhooks may post, with commas between them.",
    )

    @property
    def model_folder(self) -> Path:
        """Where the embedded model is, or will be, converted."""
        return self.model_cache or self.data / "model"

    @property
    def host_names(self) -> frozenset[str]:
        """The allowed hosts, each in lower case."""
        return _split_hosts(self.allowed_hosts)

    @property
    def private_hosts(self) -> frozenset[str]:
        """The hosts that webhooks may reach though they are not public, each in lower case."""
        return _split_hosts(self.webhook_hosts)

    def viewer_at(self, host: str) -> Viewer:
        """For whom a server on this host answers. Whoever can reach a loopback address sits at the computer."""
        role = self.http_viewer or ("officer" if host in _LOOPBACK else "nobody")
        return OFFICER if role == "officer" else NOBODY


def _split_hosts(names: str) -> frozenset[str]:
    return frozenset(filter(None, (name.strip().rstrip(".").lower() for name in names.split(","))))


def read_settings(**chosen: Any) -> Settings:
    """The settings of the environment, overruled by those `chosen` (not None) on the command line.

    Raises BadSetting.
    """
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise BadSetting(
            N_("{variable} cannot be {value!r}; see the settings in README."),
            variable=PREFIX + name.upper(),
            value=first["input"],
        ) from error
