"""Settings: read from `settings.toml`, overridden by the environment, checked before anything starts.

The environment overrides one value at a time, with the prefix `LDN_` and two underscores between the section
and the name: `LDN_PUBLIC__PORT=8080`. `LDN_SETTINGS` names another settings file.
"""

from __future__ import annotations

import os
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import limits
from limits.storage import storage_from_string
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as EnvironmentUnreadable
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from gateway.handoff.week import opening_hours
from gateway.settings_errors import SettingsError, explain, explain_unknown_environment, read_toml

ENVIRONMENT_PREFIX = "LDN_"
DEFAULT_FILE = Path("settings.toml")


def _rate(text: str) -> str:
    try:
        limits.parse_many(text)
    except ValueError:
        raise ValueError('is not a rate: write something like "20/minute"') from None
    return text


def _origin(text: str) -> str:
    scheme, _, authority = text.partition("://")
    if scheme not in ("http", "https") or not authority or "/" in authority or "*" in authority:
        raise ValueError(
            'is not an origin: write something like "https://www.example.ca", with no path and no *'
        )
    return text.lower()


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError(
            'is not an address or a network: write something like "10.0.0.5" or "10.0.0.0/24"'
        ) from None
    return text


def _bot_url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError('is not a web address: write something like "http://127.0.0.1:5005"')
    return text.rstrip("/")


def _email(text: str) -> str:
    name, _, domain = text.partition("@")
    if not name or "." not in domain or any(character.isspace() for character in text):
        raise ValueError('is not an email address: write something like "info@example.ca"')
    return text


def _email_or_empty(text: str) -> str:
    return _email(text) if text else ""


def _one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("is not a name: write one line of plain text")
    return text.strip()


def _https(text: str) -> str:
    parts = urlsplit(text)
    plain = text.isprintable() and " " not in text and "@" not in parts.netloc
    if text and not (plain and parts.scheme == "https" and parts.hostname):
        raise ValueError(
            'is not a safe address: leave it empty, or write something like "https://example.ca/book"'
        )
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError('is not a time zone: write something like "America/Toronto"') from None
    return text


def _day(text: str) -> str:
    opening_hours(text)
    return text


def _database(text: str) -> str:
    try:
        if text:
            make_url(text).get_dialect().import_dbapi()
    except (SQLAlchemyError, ImportError):
        raise ValueError(
            "is not a database address that can be used here: leave it empty, or write something like "
            '"postgresql+psycopg://name@host/journal" with that driver installed'
        ) from None
    return text


def _limits_store(text: str) -> str:
    try:
        known = text.startswith("async+") and storage_from_string(text)
    except Exception:  # the library and each of its stores raise their own
        known = False
    if not known:
        raise ValueError('is not a store that can be used here: write "async+memory://"')
    return text


Rate = Annotated[str, AfterValidator(_rate)]
Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Day = Annotated[str, AfterValidator(_day)]
Province = Literal["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]


class Section(BaseModel):
    """One section of the settings file; a name that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Listener(Section):
    """An address that this process listens on."""

    host: str
    port: Port


class Public(Listener):
    host: str = "127.0.0.1"
    port: Port = 8000


class Private(Listener):
    host: str = "127.0.0.1"
    port: Port = 8001


class Bot(Section):
    """Where the bot is, and how long it may take."""

    url: Annotated[str, AfterValidator(_bot_url)] = "http://127.0.0.1:5005"
    answer_seconds: Seconds = 8
    late_seconds: Seconds = 60
    ready_seconds: Seconds = 3
    erase_seconds: Seconds = 2
    connections: Annotated[int, Field(ge=1, le=10_000)] = 64


class JournalSettings(Section):
    """Where the record is kept. An empty `url` means an SQLite file in the data folder."""

    url: Annotated[str, AfterValidator(_database)] = ""
    busy_seconds: Seconds = 5
    card_seconds: Seconds = 1
    dead_seconds: Annotated[float, Field(ge=1, le=3600)] = 10
    threads: Annotated[int, Field(ge=1, le=64)] = 8


class Sessions(Section):
    """How long a conversation's token lives, and what signs it."""

    absolute_hours: Annotated[float, Field(gt=0, le=24 * 30)] = 24
    idle_minutes: Annotated[float, Field(gt=0, le=60 * 24 * 30)] = 60
    secret: SecretStr = SecretStr("")


class Limits(Section):
    """How much one conversation and one address may ask."""

    store: Annotated[str, AfterValidator(_limits_store)] = "async+memory://"
    messages_per_conversation: Rate = "20/minute"
    messages_per_address: Rate = "120/minute"
    sessions_per_address: Rate = "60/hour"
    other_calls_per_address: Rate = "240/minute"
    waiting_per_conversation: Annotated[int, Field(ge=1, le=10_000)] = 100
    text_characters: Annotated[int, Field(ge=1, le=15_000)] = 1000


class Origins(Section):
    """Websites, other than our own pages, whose pages may use the chat API."""

    allowed: tuple[Origin, ...] = ()


class Proxies(Section):
    """Proxies whose `X-Forwarded-For` is believed."""

    trusted: tuple[Network, ...] = ()


class Retention(Section):
    """How long a conversation is kept after its last message. An unsaved one is never kept."""

    chat_days: Annotated[float, Field(gt=0, le=36_500)] = 30
    request_days: Annotated[float, Field(gt=0, le=36_500)] = 365
    tombstone_days: Annotated[float, Field(gt=0, le=36_500)] = 365
    sweep_seconds: Seconds = 60


class Week(Section):
    """Opening hours by weekday, such as "9:00-12:00, 13:00-17:00". An empty day is closed."""

    monday: Day = ""
    tuesday: Day = ""
    wednesday: Day = ""
    thursday: Day = ""
    friday: Day = ""
    saturday: Day = ""
    sunday: Day = ""


class Clinic(Section):
    """What the gateway's own words and mails say about the clinic, and when it is open."""

    name: Annotated[str, AfterValidator(_one_line)] = "Bello Wellness"
    email: Annotated[str, AfterValidator(_email)] = "info@bellowellness.ca"
    booking_url: Annotated[str, AfterValidator(_https)] = ""
    zone: Annotated[str, AfterValidator(_zone)] = "America/Toronto"
    province: Province = "ON"
    closed_on: tuple[date, ...] = ()
    hours: Week = Week()


class Smtp(Section):
    """The relay that mails leave by. Without a host they are written to a folder and wait."""

    host: str = ""
    port: Port = 587
    user: str = ""
    password: SecretStr = SecretStr("")
    tls: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(_email_or_empty)] = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    retry_seconds: Annotated[float, Field(gt=0, le=3600)] = 30
    give_up_days: Annotated[float, Field(gt=0, le=30)] = 5

    @field_validator("tls")
    @classmethod
    def _no_password_in_the_clear(cls, tls: str, others: ValidationInfo) -> str:
        if tls == "none" and others.data.get("user"):
            raise ValueError('would show the password to all: write "starttls" or "tls", or empty smtp.user')
        return tls


