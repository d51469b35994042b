"""What a lead is compared with: the reference leads' margins, and every field's value bands.

Made at training time and stored beside the model. Points are the rank among the reference
margins, tiers are cut at their top shares, and reasons quote the bands' conversion rates, which
are counted in the rows of whatever table was given.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any, Self

import numpy as np

from features.encoder import Encoder
from leads.score import Tier
from scoring.bands import FieldBands, bands_of
from scoring.calibration import Curve
from scoring.parts import PartCuts

N_QUANTILES = 1001
TIER_SHARES = (0.05, 0.20, 0.50)
"""Tier A is the top 5 % of the reference leads, B the top 20 %, C the top half, D the rest."""

TIERS = (Tier.D, Tier.C, Tier.B, Tier.A)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The leads a score is ranked among, and how often leads like this one converted.

    quantiles     of the reference margins, N_QUANTILES of them, rising
    n, converted  leads in the table the bands were counted in, and how many converted
    fields        bands of each raw field, in the encoder's order
    tier_shares   top shares at which tiers A, B and C end, rising
    parts         where the grades of fit and engagement begin; None in older bundles
    """

    quantiles: tuple[float, ...]
    n: int
    converted: int
    fields: tuple[FieldBands, ...]
    tier_shares: tuple[float, float, float] = TIER_SHARES
    parts: PartCuts | None = None
    _sorted: list[float] = field(init=False, repr=False, compare=False)
    _array: np.ndarray = field(init=False, repr=False, compare=False)
    _tiers: tuple[Tier, ...] = field(init=False, repr=False, compare=False)
    _letters: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)
        object.__setattr__(self, "_sorted", list(self.quantiles))
        object.__setattr__(self, "_array", np.array(self.quantiles))
        tiers = _tiers_by_rank(self.tier_shares)
        object.__setattr__(self, "_tiers", tiers)
        object.__setattr__(self, "_letters", np.array([str(tier) for tier in tiers]))

    @property
    def base_rate(self) -> float:
        """How many of the table's leads converted; what a reason calls the average."""
        return self.converted / self.n

    def mean_shown(self, curve: Curve) -> float:
        """The mean probability `curve` shows for the reference leads: the average of "times
        average". Computed when a model is loaded, so that it is renewed with each curve.
        """
        shown = curve.probability(self._array)
        return float((shown[1:] + shown[:-1]).mean() / 2)

    def standing_one(self, margin: float) -> tuple[int, Tier]:
        """Points and tier of one margin; of equal margins each gets the middle rank."""
        twice = bisect_left(self._sorted, margin) + bisect_right(self._sorted, margin)
        return twice * 50 // N_QUANTILES, self._tiers[twice]

    def standing(self, margins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points (int64) and tier letters of many margins, each of shape (n_leads,)."""
        low = np.searchsorted(self._array, margins, side="left")
        twice = low + np.searchsorted(self._array, margins, side="right")
        return twice * 50 // N_QUANTILES, self._letters[twice]

    def to_state(self) -> dict[str, Any]:
        """Everything needed to build it again, for JSON."""
        return {
            "n": self.n,
            "converted": self.converted,
            "tier_shares": list(self.tier_shares),
            "quantiles": list(self.quantiles),
            "fields": [bands.to_state() for bands in self.fields],
        } | ({} if self.parts is None else {"parts": self.parts.to_state()})

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """The reference `to_state` described. Raises ValueError, KeyError or TypeError if none."""
        a, b, c = (float(share) for share in state["tier_shares"])
        parts = state.get("parts")
        return cls(
            quantiles=tuple(float(margin) for margin in state["quantiles"]),
            n=state["n"],
            converted=state["converted"],
            fields=tuple(FieldBands.from_state(entry) for entry in state["fields"]),
            tier_shares=(a, b, c),
            parts=None if parts is None else PartCuts.from_state(parts),
        )


def build_reference(
    *,
    frame: Any,  # a pandas DataFrame, duck-typed
    encoder: Encoder,
    outcomes: np.ndarray,
    margins: np.ndarray,
    as_of: datetime | np.ndarray | None = None,
    tier_shares: tuple[float, float, float] = TIER_SHARES,
    parts: PartCuts | None = None,
) -> Reference:
    """The reference of a training table.

    frame, outcomes   the training leads and their 0/1 outcomes, shape (n_leads,); bands are
                      counted in them
    margins           out-of-fold or hold-out margins of the leads to rank among, any number;
                      margins of rows the model was fitted on would rank every new lead too low
    as_of             as for `Encoder.encode_frame`, needed when the table has dates
    parts             where the grades of fit and engagement begin, of the same leads
    """
    rows = encoder.encode_frame(frame, as_of=as_of)
    outcomes = np.asarray(outcomes, dtype=np.float64)
    first_feature = {i: j for j, i in reversed(list(enumerate(encoder.field_of_feature)))}
    fields = tuple(
        bands_of(
            entry,
            rows[:, first_feature[i]],
            outcomes,
            words=encoder.categories.get(entry.name, ()),
        )
        for i, entry in enumerate(encoder.fields)
    )
    quantiles = np.quantile(margins, np.linspace(0, 1, N_QUANTILES))
    return Reference(
        # interpolating between equal margins may fall by the last bit
        quantiles=tuple(np.maximum.accumulate(quantiles).tolist()),
        n=len(outcomes),
        converted=int(outcomes.sum()),
        fields=fields,
        tier_shares=tier_shares,
        parts=parts,
    )


def _tiers_by_rank(shares: tuple[float, float, float]) -> tuple[Tier, ...]:
    """The tier at every half rank 0, 1/2, 1 .. N_QUANTILES."""
    ranks = [twice / (2 * N_QUANTILES) for twice in range(2 * N_QUANTILES + 1)]
    return tuple(TIERS[sum(rank >= 1 - share for share in shares)] for rank in ranks)


def _check(reference: Reference) -> None:
    found = reference.quantiles
    if len(found) != N_QUANTILES or not all(isfinite(margin) for margin in found):
        raise ValueError(f"a reference has {N_QUANTILES} finite quantiles, not {len(found)}")
    if list(found) != sorted(found):
        raise ValueError("quantiles must rise")
    if not 0 <= reference.converted <= reference.n or reference.n < 1:
        raise ValueError(f"{reference.converted} of {reference.n} leads cannot have converted")
    a, b, c = reference.tier_shares
    if not 0 < a < b < c < 1:
        raise ValueError(f"tier shares must rise between 0 and 1, not {a}, {b}, {c}")
