"""Logging: one line an event, JSON for machines or columns for people, nothing personal.

log = structlog.get_logger()
log.info("leads_scored", n_leads=12, model_version="7")
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from leads.personal import is_personal

ADDRESS = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+\.[^\s@<>\"'(),;:=]+")


def configure_logging(
    *,
    format: Literal["auto", "json", "columns"] = "auto",  # noqa: A002 - the word for it
    level: Literal["debug", "info", "warning", "error"] = "info",
    stream: TextIO | None = None,
) -> None:
    """Set structlog up for this process; lines go to `stream`, by default standard error."""
    stream = stream or sys.stderr
    in_columns = format == "columns" or (format == "auto" and stream.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_rendering(in_columns=in_columns, colors=stream.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def drop_personal(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Leave out fields that are named like personal data, and mask e-mail addresses in texts."""
    return {key: _cleaned(value) for key, value in event.items() if not is_personal(key)}


def _rendering(*, in_columns: bool, colors: bool) -> list[Processor]:
    """Exceptions become text first, because that text may hold personal data too."""
    plain = structlog.dev.plain_traceback  # the richer one prints local variables
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)
        if in_columns
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return [structlog.processors.format_exc_info, drop_personal, renderer]


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return ADDRESS.sub("[e-mail]", value)
    if isinstance(value, Mapping):
        return {key: _cleaned(inner) for key, inner in value.items() if not is_personal(key)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_cleaned(inner) for inner in value]
    return value
