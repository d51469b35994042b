"""All configuration, read once from LEADFLOW_* variables (and `.env`), checked and frozen.

Nothing else in the project reads them. Paths are relative to the working directory.
`docs/configuration.md` lists every field; a test compares.
"""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from leads.errors import InvalidInput, Problem
from scoring.pointer import MODEL_NAMES, is_model_name

PREFIX = "LEADFLOW_"
OFF = ("", "0", "false", "no", "off")


class Settings(BaseSettings):
    """What can be configured, with defaults that work on one machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",  # `.env` may also hold variables of other programs
        frozen=True,
        hide_input_in_errors=True,  # a mistyped key must not reach the screen or a log
    )

    var: Path = Field(
        default=Path("var"),
        description="Folder of everything the program writes by itself: champion pointers,"
        " bundles, the tracking database.",
    )
    mlflow_tracking_uri: str = Field(
        default_factory=lambda given: f"sqlite:///{(given['var'] / 'mlflow.db').as_posix()}",
        description="Where MLflow keeps runs and the registry: a database or a server's address.",
        min_length=1,
    )
    database_url: SecretStr = Field(
        default_factory=lambda given: SecretStr(
            f"sqlite:///{(given['var'] / 'leadflow.db').as_posix()}"
        ),
        description="Where leads are kept: an SQLite file, or postgresql://user:password@host/name.",
    )
    company_register: Path | None = Field(
        default=None,
        description="A table of companies (CSV, Parquet, XLSX) from which missing company"
        " background is filled in.",
    )
    playbook: Path | None = Field(
        default=None,
        description="A folder of rules to use in place of the packaged ones: `profile.toml`.",
    )
    model_name: str = Field(
        default="lead-scoring",
        description="The registered model that is trained, promoted and served.",
    )
    retrain_days: int = Field(
        default=0,
        description="The worker makes a new model of the store's leads when the newest is this many"
        " days old; the gate decides whether it serves. 0 is never.",
        ge=0,
        le=3_650,
    )
    api_key: SecretStr | None = Field(
        default=None,
        description="The operator's key, with all scopes, sent as `Authorization: Bearer ...`;"
        " optional once the store has keys.",
        min_length=8,
    )
    host: str = Field(
        default="127.0.0.1",
        description="The IP address the service listens on; loopback unless told otherwise.",
    )
    port: int = Field(default=3000, description="The port the service listens on.", ge=1, le=65_535)
    public_url: str = Field(
        default="http://127.0.0.1:3000",
        description="Where people outside reach the service: personal links and forms begin with"
        " it.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    )
    workers: int = Field(
        default=1, description="How many processes of the service answer requests.", ge=1, le=256
    )
    requests_per_minute: int = Field(
        default=60_000,
        description=(
            "How often one key may ask each process of the service, all at once or spread over"
            " the minute; 0 is no limit."
        ),
        ge=0,
    )
    log_format: Literal["auto", "json", "columns"] = Field(
        default="auto",
        description="JSON lines, or columns for people; auto takes columns on a terminal.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important log lines that are written."
    )

    @field_validator("host")
    @classmethod
    def _an_address(cls, host: str) -> str:
        try:
            return str(ip_address(host))
        except ValueError:  # BentoML binds addresses only, and would fail far from here
            message = "use an IP address: 127.0.0.1 for this machine only, 0.0.0.0 for everybody"
            raise ValueError(message) from None

    @field_validator("model_name")
    @classmethod
    def _usable(cls, name: str) -> str:
        if not is_model_name(name):
            raise ValueError(f"use {MODEL_NAMES}")
        return name


def load_settings(**given: Any) -> Settings:
    """The settings; `given` overrules the environment (any type: pydantic checks it).

    Raises InvalidInput naming each wrong variable, never its value.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = [_problem(details) for details in error.errors(include_input=False)]
        raise InvalidInput("the configuration is wrong", problems) from None


def is_debugging() -> bool:
    """Whether LEADFLOW_DEBUG asks for tracebacks; apart from Settings, which may be what fails."""
    return os.environ.get(f"{PREFIX}DEBUG", "").lower() not in OFF


def _problem(details: Any) -> Problem:
    """Any: pydantic's ErrorDetails, whose keys are its own affair."""
    name = PREFIX + "_".join(str(part) for part in details["loc"]).upper()
    told = details["msg"].removeprefix("Value error, ")
    return Problem(pointer=name, code=details["type"], detail=f"{name}: {told}")
