"""The model card: one HTML file that a marketer reads first and a data scientist to the end.

Self-contained (pictures inside, no scripts, nothing fetched), in English and Chinese; a switch
made of two radio buttons shows one of them.
"""

import base64
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from pipelines.reports.pages import page_environment

_TEMPLATE = "model_card.html"


def model_card(
    report: Mapping[str, Any],
    *,
    pictures: Mapping[str, bytes],
    decision: Mapping[str, Any] | None = None,
    calibration: Mapping[str, Any] | None = None,
) -> str:
    """The card's HTML.

    report     as `train --json` prints it, with `data`: {"table", "digest"} and `legend`: what
               numbered fields in the pictures stand for
    pictures   PNGs by name: calibration, gain, shap_bar, shap_beeswarm
    decision   what the gate said, once it was asked
    calibration  facts of the curve made since training, once there is one
    """
    return (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            report=report,
            headline=headline(report),
            pictures={name: _inline(png) for name, png in pictures.items()},
            decision=decision,
            calibration=calibration,
        )
    )


def headline(report: Mapping[str, Any]) -> dict[str, Any]:
    """The few figures that come first, worked out from the report."""
    holdout, kept_up = report["holdout"], report["kept_up"]
    lr = report["baselines"]["logistic_regression"]
    constant = report["baselines"]["constant"]
    tried = report["rows"]["holdout"]
    judged = kept_up or holdout
    return {
        "base_rate": tried["converted"] / tried["rows"],
        "log_loss": judged["log_loss"],
        "ece": judged["ece"],
        "lr_log_loss": (lr["kept_up"] or lr)["log_loss"],
        "lr_auc": lr["auc"],
        "constant_log_loss": (constant["kept_up"] or constant)["log_loss"],
        "gap_to_lr": (lr["kept_up"] or lr)["log_loss"] - judged["log_loss"],
        "gap_to_constant": (constant["kept_up"] or constant)["log_loss"] - judged["log_loss"],
    }


def _environment() -> Environment:
    environment = page_environment()
    environment.filters |= {"pct": _percent, "count": _count, "dec": _decimal, "times": _times}
    environment.globals["t"] = _both
    return environment


def _both(en: str, zh: str, **values: Any) -> Markup:  # Any: what is put into the sentence
    """A sentence in both languages; the style sheet shows one. Values are escaped."""
    both = Markup('<span class="en" lang="en">{}</span><span class="zh" lang="zh">{}</span>')
    return both.format(Markup(en).format(**values), Markup(zh).format(**values))  # noqa: S704 - the sentences are ours


def _inline(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def _decimal(figure: float | None, digits: int = 3) -> str:
    return "–" if figure is None else f"{figure:.{digits}f}"


def _times(figure: float) -> str:
    return f"{figure:.1f}"


def _count(number: int) -> str:
    return f"{number:,}"
