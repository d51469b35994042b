"""The registered model as MLflow loads it: a thin door to the bundle and its scorer.

Logged as code, not as a pickled object: MLflow runs this file and keeps the bundle beside it. The
project itself must be installed where it is loaded; carrying `features/` along in the artifact
would let an old copy of the encoder win over the installed one.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext

from leads.errors import InvalidInput
from scoring.bundle import load_bundle
from scoring.scorer import Scorer


class LeadScoring(PythonModel):  # type: ignore[misc]  # mlflow is untyped
    """Leads in, one row a lead out: probability, points, tier."""

    _scorer: Scorer

    def load_context(self, context: PythonModelContext) -> None:
        """Check and load the bundle. Raises DamagedBundle."""
        self._scorer = Scorer(load_bundle(Path(context.artifacts["bundle"])))

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002 - MLflow's signature
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Score leads, one a row. Columns the model knows but are not given count as missing.

        params    as_of: the moment that ages of dates are taken at, ISO 8601; needed when the
                  model has date fields, because a model must not look at the clock
        """
        scored = self._scorer.score_frame(model_input, as_of=_moment((params or {}).get("as_of")))
        return pd.DataFrame(
            {"probability": scored.p_convert, "points": scored.points, "tier": scored.tier}
        )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"as_of {text!r} is no moment; write it like 2026-03-02T09:00:00+00:00"
        ) from error
    if moment.tzinfo is None:
        raise InvalidInput(f"as_of {text!r} has no offset; write it like {text}+00:00")
    return moment


set_model(LeadScoring())
