"""Using a model: one lead, a table, or one lead with its reasons.

`score_one` and `score_frame` agree to the last bit, and both may be called from several threads
at once: everything here is read-only after construction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from features.history.catalogue import HISTORY_NAMES
from leads.score import Explanation, Locale, Parts, Score
from scoring.bundle import Bundle
from scoring.parts import Grader, Grades
from scoring.reasons import Told, reasons_of
from scoring.single_row import SingleRow

NO_HISTORY = "no_history"
"""A warning: the lead was given without anything it did, so its engagement is unknown."""


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
        self._timing = bundle.timing
        self._booster = bundle.booster
        self._single = SingleRow(bundle.booster)
        self._num_threads = num_threads
        of_feature = [*self.encoder.field_of_feature, len(self.encoder.fields)]
        self._fields_of_features = np.eye(len(self.encoder.fields) + 1)[of_feature]
        self._mean_shown = self.reference.mean_shown(self.curve)
        cuts = self.reference.parts
        names = {field.name for field in self.encoder.fields}
        from_history = bundle.card.get("inputs") == "history"
        self._history = names & HISTORY_NAMES if from_history else frozenset()
        self._grader = None if cuts is None else Grader(self.encoder, cuts)

    @property
    def tells_parts(self) -> bool:
        """Whether this model grades fit and engagement; older bundles do not."""
        return self._grader is not None

    def score_one(self, lead: Mapping[str, object], *, as_of: datetime | None = None) -> Score:
        """One lead's score. `as_of` is needed when the model knows dates."""
        values = self.encoder.encode_values(lead, as_of=as_of)
        if self._grader is None:
            return self._score(lead, values, None)
        parts = self._grader.parts(self._single.contributions(values))
        return self._score(lead, values, parts)

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

    def grade_frame(
        self,
        frame: Any,  # a pandas DataFrame, duck-typed
        *,
        as_of: datetime | np.ndarray | None = None,
    ) -> Grades:
        """Fit and engagement of all rows of a table; some ten times the work of scoring them.

        Only for a model that `tells_parts`.
        """
        assert self._grader is not None, "asked of a model that tells parts"
        rows = self.encoder.encode_frame(frame, as_of=as_of)
        return self._grader.grades(rows, self._added(rows))

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
        added = self._single.contributions(values)
        *by_field, base = self._of_fields(np.array([added]))[0].tolist()
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
        parts = None if self._grader is None else self._grader.parts(added)
        return Explanation(
            score=self._score(lead, values, parts),
            base_value=base,
            reasons=reasons,
            other=sum((part for field, part in rest if field.name not in told), 0.0),
            parts=parts,
            time_to_convert=(
                None if self._timing is None else self._timing.of_lead(values, locale=locale)
            ),
        )

    def contributions(
        self,
        frame: Any,  # a pandas DataFrame, duck-typed
        *,
        as_of: datetime | np.ndarray | None = None,
    ) -> np.ndarray:
        """Log-odds each raw field adds, shape (n_leads, n_fields + 1), the base value last."""
        return self._of_fields(self._added(self.encoder.encode_frame(frame, as_of=as_of)))

    def _score(self, lead: Mapping[str, object], values: list[float], parts: Parts | None) -> Score:
        margin = self._single.margin(values)
        shown = self.curve.probability_one(margin)
        points, tier = self.reference.standing_one(margin)
        imputed = self.encoder.imputed(values)
        fit = engagement = None
        if self._grader is not None and parts is not None:
            fit, engagement = self._grader.grade(parts, imputed)
        return Score(
            p_convert=shown,
            times_average=shown / self._mean_shown,
            points=points,
            tier=tier,
            margin=margin,
            fit=fit,
            engagement=engagement,
            imputed=imputed,
            warnings=(*self.encoder.warnings(lead, values), *self._without_history(lead)),
        )

    def _without_history(self, lead: Mapping[str, object]) -> tuple[str, ...]:
        """A model that learnt what leads did is told nothing of it: that is unknown, not none."""
        return (NO_HISTORY,) if self._history and self._history.isdisjoint(lead) else ()

    def _added(self, rows: np.ndarray) -> np.ndarray:
        """What each column adds, shape (n_leads, n_features + 1), the base value last."""
        if not len(rows):
            return np.empty((0, len(self._fields_of_features)))
        return self._predict(rows, pred_contrib=True)

    def _of_fields(self, added: np.ndarray) -> np.ndarray:
        return np.asarray(added @ self._fields_of_features)

    def _predict(self, rows: np.ndarray, **what: bool) -> np.ndarray:
        return np.asarray(
            self._booster.predict(
                rows, num_threads=self._num_threads, validate_features=False, **what
            )
        )
