"""Hosted forms at `/f/<form_id>`: open to everybody, in English and Chinese, without JavaScript.

There is no protection against forged requests (CSRF) because there is nothing to protect: nobody
is logged in here and no cookie is read, so a page elsewhere that posts a form can do no more than
anybody can with the form itself.

What pages need (templates, the store) is loaded when the first one is asked for: a service that
only scores goes without.
"""

from collections.abc import Sequence
from typing import Any

from serving.doors import FORM, Answer, Call, Route

BYTES = 64_000


async def show(call: Call) -> Answer:
    """The empty form."""
    page: Answer = await (await call.aside(_hosting)).show(call)
    return page


async def take(call: Call) -> Answer:
    """Take an answered form in, then lead on to the thanks; shown again when something is wrong."""
    page: Answer = await (await call.aside(_hosting)).take(call)
    return page


async def thank(call: Call) -> Answer:
    """The thanks."""
    page: Answer = await (await call.aside(_hosting)).thank(call)
    return page


def _hosting() -> Any:
    """Any: a module."""
    from serving.pages import hosting

    return hosting


ROUTES: Sequence[Route] = (
    Route("GET", "/f/{form_id}", show, scope=None, limit=0),
    Route("POST", "/f/{form_id}", take, scope=None, limit=BYTES, media_type=FORM),
    Route("GET", "/f/{form_id}/done", thank, scope=None, limit=0),
)
