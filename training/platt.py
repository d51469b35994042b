"""Weighted sigmoid fits: an intercept, or slope and intercept, on raw margins.

Several fits over the same margins run at once (leading axis K): the keeper fits three memories
together. All are convex and solved by Newton steps that are halved until they do not hurt.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

SLOPE_MIN = 0.05
_TOLERANCE = 1e-8
_ITERATIONS = 60
_HALVINGS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ridge:
    """How strongly a fit is pulled toward "leave the margin as it is" (slope 1, intercept 0)."""

    slope: float
    intercept: float


def fit_intercept(
    margins: np.ndarray, positive: np.ndarray, negative: np.ndarray, *, ridge: float
) -> np.ndarray:
    """Intercepts (K,) minimising log loss + ridge/2 * intercept**2.

    margins              (G,) or (K, G)
    positive, negative   (K, G) weights of the two outcomes at each margin
    """
    total = positive + negative
    intercept = np.zeros(len(total))
    for _ in range(_ITERATIONS):
        p = expit(margins + intercept[:, None])
        gradient = (total * p - positive).sum(axis=1) + ridge * intercept
        if np.all(np.abs(gradient) <= _TOLERANCE * (1 + total.sum(axis=1))):
            break
        step = gradient / ((total * p * (1 - p)).sum(axis=1) + ridge + 1e-12)

        def loss(theta: np.ndarray) -> np.ndarray:
            return _loss(margins + theta[:, None], positive, total) + ridge / 2 * theta**2

        intercept = _downhill(loss, intercept, step)
    return intercept


def fit_platt(
    margins: np.ndarray, positive: np.ndarray, negative: np.ndarray, *, ridge: Ridge
) -> tuple[np.ndarray, np.ndarray]:
    """Slopes (K,), never below SLOPE_MIN so that order is kept, and intercepts (K,).

    Minimises log loss + ridge.slope/2 * (slope - 1)**2 + ridge.intercept/2 * intercept**2.
    """
    total = positive + negative
    theta = np.tile([1.0, 0.0], (len(total), 1))
    pull, home = np.array([ridge.slope, ridge.intercept]), np.array([1.0, 0.0])
    for _ in range(_ITERATIONS):
        p = expit(theta[:, :1] * margins + theta[:, 1:])
        residual, curvature = total * p - positive, total * p * (1 - p)
        gradient = np.stack([residual @ margins, residual.sum(axis=1)], axis=1)
        gradient += pull * (theta - home)
        if np.all(np.abs(gradient) <= _TOLERANCE * (1 + total.sum(axis=1))[:, None]):
            break
        step = _solve_2x2(curvature, margins, pull, gradient)

        def loss(at: np.ndarray) -> np.ndarray:
            z = at[:, :1] * margins + at[:, 1:]
            pulled = ((at - home) ** 2 * pull / 2).sum(axis=1)
            return np.asarray(_loss(z, positive, total) + pulled)

        theta = _downhill(loss, theta, step)
    slope, intercept = theta[:, 0], theta[:, 1]
    if np.any(slope < SLOPE_MIN):
        # the loss is convex, so where the best slope is too low the best allowed one is the bound
        bound = fit_intercept(SLOPE_MIN * margins, positive, negative, ridge=ridge.intercept)
        intercept = np.where(slope < SLOPE_MIN, bound, intercept)
        slope = np.maximum(slope, SLOPE_MIN)
    return slope, intercept


def platt_loss(margins: np.ndarray, labels: np.ndarray, *, ridge: Ridge) -> np.ndarray:
    """Mean log loss (K,) of each row of margins (K, n) after its own ideal sigmoid on `labels`."""
    losses = np.empty(len(margins))
    positive = labels.astype(np.float64)[None, :]
    for k, row in enumerate(margins):
        slope, intercept = fit_platt(row, positive, 1 - positive, ridge=ridge)
        z = slope[:, None] * row + intercept[:, None]
        losses[k] = _loss(z, positive, np.ones_like(positive))[0] / len(row)
    return losses


def _solve_2x2(
    curvature: np.ndarray, margins: np.ndarray, pull: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    a = curvature @ margins**2 + pull[0] + 1e-12
    b = curvature @ margins
    d = curvature.sum(axis=1) + pull[1] + 1e-12
    determinant = np.maximum(a * d - b * b, 1e-12)
    first = (d * gradient[:, 0] - b * gradient[:, 1]) / determinant
    second = (a * gradient[:, 1] - b * gradient[:, 0]) / determinant
    return np.stack([first, second], axis=1)


def _loss(z: np.ndarray, positive: np.ndarray, total: np.ndarray) -> np.ndarray:
    return np.asarray((total * np.logaddexp(0, z) - positive * z).sum(axis=1))


def _downhill(
    loss: Callable[[np.ndarray], np.ndarray], theta: np.ndarray, step: np.ndarray
) -> np.ndarray:
    """Theta after the Newton step, each fit's own step halved until its loss does not rise."""
    before = loss(theta)
    scale = np.ones(len(theta))
    for _ in range(_HALVINGS):
        shaped = scale if theta.ndim == 1 else scale[:, None]
        after = theta - shaped * step
        worse = loss(after) > before + 1e-12 * np.abs(before)
        if not worse.any():
            return np.asarray(after)
        scale[worse] /= 2
    return np.asarray(np.where(worse if theta.ndim == 1 else worse[:, None], theta, after))
