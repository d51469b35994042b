"""Using a model: one lead, a table, or one lead with its reasons.

`score_one` and `score_frame` agree to the last bit, and both may be called from several threads
at once: everything here is read-only after construction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from leads.score import Explanation, Locale, Score
from scoring.bundle import Bundle
from scoring.reasons import Told, reasons_of
from scoring.single_row import SingleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFrame:
    """Scores of a table's leads, each array of shape (n_leads,), in the table's order.

    p_convert       calibrated probability, 0..1
    times_average   p_convert against the mean shown probability of the reference leads
    points          rank 0..100 among the reference leads
    tier            letters A to D
    margin          raw log-odds of the trees
    """

    p_convert: np.ndarray
    times_average: np.ndarray
    points: np.ndarray
    tier: np.ndarray
    margin: np.ndarray


class Scorer:
    """Scores and explains leads with one bundle."""

    def __init__(self, bundle: Bundle, *, num_threads: int = 1) -> None:
        self.bundle = bundle
        self.encoder = bundle.encoder
        self.curve = bundle.curve
        self.reference = bundle.reference
        self._booster = bundle.booster
        self._single = SingleRow(bundle.booster)
        self._num_threads = num_threads
        of_feature = [*self.encoder.field_of_feature, len(self.encoder.fields)]
        self._fields_of_features = np.eye(len(self.encoder.fields) + 1)[of_feature]
        self._mean_shown = self.reference.mean_shown(self.curve)

    def score_one(self, lead: Mapping[str, object], *, as_of: datetime | None = None) -> Score:
        """One lead's score. `as_of` is needed when the model knows dates."""
        return self._score(lead, self.encoder.encode_values(lead, as_of=as_of))

    def score_frame(
        self,
        frame: Any,  # a pandas DataFrame, duck-typed
        *,
        as_of: datetime | np.ndarray | None = None,
    ) -> ScoredFrame:
        """The scores of all rows of a table; columns it does not have count as missing."""
        rows = self.encoder.encode_frame(frame, as_of=as_of)
        margins = self._predict(rows, raw_score=True) if len(rows) else np.empty(0)
        shown = self.curve.probability(margins)
        points, tiers = self.reference.standing(margins)
        return ScoredFrame(
            p_convert=shown,
            times_average=shown / self._mean_shown,
            points=points,
            tier=tiers,
            margin=margins,
        )

    def explain(
        self,
        lead: Mapping[str, object],
        *,
        top: int = 5,
        locale: Locale = Locale.EN,
        as_of: datetime | None = None,
    ) -> Explanation:
        """One lead's score with the `top` reasons; base_value + reasons + other = margin."""
        values = self.encoder.encode_values(lead, as_of=as_of)
        *by_field, base = self._by_field(np.array([values]))[0].tolist()
        reasons = reasons_of(
            Told(lead=lead, values=values, as_of=self.encoder.as_of(lead, as_of)),
            by_field,
            encoder=self.encoder,
            reference=self.reference,
            top=top,
            locale=locale,
        )
        told = {reason.field for reason in reasons}
        rest = zip(self.encoder.fields, by_field, strict=True)
        return Explanation(
            score=self._score(lead, values),
            base_value=base,
            reasons=reasons,
            other=sum((added for field, added in rest if field.name not in told), 0.0),
        )

    def contributions(
        self,
        frame: Any,  # a pandas DataFrame, duck-typed
        *,
        as_of: datetime | np.ndarray | None = None,
    ) -> np.ndarray:
        """Log-odds each raw field adds, shape (n_leads, n_fields + 1), the base value last."""
        return self._by_field(self.encoder.encode_frame(frame, as_of=as_of))

    def _score(self, lead: Mapping[str, object], values: list[float]) -> Score:
        margin = self._single.margin(values)
        shown = self.curve.probability_one(margin)
        points, tier = self.reference.standing_one(margin)
        return Score(
            p_convert=shown,
            times_average=shown / self._mean_shown,
            points=points,
            tier=tier,
            margin=margin,
            imputed=self.encoder.imputed(values),
            warnings=self.encoder.warnings(lead, values),
        )

    def _by_field(self, rows: np.ndarray) -> np.ndarray:
        if not len(rows):
            return np.empty((0, len(self.encoder.fields) + 1))
        return self._predict(rows, pred_contrib=True) @ self._fields_of_features

    def _predict(self, rows: np.ndarray, **what: bool) -> np.ndarray:
        return np.asarray(
            self._booster.predict(
                rows, num_threads=self._num_threads, validate_features=False, **what
            )
        )
