"""Small charts as SVG: lines over named steps. Text in them is text, so every script is drawn."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 14, 46
_COLOURS = ("#1769aa", "#c2410c", "#2f855a", "#52606d")
_TICKS = 4
_MOST_NAMES = 13


def lines(names: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> Markup:
    """Shares of 0..1 over steps; None leaves a gap. Empty without steps or values."""
    given = [value for values in series.values() for value in values if value is not None]
    if not names or not given:
        return Markup()
    top = (max(given) * 1.1) or 1.0
    parts = [*_scale(top), *_steps(names)]
    for at, (name, values) in enumerate(series.items()):
        colour = _COLOURS[at % len(_COLOURS)]
        parts += _line(values, top=top, colour=colour)
        x = _LEFT + 170 * at
        parts.append(
            f'<rect x="{x}" y="{HEIGHT - 12}" width="10" height="10" fill="{colour}"/>'
            f'<text x="{x + 15}" y="{HEIGHT - 3}">{escape(name)}</text>'
        )
    # every name was escaped, everything else is ours
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="11" fill="#52606d">'
        f"{''.join(parts)}</svg>"
    )


def _scale(top: float) -> list[str]:
    parts = []
    for tick in range(_TICKS + 1):
        y = _y(top * tick / _TICKS, top)
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9e2ec"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{100 * top * tick / _TICKS:.3g} %</text>"
        )
    return parts


def _steps(names: Sequence[str]) -> list[str]:
    every = -(-len(names) // _MOST_NAMES)
    return [
        f'<text x="{_x(at, len(names)):.1f}" y="{HEIGHT - _BOTTOM + 16}" text-anchor="middle">'
        f"{escape(name)}</text>"
        for at, name in enumerate(names)
        if at % every == 0
    ]


def _line(values: Sequence[float | None], *, top: float, colour: str) -> list[str]:
    spots = [
        (_x(at, len(values)), _y(value, top))
        for at, value in enumerate(values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in spots]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


def _x(at: int, n: int) -> float:
    return _LEFT + (at + 0.5) / n * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, top: float) -> float:
    return _TOP + (1 - value / top) * (HEIGHT - _TOP - _BOTTOM)
