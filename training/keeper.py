"""The keeper calibrator: keeps shown probabilities honest while the world moves.

Seven experts turn a raw margin into a probability: the margin as it is, the margin with a shifted
intercept (three memories), and with a slope and an intercept (three memories). They are refitted
on labels as they mature and averaged, each weighted by how well it has done lately. The trees are
never touched and the map is monotone (an average of rising sigmoids rises), so that an update
changes the probability that is shown and never the order of two leads.

What it remembers is a discounted histogram of margins per memory and outcome, not the rows: the
state stays the same size for ever. A margin between two grid points is shared between them in
proportion, which keeps the mean margin exact; the grid is fine enough (.05) that fits agree with
fits on the rows to the third digit.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from scipy.special import expit

from scoring.calibration import Curve
from training.platt import Ridge, fit_intercept, fit_platt

MEMORIES = (300.0, 1000.0, 4000.0)  # matured rows after which a row weighs 1/e
SHIFT_RIDGE = 5.0
PLATT_RIDGE = Ridge(slope=20.0, intercept=5.0)
REFIT_EVERY = 100
HALF_LIFE = 500.0
UNIFORM_SHARE = 0.02
STREAM_SHARE = 0.05
MARGIN_MAX = 12.0
GRID = np.linspace(-MARGIN_MAX, MARGIN_MAX, 481)
EXPERTS = 1 + 2 * len(MEMORIES)
_P_MIN = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """A calibrator's memory and its experts after some number of matured rows.

    positive, negative   (3, 481) discounted weight of each outcome, per memory and grid margin
    slopes, intercepts   (7,) the experts
    losses               (7,) discounted log loss of each expert over matured rows
    rows                 matured rows seen
    """

    positive: np.ndarray
    negative: np.ndarray
    slopes: np.ndarray
    intercepts: np.ndarray
    losses: np.ndarray
    rows: int

    @classmethod
    def fresh(cls) -> Self:
        """A keeper without labels: every expert shows the margin's own probability."""
        empty = np.zeros((len(MEMORIES), len(GRID)))
        return cls(
            positive=empty,
            negative=empty,
            slopes=np.ones(EXPERTS),
            intercepts=np.zeros(EXPERTS),
            losses=np.zeros(EXPERTS),
            rows=0,
        )

    @classmethod
    def warm(cls, margins: np.ndarray, labels: np.ndarray) -> "Keeper":
        """A keeper started on forward out-of-fold margins in time order.

        The experts are fitted on the first 95 %; the last 5 % come as the first stream, so that
        it begins with an opinion on which of them to trust.
        """
        start = len(margins) - max(1, round(STREAM_SHARE * len(margins)))
        fitted = _refit(_remember(cls.fresh(), margins[:start], labels[:start]))
        return fitted.update(margins[start:], labels[start:])

    def update(self, margins: np.ndarray, labels: np.ndarray) -> "Keeper":
        """The keeper after these newly matured rows, oldest first.

        Each hundred is first used to judge the experts as they are, then to refit them.
        """
        keeper: Keeper = self
        for start in range(0, len(margins), REFIT_EVERY):
            block = slice(start, start + REFIT_EVERY)
            judged = _judge(keeper, margins[block], labels[block])
            keeper = _refit(_remember(judged, margins[block], labels[block]))
        return keeper

    def probability(self, margins: np.ndarray) -> np.ndarray:
        """What is shown for raw margins, same shape."""
        return np.asarray(np.tensordot(self.weights(), self.opinions(margins), axes=1))

    def weights(self) -> np.ndarray:
        """How far each expert is trusted, (7,), adding up to 1."""
        trust = np.exp(self.losses.min() - self.losses)
        return np.asarray((1 - UNIFORM_SHARE) * trust / trust.sum() + UNIFORM_SHARE / EXPERTS)

    def curve(self, *, kept_until: str | None = None) -> Curve:
        """The map as knots for serving."""
        return Curve.of_function(
            self.probability, margins=GRID.tolist(), method="keeper", kept_until=kept_until
        )

    def to_state(self) -> dict[str, Any]:
        """Everything needed to go on, for JSON."""
        return {
            "positive": self.positive.tolist(),
            "negative": self.negative.tolist(),
            "slopes": self.slopes.tolist(),
            "intercepts": self.intercepts.tolist(),
            "losses": self.losses.tolist(),
            "rows": self.rows,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """The keeper `to_state` described."""
        arrays = {name: np.array(value) for name, value in state.items() if name != "rows"}
        return cls(**arrays, rows=state["rows"])

    def opinions(self, margins: np.ndarray) -> np.ndarray:
        """What each expert would show, (7, n)."""
        m = np.clip(margins, -MARGIN_MAX, MARGIN_MAX)
        return np.asarray(expit(np.multiply.outer(self.slopes, m).T + self.intercepts).T)


def replay_matured(
    keeper: Keeper, margins: np.ndarray, labels: np.ndarray, *, matured: np.ndarray
) -> np.ndarray:
    """What would have been shown for each row of a stream in time order, (n,).

    Row i is shown with the labels that had matured when its hundred began.

    matured   (n,) how many of the stream's first rows had their label when row i came
    """
    shown, fed = np.empty(len(margins)), 0
    for start in range(0, len(margins), REFIT_EVERY):
        ready = int(matured[start])
        if ready > fed:
            keeper = keeper.update(margins[fed:ready], labels[fed:ready])
            fed = ready
        block = slice(start, start + REFIT_EVERY)
        shown[block] = keeper.probability(margins[block])
    return shown


def _judge(keeper: Keeper, margins: np.ndarray, labels: np.ndarray) -> Keeper:
    p = np.clip(keeper.opinions(margins), _P_MIN, 1 - _P_MIN)
    loss = -np.where(labels > 0, np.log(p), np.log1p(-p))
    discount = 0.5 ** (np.arange(len(margins))[::-1] / HALF_LIFE)
    faded = keeper.losses * 0.5 ** (len(margins) / HALF_LIFE)
    return replace(keeper, losses=faded + loss @ discount)


def _remember(keeper: Keeper, margins: np.ndarray, labels: np.ndarray) -> Keeper:
    n, age = len(margins), np.arange(len(margins))[::-1]
    memories = np.array(MEMORIES)[:, None]
    faded, weight = np.exp(-n / memories), np.exp(-age / memories)
    won = labels > 0
    return replace(
        keeper,
        positive=keeper.positive * faded + _histogram(margins, weight * won),
        negative=keeper.negative * faded + _histogram(margins, weight * ~won),
        rows=keeper.rows + n,
    )


def _refit(keeper: Keeper) -> Keeper:
    shift = fit_intercept(GRID, keeper.positive, keeper.negative, ridge=SHIFT_RIDGE)
    slope, intercept = fit_platt(GRID, keeper.positive, keeper.negative, ridge=PLATT_RIDGE)
    return replace(
        keeper,
        slopes=np.concatenate([[1.0], np.ones_like(shift), slope]),
        intercepts=np.concatenate([[0.0], shift, intercept]),
    )


def _histogram(margins: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weights (K, n) laid on the grid (K, 481), each shared between its two neighbours."""
    at = (np.clip(margins, -MARGIN_MAX, MARGIN_MAX) + MARGIN_MAX) / (GRID[1] - GRID[0])
    left = np.minimum(at.astype(int), len(GRID) - 2)
    right_share = at - left
    return np.stack(
        [
            np.bincount(left, weights=row * (1 - right_share), minlength=len(GRID))
            + np.bincount(left + 1, weights=row * right_share, minlength=len(GRID))
            for row in weights
        ]
    )
