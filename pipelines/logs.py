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

# fmt: off
PERSONAL_WORDS = frozenset({
    "email", "mail", "emails", "phone", "phones", "mobile", "telephone", "tel", "fax", "wechat",
    "whatsapp", "linkedin", "surname", "firstname", "lastname", "fullname", "birthday",
    "birthdate", "passport", "ssn",
})
PERSONAL_KEYS = frozenset({
    "name", "e_mail", "first_name", "last_name", "full_name", "given_name", "family_name",
    "middle_name", "display_name", "contact", "contact_name", "person_name", "address",
    "street", "street_address", "ip", "ip_address",
})
CHINESE = (
    "姓名", "名字", "邮箱", "邮件", "电话", "手机", "微信", "地址", "联系人", "身份证",
)
# fmt: on
ADDRESS = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+\.[^\s@<>\"'(),;:=]+")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


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


def is_personal(key: object) -> bool:
    """Whether a field of this name would hold a person's data (in English or Chinese).

    `work_email`, `mobilePhone` and `email_address` would, `email_clicks` would not.
    """
    words = [word.lower() for word in WORD.findall(str(key))]
    what = words[:-1] if words[-1:] in (["address"], ["number"]) else words
    return (
        "_".join(words) in PERSONAL_KEYS
        or not PERSONAL_WORDS.isdisjoint(what[-1:])
        or any(chinese in str(key) for chinese in CHINESE)
    )


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
