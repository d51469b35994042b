"""Showing hosted forms, and taking in what they were answered with.

Looking at a form writes nothing. An answer is in the store before anybody is thanked for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl

import structlog
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from leads.errors import InvalidInput, NotFound, Unavailable
from leads.ids import new_id
from leads.messages import messages
from leads.score import Locale
from pipelines.campaigns.answers import Posted, carried, is_too_quick, read_post
from pipelines.campaigns.submitting import FormShut, Shown, find_form, submit
from serving.doors import Answer, Call
from serving.errors import Refusal
from serving.pages.forms import done_page, form_page, notice_page

OFTEN = "30/minute"
"""Answers from one address to each process: a hall full of people at the door shares one."""
MOST_ASKED = 100
"""Parameters in an address; mailings and trackers add theirs to ours."""
STATUS = {"closed": 410, "planned": 404}

log = structlog.get_logger()


async def show(call: Call) -> Answer:
    """The empty form."""
    sent = _asked(call.query)
    locale = locale_of(sent.get("lang"), call.headers)
    fresh = Posted(values={}, locale=locale, submission=new_id(at=call.now), **carried(sent))
    shown = await _found(call, fresh)
    if isinstance(shown, Answer):
        return shown
    if shown.shut:
        return _shut(locale, shown.shut)
    return form_page(shown, fresh)


async def take(call: Call) -> Answer:
    """Take an answered form in, then lead on to the thanks; shown again when something is wrong."""
    sent = {name: values[-1] for name, values in call.form().items()}
    locale = locale_of(sent.get("lang"), call.headers)
    plain = Posted(values={}, locale=locale, **carried(sent))
    shown = await _found(call, plain)
    if isinstance(shown, Answer):
        return shown
    posted = read_post(shown.form, sent, locale=locale)
    form_id = shown.form.form_id
    if not _limiter().hit(_often(), form_id, network_of(call.client)):
        log.info("form_refused", form_id=form_id, why="rate_limit")
        note = messages(locale)["form.away.limit"]
        return form_page(shown, posted, status=429, note=note, headers={"retry-after": "60"})
    try:
        done = await call.store.writing(
            lambda unit: submit(unit, form_id, posted, now=call.now), deadline=call.deadline
        )
    except FormShut as error:
        return _shut(locale, error.why)
    except InvalidInput as error:
        codes = sorted({problem.code for problem in error.problems})
        log.info("form_refused", form_id=form_id, why=",".join(codes))
        return form_page(shown, _again(posted, call), status=422, problems=error.problems)
    except (Unavailable, Refusal) as error:
        return _away(locale, error)
    log.info("form_taken", form_id=form_id, is_new=done.is_new)
    return Answer(status=303, headers={"location": f"/f/{form_id}/done?lang={locale.value}"})


async def thank(call: Call) -> Answer:
    """The thanks, for whoever comes here: it says nothing about anybody."""
    sent = _asked(call.query)
    locale = locale_of(sent.get("lang"), call.headers)
    shown = await _found(call, Posted(values={}, locale=locale, tracked={}))
    return shown if isinstance(shown, Answer) else done_page(shown.form, locale)


def locale_of(told: str | None, headers: Mapping[bytes, bytes]) -> Locale:
    """The language told, else the first of Accept-Language's that we speak, else English."""
    if told in set(Locale):
        return Locale(told)
    asked = []
    for place, part in enumerate(headers.get(b"accept-language", b"").decode("latin-1").split(",")):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        asked.append((-weight, place, tag.strip().lower()[:2]))
    return next((Locale(tag) for _, _, tag in sorted(asked) if tag in set(Locale)), Locale.EN)


def network_of(client: str | None) -> str:
    """What is counted as one address: of IPv6 the 64 bits that a household has."""
    try:
        address = ip_address(client or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ip_network((address, 64), strict=False))


def _asked(query: str) -> dict[str, str]:
    """The parameters of an address; of one that is too long, none."""
    try:
        return dict(parse_qsl(query, max_num_fields=MOST_ASKED)) if len(query) < 8000 else {}
    except ValueError:
        return {}


async def _found(call: Call, posted: Posted) -> Shown | Answer:
    """The form asked for, or the page that says why there is none."""
    form_id, locale = call.path["form_id"], posted.locale
    try:
        return await call.reading(lambda unit: find_form(unit, form_id, posted.token, now=call.now))
    except (NotFound, InvalidInput):  # no id that a store could keep is no form's either
        texts = messages(locale)
        return notice_page(locale, texts["form.shut.unknown"], status=404)
    except (Unavailable, Refusal) as error:
        return _away(locale, error)


def _again(posted: Posted, call: Call) -> Posted:
    """What was typed, in a page that is a submission of its own if the last one was no page's."""
    if is_too_quick(posted.submission, now=call.now + timedelta(hours=1)):
        return replace(posted, submission=new_id(at=call.now))
    return posted


def _shut(locale: Locale, why: str) -> Answer:
    return notice_page(locale, messages(locale)[f"form.shut.{why}"], status=STATUS[why])


def _away(locale: Locale, error: Exception) -> Answer:
    log.warning("form_store_away", why=str(error))
    texts = messages(locale)
    return notice_page(
        locale,
        texts["form.away.title"],
        texts["form.away.text"],
        status=503,
        headers={"retry-after": "60"},
    )


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


@cache
def _often() -> RateLimitItem:
    return parse(OFTEN)
