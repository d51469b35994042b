"""Pages from templates, and the headers that keep them harmless.

Nothing is loaded from elsewhere, no script runs, no cookie is set. The address may hold a personal
token, so it is never sent on (`Referrer-Policy`) and the page never stored.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from leads.score import Locale
from serving.doors import HTML, Answer

HERE = Path(__file__).parent


def page(
    template: str,
    *,
    locale: Locale,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **filled: Any,
) -> Answer:
    """A page; Any: what its template names."""
    text = (
        _templates()
        .get_template(template)
        .render(language=LANGUAGES[locale], style=_style(), **{"other_language": None, **filled})
    )
    return Answer(text.encode(), status, HTML, {**_headers(), **(headers or {})})


LANGUAGES = {Locale.EN: "en", Locale.ZH: "zh-Hans"}


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> Any:
    """Any: text that is not escaped."""
    from markupsafe import Markup

    return Markup((HERE / "style.css").read_text(encoding="utf-8"))  # noqa: S704  our own file


@cache
def _headers() -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(str(_style()).encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'self'"
    )
    return {
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }
