"""Pictures of a model: calibration, gain, what drives it (SHAP bar and beeswarm).

The SHAP values are LightGBM's own (exact TreeSHAP), summed per raw field; drawing them here takes
a quarter of a second, importing `shap` for it several. No pyplot: it keeps figures in a global.
Labels come from the customer's table, so any script may occur. Where no installed font can draw
one, the picture says "field 7" and the text beside it tells which that is.
"""

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

SHOWN_FIELDS = 15
INK, FAINT, ACCENT, SECOND = "#1f2933", "#9aa5b1", "#1769aa", "#c2410c"
_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Noto Sans SC"),
    *("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "Noto Serif CJK SC", "Noto Serif CJK JP", "Arial Unicode MS"),
)
_DPI = 150
_BANDS = 100


def calibration_picture(shown: np.ndarray, converted: np.ndarray, *, size: np.ndarray) -> bytes:
    """PNG: conversion rate against mean shown probability of groups of leads."""
    figure, axes = _figure(4.8, 4.0)
    top = float(max(shown.max(), converted.max())) * 1.1
    axes.plot([0, top], [0, top], color=FAINT, linewidth=1, linestyle="--")
    axes.plot(shown, converted, color=ACCENT, linewidth=1.5)
    axes.scatter(shown, converted, s=20 + 60 * size / size.max(), color=ACCENT)
    axes.set_xlabel("shown probability")
    axes.set_ylabel("share that converted")
    axes.set_xlim(0, top)
    axes.set_ylim(0, top)
    _percent(axes.xaxis)
    _percent(axes.yaxis)
    return _png(figure)


def gain_picture(gain: np.ndarray, *, base_rate: float) -> bytes:
    """PNG: share of conversions found against share of leads worked, (points, 2)."""
    figure, axes = _figure(4.8, 4.0)
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle="--", label="any order")
    axes.plot(
        [0, base_rate, 1], [0, 1, 1], color=FAINT, linewidth=1, linestyle=":", label="perfect order"
    )
    axes.plot(gain[:, 0], gain[:, 1], color=ACCENT, linewidth=2, label="this model")
    axes.set_xlabel("leads worked, best first")
    axes.set_ylabel("conversions among them")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)
    _percent(axes.xaxis)
    _percent(axes.yaxis)
    axes.legend(frameon=False, loc="lower right")
    return _png(figure)


def importance_picture(contributions: np.ndarray, names: Sequence[str]) -> bytes:
    """PNG: mean |contribution| in log-odds, (n_leads, n_fields), greatest first."""
    order = by_importance(contributions)[:SHOWN_FIELDS][::-1]
    means = np.abs(contributions).mean(axis=0)
    figure, axes = _figure(5.2, 0.9 + 0.3 * len(order))
    axes.barh(np.arange(len(order)), means[order], color=ACCENT, height=0.65)
    for at, field in enumerate(order):
        axes.text(means[field], at, f" {means[field]:.2f}", va="center", color=INK, fontsize=8)
    axes.set_xlim(0, float(means.max()) * 1.12 or 1.0)
    _name_rows(axes, order, names)
    axes.set_xlabel("mean push on the log-odds, either way")
    return _png(figure)


def beeswarm_picture(contributions: np.ndarray, values: np.ndarray, names: Sequence[str]) -> bytes:
    """PNG: every lead's contribution, coloured by the field's value from low to high.

    contributions   (n_leads, n_fields) log-odds
    values          (n_leads, n_fields) encoded values; NaN, or a column that is NaN throughout
                    (words have no order), is drawn grey
    """
    order = by_importance(contributions)[:SHOWN_FIELDS][::-1]
    figure, axes = _figure(5.2, 1.1 + 0.33 * len(order))
    axes.axvline(0, color=FAINT, linewidth=1)
    for at, field in enumerate(order):
        pushes = contributions[:, field]
        axes.scatter(
            pushes,
            at + _spread(pushes),
            c=_colours(values[:, field]),
            s=5,
            linewidths=0,
            rasterized=True,
        )
    _name_rows(axes, order, names)
    axes.set_xlabel("push on the log-odds of converting\nred: high value, blue: low, grey: a word")
    return _png(figure)


def by_importance(contributions: np.ndarray) -> np.ndarray:
    """Field positions, the one with the greatest mean |contribution| first."""
    return np.argsort(-np.abs(contributions).mean(axis=0), kind="stable")


def undrawn(contributions: np.ndarray, names: Sequence[str]) -> dict[str, str]:
    """What "field 7" stands for in the pictures, for names no installed font can draw."""
    order = by_importance(contributions)[:SHOWN_FIELDS]
    labels = {_label(names[field], number=at + 1): names[field] for at, field in enumerate(order)}
    return {label: name for label, name in labels.items() if not drawable(name)}


def drawable(text: str) -> bool:
    """Whether an installed font has every character."""
    return all(ord(char) in _glyphs() for char in text)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)
    return figure, axes


def _name_rows(axes: Axes, order: np.ndarray, names: Sequence[str]) -> None:
    labels = [_label(names[field], number=at + 1) for at, field in enumerate(order[::-1])][::-1]
    axes.set_yticks(np.arange(len(order)), labels, family=[*_families(), "DejaVu Sans"])
    axes.set_ylim(-0.6, len(order) - 0.4)


def _label(name: str, *, number: int) -> str:
    """The name, shortened; matplotlib would read dollar signs as mathematics."""
    if not drawable(name):
        return f"field {number}"
    short = name if len(name) <= 32 else name[:31] + "…"
    return short.replace("$", r"\$")


def _percent(axis: Any) -> None:  # Any: matplotlib is untyped here
    axis.set_major_formatter(lambda share, _: f"{100 * share:.4g} %")


def _spread(pushes: np.ndarray) -> np.ndarray:
    """Vertical offsets that keep equal contributions apart, in even layers around the line."""
    width = float(np.ptp(pushes)) or 1.0
    band = np.round(pushes / width * _BANDS).astype(int)
    order = np.argsort(band, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(band[order]) != 0))
    sizes = np.diff(np.append(starts, len(band)))
    within = np.empty(len(band))
    within[order] = np.arange(len(band)) - np.repeat(starts, sizes)
    side = np.where(within % 2 == 0, 1.0, -1.0) * np.ceil(within / 2)
    return np.asarray(side * (0.36 / max(float(np.abs(side).max()), 12.0)))


def _colours(values: np.ndarray) -> list[str] | np.ndarray:
    known = np.isfinite(values)
    colours = np.full((len(values), 4), [0.6, 0.65, 0.7, 0.8])
    if known.sum() > 1:
        from matplotlib import colormaps

        low, high = np.percentile(values[known], [5, 95])
        place = (values[known] - low) / ((high - low) or 1.0)
        colours[known] = colormaps["coolwarm"](np.clip(place, 0, 1))
    return colours


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


@cache
def _families() -> tuple[str, ...]:
    """Installed fonts with Chinese characters, the best first; often none."""
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return tuple(name for name in _FONTS if name in installed)[:1]


@cache
def _glyphs() -> frozenset[int]:
    found: set[int] = set()
    for family in (*_families(), "DejaVu Sans"):
        found |= set(FT2Font(font_manager.findfont(family)).get_charmap())
    return frozenset(found)