class ConsoleSettings(Section):
    """How long staff stay signed in, and what a trial of training examples runs with and measures on."""

    session_hours: Annotated[float, Field(gt=0, le=24 * 7)] = 12
    idle_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 60
    bot_python: Path = Path(".venv-bot/bin/python")
    held_out: Annotated[tuple[Path, ...], Field(min_length=1)] = (
        Path("tests/held_out/first.jsonl"),
        Path("tests/held_out/fresh.jsonl"),
        Path("tests/held_out/third.jsonl"),
    )


class Log(Section):
    """How much is logged; never any text of a visitor's."""

    level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"


class Settings(BaseSettings):
    """Everything that can be set, by section."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_folder: Path = Path("var")
    instance: str = ""
    public: Public = Public()
    private: Private = Private()
    bot: Bot = Bot()
    journal: JournalSettings = JournalSettings()
    sessions: Sessions = Sessions()
    limits: Limits = Limits()
    origins: Origins = Origins()
    proxies: Proxies = Proxies()
    retention: Retention = Retention()
    clinic: Clinic = Clinic()
    smtp: Smtp = Smtp()
    console: ConsoleSettings = ConsoleSettings()
    log: Log = Log()

    @property
    def journal_url(self) -> str:
        """The journal's database, as SQLAlchemy writes it."""
        return self.journal.url or f"sqlite:///{self.data_folder.absolute() / 'journal.sqlite3'}"

    @property
    def instance_name(self) -> str:
        """This gateway's name among gateways on one journal; the same again after a restart."""
        if self.instance:
            return self.instance
        return f"{os.uname().nodename}:{self.public.host}:{self.public.port}"

    @property
    def mail_sender(self) -> str:
        """The address that mails come from."""
        return self.smtp.sender or self.clinic.email

    @property
    def mail_folder(self) -> Path:
        """Where mails wait as files while no relay is set."""
        return self.data_folder / "mail"


def load_settings(file: Path | None = None) -> Settings:
    """The settings of `file` (or `LDN_SETTINGS`, or `settings.toml`) with the environment's on top.

    Raises SettingsError, whose text is one line: the place, what is wrong, and what to write.
    """
    path = file or Path(os.environ.get("LDN_SETTINGS") or DEFAULT_FILE)
    if not path.is_file():
        raise SettingsError(
            f"{path}: there is no such settings file; run from the repository or set LDN_SETTINGS"
        )
    written = read_toml(path)
    unknown = explain_unknown_environment(Settings, ENVIRONMENT_PREFIX)
    if unknown:
        raise SettingsError(unknown)

    class FromFile(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path))

    try:
        return FromFile()
    except ValidationError as wrong:
        raise SettingsError(explain(wrong, path, written, ENVIRONMENT_PREFIX)) from None
    except EnvironmentUnreadable:  # the environment holds something else where a list is wanted
        raise SettingsError(
            f'environment {ENVIRONMENT_PREFIX}...: a list cannot be read; write it as ["a", "b"]'
        ) from None
